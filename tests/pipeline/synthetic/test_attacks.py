"""The attacks that are simulated."""

from __future__ import annotations

import pytest

from pipeline.dataset import load_dataset
from pipeline.synthetic.attacks import load_capture
from pipeline.synthetic.pace import FLOWS

CAPTURE = load_capture()


def test_every_label_of_the_data_set_is_simulated_and_no_other():
    assert set(CAPTURE.attacks) == set(load_dataset("ciciot2023").families)


def test_published_rows_and_repeats_add_up():
    attacks = CAPTURE.attacks.values()
    assert sum(attack.rows for attack in attacks) == 46_686_579
    assert sum(attack.repeats for attack in attacks) == 18_588_033


@pytest.mark.parametrize("label", CAPTURE.attacks)
def test_every_phase_names_packets_conversations_and_flows_that_exist(label):
    for phase in CAPTURE.attacks[label].phases:
        assert set(phase.pattern) <= set(CAPTURE.packets.names)
        assert set(phase.talk) <= set(CAPTURE.conversations)
        assert phase.flows in FLOWS


def test_every_conversation_is_held_with_packets_that_exist():
    spoken = {kind for talk in CAPTURE.conversations.values() for kind in talk}
    assert spoken <= set(CAPTURE.packets.names)
