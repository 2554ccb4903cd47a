"""A selection as ``selection.json`` holds it."""

from __future__ import annotations

from collections import defaultdict
from math import isinf

from bench.preparation import Key
from bench.select_features import Chosen
from bench.suite import Suite
from pipeline.agreement import jaccard, kuncheva
from pipeline.class_bins import BINNING
from pipeline.split import SPLITS


def selection_json(suite: Suite, key: Key, chosen: Chosen) -> dict[str, object]:
    """One entry: F, p, mutual information, warnings and stability of every feature."""
    task, split = key
    return {
        "task": task,
        "split": split,
        "select_on": suite.select_on if SPLITS[split].marks_rows else "all",
        "k": suite.features,
        "rows": chosen.whole.rows,
        "binning": f"{BINNING}; from {chosen.binned_rows:,} rows",
        "stability": _stability(chosen),
        "findings": [
            {"code": one.code, "feature": one.feature, "message": one.message}
            for one in chosen.findings
        ],
        "features": _features(chosen),
    }


def _stability(chosen: Chosen) -> dict[str, object] | None:
    """How far the folds agree; None where none has selected by itself."""
    if not chosen.of_folds:
        return None
    selections = [frozenset(selection.selected) for selection in chosen.of_folds]
    return {
        "folds": [selection.selected for selection in chosen.of_folds],
        "jaccard": jaccard(selections),
        "kuncheva": kuncheva(selections, features=len(chosen.whole.features)),
        "own_features": sorted(chosen.own_features),
    }


def _features(chosen: Chosen) -> list[dict[str, object]]:
    whole = chosen.whole
    warnings = _warnings(chosen)
    return [
        {
            "feature": name,
            "F": F,
            "p": p,
            "selected": name in whole.selected,
            "mutual_information": nats,
            "stability": _share_of_folds(chosen, name),
            "warning": "; ".join(warnings[name]) or None,
        }
        for name, F, p, nats in zip(
            whole.features,
            whole.F.tolist(),
            whole.p.tolist(),
            chosen.mutual_information,
            strict=True,
        )
    ]


def _warnings(chosen: Chosen) -> dict[str, list[str]]:
    warnings: dict[str, list[str]] = defaultdict(list)
    for name, F in zip(chosen.whole.features, chosen.whole.F.tolist(), strict=True):
        if isinf(F):
            warnings[name].append("the same within every class: F is infinite")
    for found in chosen.findings:
        warnings[found.feature].append(f"{found.code} {found.message}")
    return warnings


def _share_of_folds(chosen: Chosen, name: str) -> float | None:
    if not chosen.of_folds:
        return None
    times = sum(name in selection.selected for selection in chosen.of_folds)
    return times / len(chosen.of_folds)
