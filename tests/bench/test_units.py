from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bench.cli import app
from bench.suite_file import load_suite

ROOT = Path(__file__).parents[2]
UNITS = [*sorted((ROOT / "docs/nightly").iterdir()), ROOT / ".github/workflows/nightly.yml"]


def options(verb):
    command = typer.main.get_command(app).commands[verb]
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_unit_calls_the_night_with_options_that_it_has(unit):
    calls = re.findall(r"(?:threatbench nightly|NIGHTLY=)(.*)", unit.read_text("utf-8"))
    used = {word for call in calls for word in re.findall(r"--[a-z][a-z-]+", call)}
    assert used <= options("nightly")
    assert bool(calls) == (unit.suffix != ".timer")


def test_the_shipped_night_runs_a_null_case_and_confirms_by_reruns():
    suite = load_suite("nightly")
    assert suite.null_case in suite.models
    assert suite.reruns >= 3
