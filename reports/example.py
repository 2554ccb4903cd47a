"""A made-up run of any size, the same for the same seed: to try a page, and to test one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from reports.example_cases import CONTROLS, Shape, example_records
from reports.example_profile import FEATURES, example_profile
from reports.store import RunFolder, open_run


def write_example(
    runs: Path,
    *,
    started: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    seed: int = 0,
    shape: Shape | None = None,
) -> Path:
    """A finished run below ``runs``; its scores hang together with its confusion matrices."""
    shape = shape or Shape()
    folder = open_run(runs, suite="example", started=started)
    folder.write_suite(_suite_text(shape))
    folder.write_profile(example_profile(shape))
    folder.write_selection(_selection(shape))
    for record in example_records(shape, seed=seed, started=started):
        folder.append(record)
    _write_summary(folder, shape, started=started, seed=seed)
    return folder.path


def _selection(shape: Shape) -> dict[str, object]:
    features = [
        {"feature": name, "F": 9e4 * 0.5**place, "p": 0.0, "selected": place < 10,
         "mutual_information": 0.9 * 0.8**place, "stability": float(place < 10),
         "warning": "S002 duplicate: equal to IAT in every flow" if name == "Rate" else None}
        for place, name in enumerate(FEATURES[:-1])
    ]  # fmt: skip
    features.append({"feature": FEATURES[-1], "F": None, "p": None, "selected": False})
    said = {
        "select_on": "train", "k": 10, "rows": 139_020, "features": features,
        "binning": "at most 64 bins a feature",
        "stability": {"folds": [FEATURES[:10]] * 5, "jaccard": 1.0, "kuncheva": 1.0},
    }  # fmt: skip
    return {
        "schema_version": 1,
        "selections": [
            {"task": task, "split": split, **said} for task in shape.tasks for split in shape.splits
        ],
    }


def _write_summary(folder: RunFolder, shape: Shape, *, started: datetime, seed: int) -> None:
    ceilings = [
        point for task in shape.tasks for split in shape.splits for point in _ceilings(task, split)
    ]
    folder.write_summary({
        "schema_version": 1, "run_id": folder.name, "suite": "example", "status": "done",
        "synthetic": True, "started": started, "ended": started + timedelta(seconds=48),
        "data": {"fingerprint": "5c9f6c1e0d7a4b3f", "release": "v1-46-features", "files": 8,
                 "rows": 173_777, "rows_quarantined": 2, "rows_dropped": 3, "distinct_rows": 1_415},
        "cluster": {"name": "laptop", "kind": "local", "workers": 2, "threads": 2,
                    "memory_bytes": 8 * 2**30},
        "environment": {"commit": f"{seed:07x}abc", "python": "3.11.7", "cpu": "made up",
                        "packages": {"scikit-learn": "1.9.0", "dask": "2026.8.0"}},
        "seconds": {"ingest": 2.1, "profile": 0.8, "select": 1.2, "split": 0.3, "collapse": 0.9,
                    "zoo": 30.0, "stack": 6.0, "report": 1.4},
        "splits": [_held_out(task, split) for task in shape.tasks for split in shape.splits],
        "conflicts": [_conflicts(task, split, shape.labels) for task in shape.tasks
                      for split in shape.splits],
        "grain": [_grain(task, split) for task in shape.tasks for split in shape.splits],
        "price_of_binning": [_price(shape.tasks[0], shape.splits[0], model)
                             for model in ("decision_tree", "svc")],
        "ceiling": ceilings, "comparisons": [_comparison(shape)], "peak_memory_bytes": 9 * 2**28,
    })  # fmt: skip


def _grain(task: str, split: str) -> dict[str, object]:
    return {
        "task": task, "split": split, "grain": "binned", "bins": 62, "columns_binned": ["IAT"],
        "distinct_rows": 1_415, "distinct_rows_exact": 3_900, "most_distinct_rows": 2_000,
        "why": "3,900 distinct rows are more than 2,000; 1 features binned to at most 62 bins",
    }  # fmt: skip


def _price(task: str, split: str, model: str) -> dict[str, object]:
    loss = -0.0031 if model == "svc" else 0.0004
    scores = {
        f"{name}_{which}": value
        for name in ("accuracy", "f1_macro")
        for which, value in {
            "raw": 0.87, "binned": 0.87 + loss, "difference": loss,
            "low": loss - 0.001, "high": loss + 0.001,
        }.items()
    }  # fmt: skip
    return {"task": task, "split": split, "model": model, "bins": 62, "rows": 20_000,
            "test_rows": 10_000} | scores  # fmt: skip


def _ceilings(task: str, split: str) -> list[dict[str, object]]:
    """The exact one on ten features, then the curve."""
    points = [
        {"task": task, "split": split, "k": k, "value": 0.6 + 0.29 * (1 - 0.6**k),
         "leave_one_out": 0.59 + 0.27 * (1 - 0.6**k), "lone_rows": 7 * k,
         "rows": 34_756, "distinct_rows": 12 * k**2 + 3}
        for k in range(1, len(FEATURES) + 1)
    ]  # fmt: skip
    curve = {"bins": 255, "sampled_from": "test rows", "sampled_rows": 20_000,
             "sampled_of": 34_756, "rows": 20_000}  # fmt: skip
    return [points[9]] + [
        point | curve | {"feature": name, "binned": place // 3}
        for place, (point, name) in enumerate(zip(points, FEATURES, strict=True))
    ]


def _conflicts(task: str, split: str, labels: tuple[str, ...]) -> dict[str, object]:
    pairs = [
        {"first": first, "second": second, "vectors": 9 - place, "first_rows": 9_000 >> place,
         "second_rows": 700 >> place}
        for place, (first, second) in enumerate(pairwise(labels[:5]))
    ]  # fmt: skip
    return {
        "task": task, "split": split, "vectors": 1_300, "conflicting_vectors": 31,
        "rows": 173_777, "conflicting_rows": 18_000, "pairs": pairs, "pairs_found": len(pairs),
    }  # fmt: skip


def _held_out(task: str, split: str) -> dict[str, object]:
    test_rows = 43_444 if split == "by_file" else 34_756
    return {
        "task": task, "split": split, "explanation": f"what {split} tells", "test_size": 0.2,
        "rows": 173_777, "test_rows": test_rows, "distinct_rows": 1_415,
        "known_test_rows": 0 if split == "distinct" else test_rows - 120,
        "files": 8, "test_files": 2 if split == "by_file" else 0,
    }  # fmt: skip


def _comparison(shape: Shape) -> dict[str, object]:
    ranks = {model: 1.2 + 0.9 * place for place, model in enumerate(shape.models)}
    return {
        "task": shape.tasks[0], "split": shape.splits[0], "metric": "accuracy",
        "method": "made up", "critical_difference": 1.4, "mean_ranks": ranks,
    }  # fmt: skip


def _suite_text(shape: Shape) -> str:
    lines = {
        "name": "example",
        "metric": "accuracy",
        "tasks": shape.tasks,
        "splits": shape.splits,
        "models": (*shape.models, *CONTROLS),
        "k": 10,
    }
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
