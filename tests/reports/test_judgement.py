from __future__ import annotations

import json
import shutil

import pytest

from reports.compare import write_judgement
from reports.example import write_example
from reports.example_cases import Shape
from reports.judgement import compare_runs, judge_night
from reports.judgement_text import judgement_json, judgement_markdown, summary_paragraph
from reports.run import read_run
from reports.store import RunFolder

SHAPE = Shape(models=("tree", "forest"), splits=("random",), failures=0)
TREE = "attack/random/tree/0"
STRAY = (1.0, 1.01, 0.99, 1.005, 0.995, 1.01, 0.99, 1.0)


def change_records(folder, change):
    lines = [change(record).model_dump_json() for record in read_run(folder).records]
    (folder / "cases.jsonl").write_text("".join(f"{line}\n" for line in lines))


def change_summary(folder, change):
    summary = json.loads((folder / "run.json").read_text())
    change(summary)
    (folder / "run.json").write_text(json.dumps(summary))


def slowed(factor, case_id=TREE):
    def change(record):
        times = factor if record.case_id == case_id else 1.0
        return record.model_copy(update={"seconds": {"fit": times, "predict": 0.1}})

    return change


def lowered(points):
    def change(record):
        score = record.scores["f1_macro"].model_copy(update={"low": None, "high": None})
        score = score.model_copy(update={"value": 0.8 - points / 100})
        return record.model_copy(update={"scores": {**record.scores, "f1_macro": score}})

    return change


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return write_example(tmp_path_factory.mktemp("example"), shape=SHAPE)


@pytest.fixture
def night(example, tmp_path):
    """One night of January, its fits of a second changed."""

    def make(day, change):
        folder = tmp_path / f"example-202601{day:02}T000000Z"
        shutil.copytree(example, folder, dirs_exist_ok=True)
        change_summary(folder, lambda summary: summary.update(run_id=folder.name))
        change_records(folder, change)
        return folder

    return make


@pytest.fixture
def nights(night):
    """Eight quiet nights: a fit of a second that strays by a hundredth."""
    return [night(day, slowed(stray)) for day, stray in enumerate(STRAY, start=1)]


@pytest.fixture
def tonight(night, nights):
    """One more night, with its records changed and the slow case run again."""

    def make(*changes, again=()):
        folder = night(len(nights) + 1, slowed(1.0))
        for change in changes:
            change_records(folder, change)
        for turn, change in enumerate(again):
            rerun(folder, change, turn=turn)
        return read_run(folder)

    return make


def rerun(folder, change, *, turn, why="suspected"):
    (record,) = [record for record in read_run(folder).records if record.case_id == TREE]
    told = {"case_id": f"{TREE}-again{turn}", "rerun_of": TREE, "rerun_why": why}
    RunFolder(path=folder).append_rerun(change(record).model_copy(update=told))


def words(judgement, measure):
    return {one.record.model: one.word for one in judgement.shifts if one.measure.key == measure}


def test_a_night_like_the_others_is_the_same(tonight):
    judgement = judge_night(tonight(), restarts={})
    assert (judgement.word, len(judgement.nights)) == ("same", 8)
    assert set(words(judgement, "fit_seconds").values()) == {"same"}


@pytest.mark.parametrize(("factor", "word"), [(1.2, "worse"), (0.8, "better"), (1.03, "same")])
def test_a_changed_time_is_suspected_and_only_reruns_confirm_it(tonight, factor, word):
    change = slowed(factor)
    suspected = judge_night(tonight(change), restarts={})
    assert words(suspected, "fit_seconds")["tree"] == word
    assert (suspected.regressions, suspected.improvements) == ((), ())
    assert suspected.word == ("same" if word == "same" else "suspected")


