from __future__ import annotations

import json
from pathlib import Path

from reports.example import write_example
from reports.example_cases import Shape
from reports.report import write_report


def test_what_a_run_took_leaves_out_the_time_that_it_lay_broken_off(tmp_path: Path) -> None:
    folder = write_example(tmp_path, shape=Shape(models=("tree", "knn"), splits=("random",)))
    facts = json.loads((folder / "run.json").read_text())
    facts |= {"seconds": {"ingest": 60.0, "zoo": 73.0}, "ended": "2026-01-03T00:00:00Z"}
    (folder / "run.json").write_text(json.dumps(facts))
    assert "2 min 13 s in all" in write_report(folder).read_text(encoding="utf-8")
