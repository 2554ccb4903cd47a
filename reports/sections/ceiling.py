"""The best that any classifier can reach, each model's share of it, and more features' worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reports.headline import find_ceiling
from reports.history import Report
from reports.limits import accuracy, limit_text, most_accurate
from reports.numbers import count_text
from reports.page import Fragment, empty, tables_fragment
from reports.plots import SERIES, Axis, figure, line_plot
from reports.ranking import Ranking, rank
from reports.run import Run
from reports.summary import Ceiling
from reports.tables import Column, Table, Tone, Value, known, make_table
from reports.terms import TERMS, column

Place = tuple[str, str]
Curves = Mapping[Place, Sequence[Ceiling]]

EXACT = (
    Column(key="where", title="Task · split"),
    Column(key="k", title="Features", kind="count"),
    column("ceiling"),
    column("leave_one_out"),
    Column(key="best", title="Best accuracy", kind="score"),
    Column(key="share", title="Share of the ceiling", kind="percent", unit="%"),
    column("distinct_test_rows"),
    Column(key="limit", title="What limits the score"),
)
CURVE = (
    Column(key="k", title="Features", kind="count"),
    Column(key="feature", title="The last of them"),
    column("ceiling"),
    column("leave_one_out"),
    column("lone_rows"),
    Column(key="binned", title="Cut into bins", kind="count", unit="features"),
    column("distinct_test_rows"),
)


def ceiling(report: Report) -> Fragment:
    """The ceiling of every task and split, the models' shares, and the curves."""
    if not report.run.summary.ceiling:
        return empty("The run recorded no ceiling.")
    curves = _curves(report.run.summary.ceiling)
    tables = [
        _exact_table(report.run),
        *_share_tables(report.run),
        *(_curve_table(place, points) for place, points in curves.items()),
    ]
    intro = f"{TERMS['ceiling'].meaning} {_curve_words(curves)}"
    return tables_fragment(intro, tables, plots=_plots(curves))


def _curves(known: Sequence[Ceiling]) -> dict[Place, list[Ceiling]]:
    """The points of each task and split that has several, by the number of features."""
    places = dict.fromkeys((ceiling.task, ceiling.split) for ceiling in known)
    of_place = {
        place: [ceiling for ceiling in known if (ceiling.task, ceiling.split) == place]
        for place in places
    }
    chosen = {
        place: [point for point in points if point.is_of_curve] or points
        for place, points in of_place.items()
    }
    return {place: points for place, points in chosen.items() if len(points) > 1}


def _curve_words(curves: Curves) -> str:
    """How the curves were made, and which way they err."""
    sampled = [point for points in curves.values() for point in points if point.bins]
    if not sampled:
        return ""
    rows = sorted({point.rows or 0 for point in sampled})
    size = " to ".join(dict.fromkeys(count_text(end) for end in (rows[0], rows[-1])))
    return (
        "The curves take features in the order of their F. They rest on a seeded random sample of "
        f"{size} rows, and a column of more than {sampled[0].bins} values is cut into that many "
        "bins of equally many rows: a model that sees finer values may beat them. A sample's "
        "ceiling is too high where feature vectors are rare, leave one out is too low there; "
        "where the two part, the sample cannot tell what more features are worth."
    )


def _plots(curves: Curves) -> list[Markup]:
    tasks = dict.fromkeys(task for task, _ in curves)
    return [
        _plot(task, {split: points for (of, split), points in curves.items() if of == task})
        for task in tasks
    ]


