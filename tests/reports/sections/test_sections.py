from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.comparison import Comparison
from reports.described import Profile, Stability
from reports.example import write_example
from reports.example_cases import Shape
from reports.history import Report
from reports.page import Fragment
from reports.records import ClassScore, Score
from reports.run import Run, read_run
from reports.sections import SECTIONS, Section
from reports.summary import Summary

FILL = {section.anchor: section.fill for section in SECTIONS}
# The points of a plot, by the model that each tells of; the numbers under its axis.
DRAWN = re.compile(r'aria-label="(\w+): [\d.]+ in ')
TICKS = re.compile(r'<text text-anchor="\w+"[^>]*>([\d.]+)</text>')
NEEDS_NO_DATA = {"in-short", "glossary"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    shape = Shape(splits=("random", "by_file"))
    return read_run(write_example(tmp_path_factory.mktemp("runs"), shape=shape))


def filled(anchor: str, run: Run, *earlier: Run) -> Fragment:
    return FILL[anchor](Report(run=run, earlier=earlier))


def texts(fragment: Fragment, column: str, *, table: int = 0) -> list[str]:
    shown = fragment.tables[table]
    place = [each.key for each in shown.columns].index(column)
    return [row.cells[place].text for row in shown.rows]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.anchor)
def test_a_section_without_data_says_so_in_one_line(section: Section) -> None:
    nothing = Run(
        path=Path("run"), summary=Summary(), profile=Profile(), selections=(), records=(),
        suite_text="",
    )  # fmt: skip
    fragment = section.fill(Report(run=nothing))
    assert fragment.is_empty != (section.anchor in NEEDS_NO_DATA)
    assert fragment.tables == ()
    if fragment.is_empty:
        assert fragment.html.count("\n") <= 1


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.anchor)
def test_a_section_with_data_is_not_empty(section: Section, run: Run) -> None:
    assert not section.fill(Report(run=run, earlier=(run,))).is_empty


def test_anchors_and_titles_are_each_one_section_s() -> None:
    assert len({section.anchor for section in SECTIONS}) == len(SECTIONS)
    assert len({section.title for section in SECTIONS}) == len(SECTIONS)


def test_the_keys_of_tables_are_unique_over_the_whole_report(run: Run) -> None:
    report = Report(run=run, earlier=(run,))
    keys = [table.key for section in SECTIONS for table in section.fill(report).tables]
    assert len(keys) == len(set(keys))


def test_the_leaderboard_tells_which_rows_a_model_did_not_see(run: Run) -> None:
    html = filled("leaderboard", run).html
    assert "60,000" in html
    assert "svc affords 60,000 distinct rows" in html


def test_the_leaderboard_exports_the_interval(run: Run) -> None:
    (row, *_), columns = filled("leaderboard", run).tables[0].rows, {}
    for column, cell in zip(filled("leaderboard", run).tables[0].columns, row.cells, strict=True):
        columns[column.key] = cell.value
    assert columns["accuracy_low"] < columns["accuracy"] < columns["accuracy_high"]


def test_the_study_s_table_has_no_controls_and_is_sorted_by_accuracy(run: Run) -> None:
    fragment = filled("study", run)
    scores = [float(text) for text in texts(fragment, "accuracy")]
    assert scores == sorted(scores, reverse=True)
    assert not {"dummy", "one_rule"} & set(texts(fragment, "model"))


def test_gaps_are_a_split_s_score_less_the_random_one(run: Run) -> None:
    table = filled("splits", run).tables[0]
    places = {column.key: place for place, column in enumerate(table.columns)}
    for row in table.rows:
        random, by_file, gap = (
            row.cells[places[key]].value for key in ("random", "by_file", "gap_by_file")
        )
        assert gap == pytest.approx(by_file - random)


def test_equal_selections_of_several_splits_stand_once(run: Run) -> None:
    fragment = filled("features", run)
    assert [table.key for table in fragment.tables] == ["features-attack-random"]
    assert texts(fragment, "selected").count("✓") == 10
    assert texts(fragment, "F")[-1] == "\N{EN DASH}"


def features_note(run: Run, **stability: object) -> str:
    (selection, *_) = run.selections
    changed = selection.model_copy(update={"stability": Stability(**stability)})
    return filled("features", replace(run, selections=(changed,))).tables[0].note


def test_a_selection_says_whether_the_folds_agree_with_it(run: Run) -> None:
    folds = [["a", "b"], ["a", "c"]]
    assert "Each of the 2 folds" in features_note(run, folds=folds)
    note = features_note(run, folds=folds, jaccard=1 / 3, kuncheva=None, own_features=[1])
    assert "1 of 2 folds" in note
    assert "Jaccard 0.3333, Kuncheva \N{EN DASH}" in note
    assert "on each fold's own features" in note


