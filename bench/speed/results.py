"""What was measured, as JSON and as a Markdown table that the README quotes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.speed.goals import GOALS, Goal
from bench.speed.measures import Reading


def write_results(
    readings: Sequence[Reading], *, name: str, environment: Mapping[str, object], folder: Path
) -> Path:
    """Write ``NAME.json`` and ``NAME.md``; the path of the table comes back.

    A figure that was not measured anew stays as it was measured before, with its environment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    known |= {reading.goal: _json(reading) | {"environment": environment} for reading in readings}
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    all_readings = [
        Reading(goal=goal, value=known[goal]["value"], rests_on=known[goal]["rests_on"])
        for goal in GOALS
        if goal in known
    ]
    table = path.with_suffix(".md")
    table.write_text(results_table(all_readings), encoding="utf-8")
    return table


def results_table(readings: Sequence[Reading]) -> str:
    """A row for each figure: what it is, what was found, the goal, whether it is met."""
    lines = ["| figure | found | goal | met | from |", "|---|--:|--:|---|---|"]
    lines += [_line(GOALS[reading.goal], reading) for reading in readings]
    return "\n".join(lines) + "\n"


def _json(reading: Reading) -> dict[str, object]:
    goal = GOALS[reading.goal]
    return {
        "goal": goal.name,
        "says": goal.says,
        "value": reading.value,
        "unit": goal.unit,
        "at_most": goal.at_most,
        "at_least": goal.at_least,
        "is_met": goal.is_met(reading.value),
        "rests_on": reading.rests_on,
    }


def _line(goal: Goal, reading: Reading) -> str:
    bound = f"≤ {goal.at_most:g}" if goal.at_most is not None else f"≥ {goal.at_least:g}"
    met = "yes" if goal.is_met(reading.value) else "**no**"
    found = f"{reading.value:.4g} {goal.unit}".rstrip()
    wanted = f"{bound} {goal.unit}".rstrip()
    return f"| {goal.says} | {found} | {wanted} | {met} | {reading.rests_on} |"