def _plot(task: str, of_splits: Mapping[str, Sequence[Ceiling]]) -> Markup:
    """Two lines for each split, as many splits as there are colours for."""
    shown = list(of_splits)[: len(SERIES) // 2]
    rows = [row for split in shown for point in of_splits[split] for row in _plot_rows(point)]
    rows.sort(key=lambda row: str(row["series"]).endswith("leave one out"))
    chart = line_plot(
        rows,
        x=Axis(key="k", title="Number of features"),
        y=Axis(key="value", title="Accuracy"),
        series="series",
    )
    return figure(chart, caption=f"Ceiling on {task} by the number of features")


def _plot_rows(point: Ceiling) -> list[dict[str, object]]:
    lines = {point.split: point.value, f"{point.split}, leave one out": point.leave_one_out}
    return [
        {"k": point.k, "value": value, "series": name,
         "said": f"{name}: {value:.4f} on {point.k} features"}
        for name, value in lines.items() if value is not None
    ]  # fmt: skip


def _exact_table(run: Run) -> Table:
    rankings = {(ranking.task, ranking.split): ranking for ranking in rank(run)}
    exact = [one for one in run.summary.ceiling if not one.is_of_curve]
    rows = [_exact_row(run, one, rankings.get((one.task, one.split))) for one in exact]
    caption = "Ceiling on the selected features and the best model's share of it"
    return make_table("ceiling", caption, known(EXACT, rows), rows)


def _exact_row(run: Run, ceiling: Ceiling, ranking: Ranking | None) -> dict[str, Value]:
    is_used = ranking is not None and find_ceiling(run, ranking) == ceiling
    best = most_accurate(ranking) if ranking and is_used else None
    value = best[1] if best else None
    return {
        "where": f"{ceiling.task} · {ceiling.split}",
        "k": ceiling.k,
        "ceiling": ceiling.value,
        "leave_one_out": ceiling.leave_one_out,
        "best": value,
        "share": value / ceiling.value if value is not None and ceiling.value else None,
        "distinct_test_rows": ceiling.distinct_rows,
        "limit": limit_text(ranking, ceiling) if ranking and is_used else None,
    }


def _share_tables(run: Run) -> list[Table]:
    """For every task, what share of the ceiling each model reaches on each split."""
    rankings = [ranking for ranking in rank(run) if find_ceiling(run, ranking)]
    tasks = dict.fromkeys(ranking.task for ranking in rankings)
    return [_share_table(run, [one for one in rankings if one.task == task]) for task in tasks]


def _share_table(run: Run, rankings: Sequence[Ranking]) -> Table:
    task = rankings[0].task
    names = dict.fromkeys(entry.name for ranking in rankings for entry in ranking.all)
    shares = {ranking.split: _shares(run, ranking) for ranking in rankings}
    columns = [
        Column(key="model", title="Model"),
        *(Column(key=split, title=split, kind="percent", unit="%", better="higher")
          for split in shares),
    ]  # fmt: skip
    rows: list[dict[str, Value]] = [
        {"model": name, **{split: of.get(name) for split, of in shares.items()}} for name in names
    ]
    controls = {entry.name for ranking in rankings for entry in ranking.controls}
    tones: list[Tone] = ["control" if name in controls else "" for name in names]
    caption = f"Share of the ceiling on {task} that each model reaches"
    return make_table(f"ceiling-share-{task}", caption, columns, rows, tones=tones)


def _shares(run: Run, ranking: Ranking) -> dict[str, Value]:
    ceiling = find_ceiling(run, ranking)
    top = ceiling.value if ceiling else 0.0
    found = {entry.name: accuracy(entry) for entry in ranking.all}
    return {name: value / top for name, value in found.items() if value is not None and top}


def _curve_table(place: Place, points: Sequence[Ceiling]) -> Table:
    task, split = place
    rows: list[dict[str, Value]] = [
        {
            "k": point.k,
            "feature": point.feature,
            "ceiling": point.value,
            "leave_one_out": point.leave_one_out,
            "lone_rows": point.lone_rows / point.rows if point.lone_rows and point.rows else None,
            "binned": point.binned,
            "distinct_test_rows": point.distinct_rows,
        }
        for point in points
    ]
    of = points[0]
    sampled = f", from {count_text(of.rows or 0)} {of.sampled_from}" if of.sampled_from else ""
    caption = f"Ceiling on {task} · {split} by the number of features{sampled}"
    return make_table(f"ceiling-curve-{task}-{split}", caption, known(CURVE, rows), rows)