def test_the_ensemble_is_set_against_its_best_member(run: Run) -> None:
    fragment = filled("ensemble", run)
    assert texts(fragment, "part") == ["ensemble", "member", "member", "member"]
    assert texts(fragment, "gain")[1] == "±0.00"


def test_mistakes_are_off_the_diagonal_and_most_frequent_first(run: Run) -> None:
    tables = {table.key: table for table in filled("confusion", run).tables}
    rows = [[cell.value for cell in row.cells] for row in tables["mistakes-attack-random"].rows]
    assert all(true != taken for true, taken, *_ in rows)
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


def test_only_what_no_other_beats_in_score_and_cost_is_on_the_front(run: Run) -> None:
    table = filled("tradeoff", run).tables[0]
    places = {column.key: place for place, column in enumerate(table.columns)}
    said = [
        [row.cells[places[key]].value for key in ("accuracy", "fit_seconds", "fit_seconds_front")]
        for row in table.rows
    ]
    for score, cost, mark in said:
        is_beaten = any(s >= score and c <= cost and (s, c) != (score, cost) for s, c, _ in said)
        assert (mark == "✓") != is_beaten


def test_labels_outside_the_taxonomy_are_marked_and_listed(run: Run) -> None:
    profile = run.profile.model_copy(update={"unknown_labels": {"XSS": 5}})
    fragment = filled("labels", replace(run, profile=profile))
    assert [row.tone for row in fragment.tables[0].rows].count("bad") == 1
    assert [table.key for table in fragment.tables][-1] == "unknown-labels"


def test_failures_carry_reason_and_log(run: Run) -> None:
    html = filled("failures", run).html
    assert "the fit needed more than 4 GiB" in html
    assert "File &#34;fit.py&#34;, line 8" in html


def test_what_of_a_folder_could_not_be_read_is_listed(run: Run) -> None:
    html = filled("failures", replace(run, faults=("run.json: line 1 is not JSON.",))).html
    assert "run.json: line 1 is not JSON." in html


def test_a_trend_says_which_runs_are_not_like_this_one(run: Run) -> None:
    other = replace(run, suite_text="k = 3\n")
    fragment = filled("trend", run, other)
    assert texts(fragment, "like")[0] == "this run"
    assert "setting" in texts(fragment, "like")[1]


@pytest.mark.parametrize("anchor", ["in-short", "trend"])
def test_a_model_far_behind_does_not_press_the_others_together(run: Run, anchor: str) -> None:
    accuracies = {"knn": 0.83, "mlp": 0.82, "svc": 0.81, "gaussian_nb": 0.01}
    records = tuple(
        record.model_copy(
            update={"scores": {"accuracy": Score(value=value, low=value - 0.01, high=value + 0.01)}}
        )
        for record in run.records
        for name, value in accuracies.items()
        if record.model == name and record.split == "random"
    )
    shown = replace(run, records=records)
    html = filled(anchor, shown, shown).html
    drawn = {"in-short": html.count('class="strip"'), "trend": len(set(DRAWN.findall(html)))}
    assert drawn[anchor] == 3


def test_a_worker_with_a_number_alone_is_called_a_worker(run: Run) -> None:
    failed = [record for record in run.records if record.status != "done"]
    records = tuple(record.model_copy(update={"worker": "0"}) for record in failed)
    assert "<small>on worker 0</small>" in filled("failures", replace(run, records=records)).html


def test_mean_ranks_are_drawn_within_the_ranks_there_are(run: Run) -> None:
    ranks = {"mean_ranks": {"knn": 1.0, "mlp": 2.0, "svc": 3.0}, "critical_difference": 9.0}
    test = Comparison.model_validate(
        {"task": "attack", "split": "random", "metric": "accuracy", **ranks}
    )
    summary = run.summary.model_copy(update={"comparisons": (test,)})
    html = filled("pairs", replace(run, summary=summary)).html
    assert {float(tick) for tick in TICKS.findall(html)} == {1.0, 1.5, 2.0, 2.5, 3.0}


def test_every_score_of_the_leaderboard_is_in_the_glossary(run: Run) -> None:
    glossary = filled("glossary", run).html
    shown = filled("leaderboard", run).tables[0].columns
    terms = [column.term for column in shown if column.term]
    assert len(terms) > 12
    assert all(f'id="term-{term}"' in glossary for term in terms)


