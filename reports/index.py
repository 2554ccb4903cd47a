"""``runs/index.html``: all runs with their headline, and a trend line for every suite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from reports.conditions import runs_like
from reports.headline import headlines
from reports.history import RUNS_LOOKED_BACK, Report
from reports.judgement import Judgement
from reports.judgement_text import SIGNS
from reports.numbers import score_text, time_text
from reports.page import Fragment, Part, empty, page_html, render
from reports.run import Run, list_runs, read_facts, read_run
from reports.store import write_text

RUNS_LISTED = 200


def write_index(runs: Path) -> Path:
    """``index.html`` in the folder of the runs, written anew."""
    folders = list_runs(runs)[-RUNS_LISTED:]
    read = [read_run(folder, with_details=False) for folder in folders if _is_run(folder)]
    suites = sorted({run.summary.suite for run in read})
    parts = [
        Part(
            title=suite or "No suite named",
            anchor=f"suite-{place}",
            fragment=_suite([run for run in read if run.summary.suite == suite]),
        )
        for place, suite in enumerate(suites)
    ] or [Part(title="Runs", anchor="runs", fragment=empty(f"There is no run in {runs} yet."))]
    html = page_html(
        parts,
        title="Runs · threatbench",
        subtitle="all runs",
        heading="Runs",
        footer=f"The last {len(read)} runs in this folder.",
    )
    return write_text(runs / "index.html", html, is_durable=False)


def _is_run(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("run.json", "cases.jsonl", "suite.toml"))


def _suite(runs: Sequence[Run]) -> Fragment:
    """One suite's runs, latest first; each is judged against those before it."""
    rows = [_row(run, runs[:place]) for place, run in enumerate(runs)]
    names = _trend_names(runs)
    values = [
        row["value"] for row in rows if row["name"] in names and isinstance(row["value"], float)
    ]
    html = render("index.html", {
        "rows": rows[::-1], "points": _points(values), "values": values,
        "low": score_text(min(values)) if values else "",
        "high": score_text(max(values)) if values else "",
    })  # fmt: skip
    return Fragment(html=html)


def _trend_names(runs: Sequence[Run]) -> set[str]:
    """The runs that are like the last one that ended well."""
    ended = [run for run in runs if run.summary.status == "done"]
    return {run.name for run in runs_like(ended[-1], ended)} if ended else set()


def _row(run: Run, earlier: Sequence[Run]) -> dict[str, object]:
    first = next(iter(headlines(run)), None)
    sign, title = SIGNS[_word(run, earlier)]
    has_report = (run.path / "report.html").exists()
    return {
        "name": run.name,
        "link": f"{quote(run.path.name)}/report.html" if has_report else "",
        "started": time_text(run.summary.started) if run.summary.started else "",
        "status": run.summary.status,
        "sentence": first.sentence if first else "No model has a score.",
        "value": first.winner.estimate.value if first else None,
        "sign": sign,
        "verdict": title,
        "failures": sum(record.status != "done" for record in run.records),
        "synthetic": run.summary.synthetic,
    }


def _word(run: Run, earlier: Sequence[Run]) -> str:
    """As the run's report says it; judged anew only where there is no report."""
    said = read_facts(run.path, "judgement.json").get("word")
    return said if said in SIGNS else _judged(run, earlier).word


def _judged(run: Run, earlier: Sequence[Run]) -> Judgement:
    known = tuple(one for one in earlier[-RUNS_LOOKED_BACK:] if one.records)
    return Report(run=run, earlier=known).judgement


def _points(values: Sequence[float]) -> str:
    """The trend as the points of a line in a box of 200 by 40."""
    low, width = min(values, default=0.0), max(values, default=0.0) - min(values, default=0.0)
    step = 200 / max(1, len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{38 - 36 * ((value - low) / width if width else 0.5):.1f}"
        for place, value in enumerate(values)
    )
