"""Whether two runs are like, so that their numbers compare; and which features came or went."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from reports.numbers import MINUS, memory_text
from reports.run import Run

# Settings that change where a run is kept or what it is called, but no number in it.
FREE_SETTINGS: Final = frozenset(
    {"runs", "runs_dir", "description", "title", "null_case", "reruns"}
)


def find_differences(baseline: Run, contender: Run) -> tuple[str, ...]:
    """Why the two runs are not like, one sentence part each; empty where they are."""
    before, now = _conditions(baseline), _conditions(contender)
    unlike = [
        f"{name}: {before[name]} before, {now[name]} now"
        for name in now
        if before[name] != now[name]
    ]
    return (*_unfinished(baseline), *unlike, *_setting_differences(baseline, contender))


def runs_like(run: Run, others: Sequence[Run]) -> tuple[Run, ...]:
    """Those of the others that ended well and are like the run."""
    return tuple(other for other in others if not find_differences(other, run))


def find_feature_changes(baseline: Run, contender: Run) -> tuple[str, ...]:
    """Which selected features came or went, one line for every task and split that both have."""
    before, now = _selected(baseline), _selected(contender)
    lines = []
    for place in before.keys() & now.keys():
        came = [f"+{name}" for name in sorted(now[place] - before[place])]
        went = [f"{MINUS}{name}" for name in sorted(before[place] - now[place])]
        if came or went:
            lines.append(f"features of {place}: {' '.join([*came, *went])}")
    return tuple(sorted(lines))


def _unfinished(baseline: Run) -> list[str]:
    """Why the baseline is none: of a run that has not ended well there are but parts."""
    status = baseline.summary.status
    return [] if status == "done" else [f"how it ended: {status} before"]


def _selected(run: Run) -> dict[str, frozenset[str]]:
    return {
        f"{selection.task} · {selection.split}": frozenset(
            score.feature for score in selection.features if score.selected
        )
        for selection in run.selections
    }


def _conditions(run: Run) -> dict[str, str]:
    data, cluster = run.summary.data, run.summary.cluster
    said = {
        "suite": run.summary.suite,
        "metric": run.summary.metric,
        "data fingerprint": data.fingerprint and data.fingerprint[:12],
        "rows": data.rows,
        "cluster kind": cluster.kind,
        "workers": cluster.workers,
        "threads": cluster.threads,
        # To three digits: a machine's memory differs by some pages from boot to boot.
        "memory": memory_text(cluster.memory_bytes) if cluster.memory_bytes else None,
    }
    return {name: "unknown" if value in (None, "") else str(value) for name, value in said.items()}


def _setting_differences(baseline: Run, contender: Run) -> list[str]:
    """Settings with another value; one that only a newer version has matters off its default."""
    try:
        old, new = (_settings(run.suite_text) for run in (baseline, contender))
    except tomllib.TOMLDecodeError:
        return ["suite.toml: cannot be read"]
    defaulted = {*baseline.summary.defaulted, *contender.summary.defaulted}
    unset = {key for key in old.keys() ^ new.keys() if key in defaulted}
    return [
        f"setting {key}: {_change_text(old.get(key), new.get(key))}"
        for key in sorted({*old, *new} - unset)
        if old.get(key) != new.get(key) and key.split(".")[-1] not in FREE_SETTINGS
    ]


def _change_text(old: object, new: object) -> str:
    """What came and went of a list; of anything else both values."""
    if not (isinstance(old, list) and isinstance(new, list)):
        return f"{_value_text(old)} before, {_value_text(new)} now"
    came = [f"+{item}" for item in new if item not in old]
    went = [f"{MINUS}{item}" for item in old if item not in new]
    return " ".join([*came, *went]) or "in another order"


def _value_text(value: object) -> str:
    return "not set" if value is None else str(value)


@cache
def _settings(suite_text: str) -> Mapping[str, object]:
    """Every setting by its dotted name; most runs of a suite have the same text."""
    return _flat(tomllib.loads(suite_text))


def _flat(settings: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