def test_what_a_later_run_records_of_a_feature_is_shown_and_else_takes_no_room(run: Run) -> None:
    (selection, *_) = run.selections
    said = {"mutual_information": 0.5, "stability": 0.8, "warning": "leaks"}
    other, bare = (
        replace(run, selections=(selection.model_copy(update={"features": features}),))
        for features in (
            tuple(score.model_copy(update=each) for score in selection.features)
            for each in (said, dict.fromkeys(said))
        )
    )
    plain, rich = (
        {column.key for column in filled("features", one).tables[0].columns}
        for one in (bare, other)
    )
    assert rich - plain == {"mutual_information", "stability"}
    assert "leaks" in filled("features", other).html


def test_the_parameters_in_use_carry_a_mark_among_those_tried(run: Run) -> None:
    fragment = filled("search", run)
    assert texts(fragment, "params") == ['"max_depth": 8', '"max_depth": 16', '"max_depth": 2']
    assert texts(fragment, "used") == ["✓", "", ""]


def test_the_weights_of_an_ensemble_s_members_are_shown(run: Run) -> None:
    weights = {"knn": 0.5, "mlp": 0.3, "gradient_boosting": 0.2}
    records = tuple(
        record.model_copy(update={"member_weights": weights}) if record.role == "stack" else record
        for record in run.records
    )
    fragment = filled("ensemble", replace(run, records=records))
    assert sorted(texts(fragment, "weight")) == ["20.0", "30.0", "50.0", "\N{EN DASH}"]


def test_paired_tests_take_the_place_of_intervals(run: Run) -> None:
    pair = {"first": "stack", "second": "knn", "difference": 0.004, "low": 0.003, "high": 0.005}
    test = {"task": "attack", "split": "random", "metric": "accuracy", "method": "bootstrap"}
    comparison = Comparison.model_validate({**test, "pairs": [pair]})
    summary = run.summary.model_copy(update={"comparisons": (comparison,)})
    html = filled("pairs", replace(run, summary=summary)).html
    assert "(bootstrap)" in html
    assert "+0.40" in html


def test_every_paired_test_is_told_with_its_chances(run: Run) -> None:
    pair = {
        "first": "stack", "second": "knn", "difference": 0.004, "low": 0.003, "high": 0.005,
        "p_corrected": 1e-9, "chances": {"better": 0.998, "equivalent": 0.002, "worse": 0.0},
        "effect": 0.2, "only_first": 70, "only_second": 30, "fold_p": 0.04, "verdict": "better",
    }  # fmt: skip
    test = {"task": "attack", "split": "random", "metric": "accuracy", "method": "bootstrap"}
    comparison = Comparison.model_validate({**test, "pairs": [pair]})
    summary = run.summary.model_copy(update={"comparisons": (comparison,)})
    fragment = filled("pairs", replace(run, summary=summary))
    assert fragment.tables[-1].key == "tests-attack-random"
    assert texts(fragment, "difference", table=-1) == ["+0.40"]
    assert texts(fragment, "chances", table=-1) == ["99.8 / 0.2 / 0.0"]
    assert texts(fragment, "verdict", table=-1) == ["better"]
    assert "all paired tests" in fragment.html


def test_an_ensemble_costs_what_it_and_its_members_cost(run: Run) -> None:
    table = filled("tradeoff", run).tables[0]
    place = [column.key for column in table.columns].index("fit_seconds")
    spent = {row.cells[0].text: row.cells[place].value for row in table.rows}
    (stack,) = [
        record for record in run.records if record.role == "stack" and record.split == "random"
    ]
    members = sum(spent[name] for name in stack.members)
    assert spent["stack"] == pytest.approx(stack.seconds["fit"] + members)


@pytest.mark.parametrize("status", ["running", "failed", "interrupted", "unknown", "odd"])
def test_a_run_that_did_not_end_well_says_so_on_the_first_screen(run: Run, status: str) -> None:
    summary = run.summary.model_copy(update={"status": status, "error": "no space left"})
    html = filled("in-short", replace(run, summary=summary)).html
    assert "<p>no space left</p>" in html
    assert ("not all of it" in html) == (status in ("failed", "interrupted"))


@pytest.mark.parametrize("anchor", ["in-short", "ensemble"])
def test_that_models_were_chosen_by_their_test_scores_is_said_to_be_optimistic(
    run: Run, anchor: str
) -> None:
    on_test = replace(run, suite_text=f'{run.suite_text}choose_on = "test"\n')
    assert "so the best of these scores are optimistic" in filled(anchor, on_test).html
    assert "optimistic" not in filled(anchor, run).html