@pytest.mark.parametrize(("factor", "word"), [(1.2, "worse"), (0.8, "better")])
def test_reruns_that_say_the_same_confirm_a_change_and_improvements_are_told_as_loudly(
    tonight, factor, word
):
    judgement = judge_night(tonight(slowed(factor), again=[slowed(factor)] * 5), restarts={})
    assert judgement.word == word
    kind = {"worse": "regression", "better": "improvement"}[word]
    assert f"Confirmed {kind} (1): tree (attack · random) Fit 1" in summary_paragraph(judgement)


def test_reruns_that_do_not_bear_a_suspicion_out_make_it_the_same(tonight):
    judgement = judge_night(tonight(slowed(1.5), again=[slowed(1.0)] * 5), restarts={})
    assert judgement.word == "same"
    assert "the reruns did not bear it out" in judgement_markdown(judgement)


def test_a_night_on_which_the_null_case_strays_is_judged_less_sharply(tonight):
    run = tonight(slowed(1.2, "attack/random/forest/0"))
    rerun(run.path, slowed(1.3), turn=0, why="null")
    judgement = judge_night(read_run(run.path), restarts={})
    assert words(judgement, "fit_seconds")["forest"] == "same"


def test_a_case_that_newly_fails_is_suspected_and_its_reruns_tell(tonight):
    def failed(record):
        is_tree = record.case_id == TREE
        return record.model_copy(update={"status": "failed", "scores": {}}) if is_tree else record

    assert judge_night(tonight(failed), restarts={}).word == "suspected"
    judgement = judge_night(tonight(failed, again=[failed] * 3), restarts={})
    assert [one.measure.key for one in judgement.regressions] == ["ended_well"]


def test_a_score_that_drops_by_half_a_point_is_worse_on_nights_that_repeat_exactly(nights, tonight):
    for folder in nights:
        change_records(folder, lowered(0))
    judgement = judge_night(tonight(lowered(0.5)), restarts={})
    assert set(words(judgement, "f1_macro").values()) == {"worse"}
    assert set(words(judge_night(tonight(lowered(0.1)), restarts={}), "f1_macro").values()) == {
        "same"
    }


def test_an_acknowledged_level_is_the_one_that_counts(nights, tonight):
    change_records(nights[-1], slowed(1.2))
    since = {(TREE, "fit_seconds"): nights[-1].name}
    run = tonight(slowed(1.2))
    assert words(judge_night(run, restarts={}), "fit_seconds")["tree"] == "worse"
    assert words(judge_night(run, restarts=since), "fit_seconds")["tree"] == "same"


@pytest.mark.parametrize(("known", "said"), [(1, "there is 1."), (2, "there are 2.")])
def test_times_are_not_judged_before_there_are_seven_nights(nights, tonight, known, said):
    run = tonight(slowed(1.5))
    for folder in nights[known:]:
        (folder / "run.json").unlink()
    judgement = judge_night(run, restarts={})
    assert words(judgement, "fit_seconds")["tree"] == "undecided"
    assert "it takes 7 like nights" in judgement_markdown(judgement)
    assert said in judgement_markdown(judgement)


def test_times_of_another_processor_are_not_compared(nights, tonight):
    run = tonight(slowed(1.5))
    for folder, name in ((nights[-1], "this one"), (run.path, "another")):
        change_summary(folder, lambda told, name=name: told["environment"].update(processor=name))
    judgement = compare_runs(read_run(nights[-1]), read_run(run.path))
    assert words(judgement, "fit_seconds")["tree"] == "unlike"
    assert "Processor: this one before, another now" in judgement_markdown(judgement)


def test_a_first_night_says_so(tmp_path):
    run = read_run(write_example(tmp_path, shape=SHAPE))
    judgement = judge_night(run, restarts={})
    assert (judgement.word, judgement.shifts) == ("first", ())
    assert "First run" in summary_paragraph(judgement)


