"""Whether a run is better than another: like with like only, case by case, then as a whole."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from reports.numbers import MINUS, memory_text
from reports.ranking import are_apart, estimate, is_higher_better
from reports.records import Record
from reports.run import Run

Change = Literal["better", "worse", "same", "broken", "mended", "new", "gone", "failed"]
# Settings that change where a run is kept or what it is called, but no number in it.
FREE_SETTINGS: Final = frozenset(
    {"runs", "runs_dir", "description", "title", "null_case", "reruns"}
)


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """What became of one case: its metric before and now, its fit seconds before and now."""

    record: Record
    change: Change
    before: float | None
    now: float | None
    fit_before: float | None
    fit_now: float | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``better``, ``same`` or ``worse`` than the baseline, or ``incomparable`` and why."""

    word: Literal["better", "same", "worse", "incomparable"]
    baseline: Run
    differences: tuple[str, ...] = ()
    changes: tuple[CaseChange, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many cases there are of each change."""
        return Counter(change.change for change in self.changes)

    def of(self, *kinds: Change) -> tuple[CaseChange, ...]:
        """The cases that changed in these ways."""
        return tuple(change for change in self.changes if change.change in kinds)


def judge(contender: Run, *, baseline: Run) -> Verdict:
    """The contender against the baseline."""
    differences = find_differences(baseline, contender)
    if differences:
        return Verdict(word="incomparable", baseline=baseline, differences=differences)
    changes = _changes(baseline, contender)
    kinds = {change.change for change in changes if _counts(change)}
    word: Literal["better", "same", "worse"] = "same"
    if kinds & {"worse", "broken"}:
        word = "worse"
    elif kinds & {"better", "mended"}:
        word = "better"
    return Verdict(word=word, baseline=baseline, changes=changes)


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


def find_differences(baseline: Run, contender: Run) -> tuple[str, ...]:
    """Why the two runs are not like, one sentence part each; empty where they are."""
    before, now = _conditions(baseline), _conditions(contender)
    unlike = [
        f"{name}: {before[name]} before, {now[name]} now"
        for name in now
        if before[name] != now[name]
    ]
    return (*unlike, *_setting_differences(baseline, contender))


def _selected(run: Run) -> dict[str, frozenset[str]]:
    return {
        f"{selection.task} · {selection.split}": frozenset(
            score.feature for score in selection.features if score.selected
        )
        for selection in run.selections
    }


def _counts(change: CaseChange) -> bool:
    """Whether the change counts for the whole: a control's score is no achievement."""
    return change.record.role != "control" or change.change in ("broken", "mended")


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
        old, new = (_flat(tomllib.loads(run.suite_text)) for run in (baseline, contender))
    except tomllib.TOMLDecodeError:
        return ["suite.toml: cannot be read"]
    defaulted = {*baseline.summary.defaulted, *contender.summary.defaulted}
    unset = {key for key in old.keys() ^ new.keys() if key in defaulted}
    return [
        f"setting {key}: {old.get(key, 'not set')} before, {new.get(key, 'not set')} now"
        for key in sorted({*old, *new} - unset)
        if old.get(key) != new.get(key) and key.split(".")[-1] not in FREE_SETTINGS
    ]


def _flat(settings: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat


def _changes(baseline: Run, contender: Run) -> tuple[CaseChange, ...]:
    before = {record.case_id: record for record in baseline.records}
    now = {record.case_id: record for record in contender.records}
    metric = contender.summary.metric
    return tuple(
        _case_change(record, before=before.get(case_id), now=now.get(case_id), metric=metric)
        for case_id, record in {**before, **now}.items()
    )


def _case_change(
    record: Record, *, before: Record | None, now: Record | None, metric: str
) -> CaseChange:
    old = estimate(before, metric) if before else None
    new = estimate(now, metric) if now else None
    return CaseChange(
        record=record,
        change=_kind_of_change(before, now, metric),
        before=old.value if old else None,
        now=new.value if new else None,
        fit_before=before.seconds.get("fit") if before else None,
        fit_now=now.seconds.get("fit") if now else None,
    )


def _kind_of_change(before: Record | None, now: Record | None, metric: str) -> Change:
    if before is None or now is None:
        return "new" if before is None else "gone"
    if now.status != "done":
        return "broken" if before.status == "done" else "failed"
    if before.status != "done":
        return "mended"
    old, new = estimate(before, metric), estimate(now, metric)
    if old is None or new is None or not are_apart(old, new):
        return "same"
    return "better" if (new.value > old.value) == is_higher_better([now], metric) else "worse"
