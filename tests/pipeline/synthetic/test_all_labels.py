"""Two models on all labels."""

from __future__ import annotations

import pytest

from pipeline.synthetic.all_labels import TRAIN_ROWS, expected_macro_f1
from pipeline.synthetic.published import load_study

MODELS = load_study().all_labels


@pytest.mark.parametrize("name", MODELS)
def test_in_full_a_model_reaches_about_what_is_published(name):
    _, published = MODELS[name]
    assert expected_macro_f1(name, train_rows=TRAIN_ROWS) == pytest.approx(published, abs=0.03)


@pytest.mark.parametrize("name", MODELS)
def test_more_rows_teach_more(name):
    rows = (31_200, 60_000, 187_200, TRAIN_ROWS)
    reached = [expected_macro_f1(name, train_rows=few) for few in rows]
    assert reached == sorted(reached)