def test_a_run_is_compared_with_the_one_that_is_named_and_not_with_its_neighbours(nights, tonight):
    change_records(nights[3], slowed(1.2))
    judgement = compare_runs(read_run(nights[3]), tonight(slowed(1.2)))
    assert words(judgement, "fit_seconds")["tree"] == "same"


def test_runs_that_are_not_alike_are_not_compared_and_the_reason_is_said(nights):
    RunFolder(path=nights[1]).write_suite("k = 12\n")
    judgement = compare_runs(read_run(nights[0]), read_run(nights[1]))
    assert judgement.word == "incomparable"
    assert "Differs in setting k: 10 before, 12 now." in judgement_markdown(judgement)


def test_an_interrupted_run_is_neither_a_baseline_nor_one_of_the_nights(nights, tonight):
    change_records(nights[-1], slowed(9.0))
    change_summary(nights[-1], lambda summary: summary.update(status="interrupted"))
    judgement = compare_runs(read_run(nights[-1]), tonight())
    assert judgement.word == "incomparable"
    assert "Differs in how it ended: interrupted before." in judgement_markdown(judgement)
    assert nights[-1].name not in [
        night.name for night in judge_night(tonight(), restarts={}).nights
    ]


def test_cases_of_other_rows_are_unlike_and_say_which(nights, tonight):
    def fewer(record):
        return record.model_copy(update={"rows_used": 5})

    judgement = compare_runs(read_run(nights[-1]), tonight(fewer))
    assert words(judgement, "accuracy")["tree"] == "unlike"
    assert "rows used: 139,0" in judgement_markdown(judgement).replace("1390", "139,0")


def test_cases_that_came_or_went_are_named(nights, tonight):
    renamed = lambda record: record.model_copy(  # noqa: E731
        update={"case_id": record.case_id.replace("tree", "bush")}
    )
    text = judgement_markdown(compare_runs(read_run(nights[-1]), tonight(renamed)))
    assert "New: attack/random/bush/0." in text
    assert "Gone: attack/random/tree/0." in text


def test_scores_of_the_null_case_that_do_not_repeat_are_told(tonight):
    run = tonight(again=[])
    rerun(run.path, lowered(3), turn=0, why="null")
    (note,) = judge_night(read_run(run.path), restarts={}).notes
    assert "scores are not repeatable" in note


def test_a_night_on_which_everything_is_slow_is_told_apart_from_a_slow_case(night):
    """Nine cases; nights stray together by some hundredths, and tonight by as much."""

    def paced(day, pace, tree=1.0):
        def change(record):
            fit = pace * (tree if record.case_id == TREE else 1.0)
            return record.model_copy(update={"seconds": {"fit": fit}})

        folder = night(day, change)
        (record, *_) = read_run(folder).records
        for number in range(8):
            told = {"case_id": f"attack/random/more/{number}", "seconds": {"fit": pace}}
            RunFolder(path=folder).append(record.model_copy(update=told))
        return folder

    paces = (1.0, 1.04, 0.97, 1.02, 0.95, 1.05, 0.98, 1.03)
    for day, pace in enumerate(paces, start=1):
        paced(day, pace)
    judgement = judge_night(read_run(paced(9, 1.08, tree=1.2)), restarts={})
    assert {one.record.case_id for one in judgement.suspects} == {TREE}
    assert any("Fit of all cases is" in note for note in judgement.notes)


def test_the_page_and_the_json_say_what_the_words_say(nights, tonight, tmp_path):
    run = tonight(slowed(1.2), again=[slowed(1.2)] * 5)
    judgement = compare_runs(read_run(nights[0]), run)
    html = write_judgement(judgement, tmp_path / "page.html").read_text("utf-8")
    assert "Confirmed regression (1): tree" in html
    told = json.loads(json.dumps(judgement_json(judgement)))
    (worse,) = [shift for shift in told["shifts"] if shift["word"] == "worse"]
    assert (told["word"], worse["case_id"], worse["is_confirmed"]) == ("worse", TREE, True)