def test_every_score_of_a_model_s_values_has_a_column_and_a_term(run: Run) -> None:
    table = filled("values", run).tables[0]
    shown = {column.key: column for column in table.columns}
    assert {"roc_auc_macro", "brier", "why"} <= shown.keys()
    assert shown["brier"].better == "lower"
    assert texts(filled("values", run), "why")[0] == "no class is benign"
    notes = dict(zip(shown, (cell.note for cell in table.rows[0].cells), strict=True))
    assert re.fullmatch(r"0\.\d{4} to 0\.\d{4}", notes["roc_auc_macro"])
    assert notes["brier"] == ""
    assert "detection_at_1_in_100" not in shown
    assert not {"roc_auc_macro", "brier"} & {
        column.key for column in filled("leaderboard", run).tables[0].columns
    }


def test_a_rare_class_is_marked_and_shown_with_its_interval(run: Run) -> None:
    rare = ClassScore(precision=0.5, recall=0.5, f1=0.5, support=8, recall_interval=(0.22, 0.78))
    records = tuple(
        record.model_copy(update={"per_class": {**record.per_class, "XSS": rare}})
        for record in run.records
    )
    html = filled("classes", replace(run, records=records)).html
    assert "XSS (rare: 8)" in html
    assert ">0.22\N{EN DASH}0.78</td>" in html
    assert "0.500 (0.220 to 0.780) of 8 flows" in html
    assert "fewer than 30 test flows" in html
    assert html.count("(rare: ") == 2


def test_a_class_without_a_test_flow_is_not_called_rare(run: Run) -> None:
    absent = ClassScore(precision=0, recall=0, f1=0, support=0)
    records = tuple(
        record.model_copy(update={"per_class": {**record.per_class, "XSS": absent}})
        for record in run.records
    )
    html = filled("classes", replace(run, records=records)).html
    assert "XSS (no test flow)" in html
    assert "(rare: " not in html


@pytest.mark.parametrize(
    ("verdict", "said"), [("undecided", ", not told apart from 1 other</h1>"), ("better", "</h1>")]
)
def test_the_first_line_says_whether_the_best_is_told_apart(
    run: Run, verdict: str, said: str
) -> None:
    names = sorted({record.model for record in run.records if record.role == "model"})
    pairs = [
        {"first": "stack", "second": name, "difference": 0.1,
         "verdict": verdict if name == "knn" else "better"}
        for name in names
    ]  # fmt: skip
    test = {"task": "attack", "split": "random", "metric": "accuracy", "pairs": pairs}
    summary = run.summary.model_copy(update={"comparisons": (Comparison.model_validate(test),)})
    html = filled("in-short", replace(run, summary=summary)).html
    assert f"</span>{said}" in html
    assert '<span class="name"><small>a</small> stack</span>' in html


def test_the_cost_of_a_case_is_told_part_by_part_and_worker_by_worker(run: Run) -> None:
    records = tuple(record.model_copy(update={"spilled_bytes": 2**20}) for record in run.records)
    fragment = filled("cost", replace(run, records=records))
    stages, cases, workers = fragment.tables
    assert [row.cells[0].text for row in stages.rows] == list(run.summary.seconds)
    assert [column.title for column in cases.columns][1:7] == [
        "Started", "Queue", "Load", "Fit", "Predict", "Score",
    ]  # fmt: skip
    assert "1" in texts(fragment, "spilled_bytes", table=1)
    assert [row.cells[0].text for row in workers.rows] == ["worker-0", "worker-1"]
    assert "When each worker ran which case" in fragment.html


def test_the_scheduler_s_own_report_is_linked_where_there_is_one(tmp_path: Path) -> None:
    folder = write_example(tmp_path, shape=Shape(splits=("random",)))
    assert "dask.html" not in filled("cost", read_run(folder)).html
    (folder / "dask.html").write_text("<p>tasks</p>")
    assert '<a href="dask.html">' in filled("cost", read_run(folder)).html


def test_quarantined_lines_stand_with_file_line_and_reason(run: Run) -> None:
    *_, by_file, lines = filled("profile", run).tables
    assert [cell.text for cell in by_file.rows[0].cells] == ["part-00003.csv", "2"]
    assert [cell.text for cell in lines.rows[0].cells][:2] == ["part-00003.csv", "17"]


def test_the_first_screen_answers_every_question(run: Run) -> None:
    html = str(filled("in-short", run).html)
    for question in (
        "Which model wins?", "Is that certain?", "What changed?", "What failed?",
        "How good can it get?", "On what?",
    ):  # fmt: skip
        assert question in html
    assert "% of the ceiling of" in html
    assert "Honest gap of stack: " in html
    assert "fingerprint 5c9f6c1e0d7a" in html
    assert "laptop, 2 workers, 2 threads, 8 GiB" in html
    assert "Synthetic data." in html
    assert re.search(r"\d+ of \d+ cases: \d+ out of memory", html)
