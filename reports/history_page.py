"""All runs of the suites: their headlines, their step changes and their trends, as a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from reports.conditions import runs_like
from reports.headline import headlines, metric_title
from reports.numbers import time_text
from reports.page import Fragment, Part, empty, page_html, tables_fragment
from reports.plots import Axis, figure, line_plot
from reports.ranking import Ranking, leading_field, rank
from reports.run import Run
from reports.steps import Step
from reports.store import write_text
from reports.tables import Column, Table, Value, make_table

MODELS_DRAWN = 6
COMMIT_DIGITS = 10

Commits = Callable[[str, str], Sequence[str]]
"""The commits between two, one line each."""

History = Mapping[str, tuple[Sequence[Run], Sequence[Step]]]
"""The runs, earliest first, and their steps, by suite."""


def write_history(history: History, path: Path, *, commits: Commits) -> Path:
    """The page; every step with the ``commits`` between the two runs."""
    parts = [part for suite, (runs, steps) in history.items() for part in
             _parts(suite, runs, steps, commits)]  # fmt: skip
    html = page_html(
        parts or [Part(title="Runs", anchor="runs", fragment=empty("There is no run yet."))],
        title="History · threatbench",
        subtitle="all runs",
        heading="History",
        footer="Made by threatbench from the run folders alone.",
    )
    return write_text(path, html, is_durable=False)


def runs_table(suite: str, runs: Sequence[Run]) -> Table:
    """One line a run, latest first."""
    columns = [
        Column(key="run", title="Run"),
        Column(key="started", title="Started"),
        Column(key="status", title="Status"),
        Column(key="winner", title="Best model"),
        Column(key="score", title="Its score", kind="score", term="best_score"),
        Column(key="seconds", title="Stages in all", kind="seconds", unit="s", term="all_stages"),
        Column(key="failures", title="Failures", kind="count"),
        Column(key="commit", title="Commit"),
    ]
    return make_table(f"runs-{suite}", f"Runs of {suite}", columns, map(_run_row, runs[::-1]))


def steps_table(suite: str, steps: Sequence[Step], *, commits: Commits) -> Table:
    """One line a step, latest first."""
    columns = [
        Column(key="id", title="Change"),
        Column(key="case", title="Case"),
        Column(key="measure", title="Measure"),
        Column(key="word", title="Direction"),
        Column(key="before", title="Before"),
        Column(key="now", title="After"),
        Column(key="change", title="Change of level"),
        Column(key="since", title="Since run"),
        Column(key="commits", title="Commits between"),
        Column(key="reason", title="Acknowledged"),
    ]
    rows = [_step_row(step, commits) for step in steps]
    return make_table(f"steps-{suite}", f"Step changes of {suite}", columns, rows)


def _parts(suite: str, runs: Sequence[Run], steps: Sequence[Step], commits: Commits) -> list[Part]:
    table = steps_table(suite, steps, commits=commits)
    said = (
        tables_fragment(_steps_intro(steps), [table])
        if steps
        else empty("No number has moved to another level.")
    )
    listed = tables_fragment("", [runs_table(suite, runs)])
    return [
        Part(title=f"{suite}: runs", anchor=f"runs-{suite}", fragment=listed),
        Part(title=f"{suite}: step changes", anchor=f"steps-{suite}", fragment=said),
        Part(title=f"{suite}: trends", anchor=f"trends-{suite}", fragment=_trends(runs)),
    ]


def _steps_intro(steps: Sequence[Step]) -> str:
    opened = sum(not step.reason for step in steps)
    return f"{opened} of {len(steps)} are not acknowledged; the latest stand first."


def _run_row(run: Run) -> dict[str, Value]:
    first = next(iter(headlines(run)), None)
    commit = str(run.summary.environment.get("commit") or "")
    return {
        "run": run.name,
        "started": time_text(run.summary.started) if run.summary.started else None,
        "status": run.summary.status,
        "winner": first.winner.name if first else None,
        "score": first.winner.estimate.value if first else None,
        "seconds": run.summary.seconds_in_all or None,
        "failures": sum(record.status != "done" for record in run.records),
        "commit": commit[:COMMIT_DIGITS] or None,
    }


def _step_row(step: Step, commits: Commits) -> dict[str, Value]:
    measure = step.measure
    return {
        "id": step.step_id,
        "case": step.record.case_id,
        "measure": measure.title,
        "word": step.word,
        "before": measure.value_text(step.before),
        "now": measure.value_text(step.now),
        "change": measure.change_text(step.before, step.now),
        "since": step.run.name,
        "commits": _commits_text(step, commits),
        "reason": step.reason or None,
    }


def _commits_text(step: Step, commits: Commits) -> str:
    """The range, and what lies in it where a repository tells."""
    before, after = step.commits
    if not before or not after:
        return "not recorded"
    if before == after:
        return "the same commit"
    range_text = f"{before[:COMMIT_DIGITS]}..{after[:COMMIT_DIGITS]}"
    return "; ".join([range_text, *commits(before, after)])


def _trends(runs: Sequence[Run]) -> Fragment:
    """Two plots a ranking of the latest run that has any: scores, and seconds of the fits.

    Drawn are the runs that compare with it: on other flows, a line would tell of the flows.
    """
    scored = [run for run in runs if run.summary.started and rank(run)]
    like = runs_like(scored[-1], scored) if scored else ()
    if len(like) < 2:
        return empty("A trend needs two runs with a score that compare.")
    plots = [
        plot
        for ranking in rank(like[-1])
        if ranking.entries
        for plot in (_score_plot(ranking, like), _fit_plot(ranking, like))
    ]
    return tables_fragment("", [], plots=plots)


def _score_plot(ranking: Ranking, runs: Sequence[Run]) -> Markup:
    title = metric_title(ranking.metric)
    rows = [
        _point(run, name, value, f"{value:.4f}") for run, name, value, _ in _drawn(ranking, runs)
    ]
    axis = Axis(key="value", title=title[:1].upper() + title[1:])
    return _plot(rows, axis, caption=f"{title[:1].upper() + title[1:]} on {ranking.title}")


def _fit_plot(ranking: Ranking, runs: Sequence[Run]) -> Markup:
    rows = [
        _point(run, name, seconds, f"{seconds:.3g} s")
        for run, name, _, seconds in _drawn(ranking, runs)
        if seconds
    ]
    axis = Axis(key="value", title="Fit (s)", scale="log")
    return _plot(rows, axis, caption=f"Seconds of the fits on {ranking.title}")


def _drawn(ranking: Ranking, runs: Sequence[Run]) -> list[tuple[Run, str, float, float | None]]:
    """Run, model, score and fit seconds of the best models, model by model."""
    names = [entry.name for entry in leading_field(ranking)[:MODELS_DRAWN]]
    found = [
        (run, entry.name, entry.estimate.value, entry.record.seconds.get("fit"))
        for run in runs
        for other in rank(run)
        if (other.task, other.split) == (ranking.task, ranking.split)
        for entry in other.entries
        if entry.name in names
    ]
    return sorted(found, key=lambda point: names.index(point[1]))


def _point(run: Run, model: str, value: float, said: str) -> dict[str, object]:
    assert run.summary.started
    started = run.summary.started.isoformat()
    text = f"{model}: {said} in {run.name}"
    return {"started": started, "value": value, "model": model, "said": text}


def _plot(rows: Sequence[dict[str, object]], axis: Axis, *, caption: str) -> Markup:
    if not rows:
        return Markup("")
    x = Axis(key="started", title="Start of the run (UTC)", scale="utc")
    return figure(line_plot(rows, x=x, y=axis, series="model"), caption=caption)
