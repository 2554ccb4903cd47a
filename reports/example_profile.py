"""The data profile of a made-up run."""

from __future__ import annotations

from typing import Final

from reports.example_cases import Shape, supports

FEATURES: Final = (
    "Protocol Type", "fin_flag_number", "syn_flag_number", "rst_flag_number", "psh_flag_number",
    "ack_count", "fin_count", "TCP", "UDP", "ICMP", "IAT", "Rate", "Magnitue", "Drate",
)  # fmt: skip


def example_profile(shape: Shape) -> dict[str, object]:
    """Columns, labels, repeats and quarantined lines, as ``profile.json`` has them."""
    labels = dict(zip(shape.labels, supports(len(shape.labels), 173_777), strict=True))
    spread = {
        "mean": 6.72,
        "std": 4.99,
        "min": 0.77,
        "25%": 5.94,
        "50%": 6.0,
        "75%": 6.0,
        "max": 17,
    }
    return {
        "schema_version": 1,
        "rows": sum(labels.values()),
        "rows_incomplete": 3,
        "rows_quarantined": 2,
        "quarantined_files": {"part-00003.csv": 2},
        "quarantine": [
            {
                "file": "part-00003.csv",
                "line": 17,
                "reason": "47 fields, 3 found",
                "text": "0.1,x,<b>",
            },
            {"file": "part-00003.csv", "line": 18, "reason": "no number in IAT", "text": "one,2,3"},
        ],
        "columns": FEATURES,
        "head": [{name: round(6 + 0.11 * row, 2) for name in FEATURES} for row in range(10)],
        "dtypes": dict.fromkeys(FEATURES, "float64"),
        "nulls": {"IAT": 3},
        "infinities": {"Rate": 1},
        "describe": {name: {"count": sum(labels.values()), **spread} for name in FEATURES},
        "quantile_rank_error": dict.fromkeys(FEATURES, 0.0),
        "labels": labels,
        "families": {"DDoS": 150_000, "Benign": 23_777},
        "unknown_labels": {},
        "duplicates": {
            "exact": dict.fromkeys(labels, 0),
            "float32": {label: rows // 3 for label, rows in labels.items()},
        },
    }
