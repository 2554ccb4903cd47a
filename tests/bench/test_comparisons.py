from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score
from statsmodels.stats.multitest import multipletests

from bench.bundle import load_codes, save_codes
from bench.case_record import case_record
from bench.comparisons import compare_models
from bench.desk import Desk
from bench.ended import Ended
from bench.execute import perform
from bench.progress import Silent
from bench.suite_file import load_suite
from reports.comparison import Comparison

MODELS = ("decision_tree", "gaussian_nb", "k_nearest_neighbors")
METRICS = {
    "accuracy": accuracy_score,
    "f1_macro": lambda *y: f1_score(*y, average="macro"),
}


@pytest.fixture
def desk(bundle_path, tmp_path):
    suite = load_suite("smoke", overrides=["choose_by=f1_macro", "rope=0.02"])
    return Desk(
        suite=suite,
        bundles={("attack", "random"): bundle_path},
        work=tmp_path,
        ended=Ended(path=tmp_path / "outcomes.jsonl"),
        slots=1,
        progress=Silent(),
    )


@pytest.fixture
def records(desk, order):
    """Each model fitted on the training part and on every fold, and a control."""
    found = []
    for model in (*MODELS, "dummy"):
        folds = range(3) if model != "dummy" else ()
        orders = [order("fit", model), *(order("fold", model, fold=fold) for fold in folds)]
        found.append(case_record(orders[0].case, desk.suite, [perform(one) for one in orders]))
    return found


def read(found):
    return [Comparison.model_validate(one) for one in found]


def test_every_two_models_are_compared_by_accuracy_and_the_suite_s_metric(desk, records):
    found = read(compare_models(desk, records))
    assert [one.metric for one in found] == ["f1_macro", "accuracy"]
    for one in found:
        pairs = {frozenset((pair.first, pair.second)) for pair in one.pairs}
        assert pairs == set(map(frozenset, combinations(MODELS, 2)))
        assert (one.task, one.split, one.rope) == ("attack", "random", 0.02)
        assert "3 pairs" in one.method


def test_differences_are_those_of_the_flows_themselves(desk, records, bundle, tmp_path):
    counts, y = bundle.test.counts, np.repeat(bundle.test.y, bundle.test.counts)
    said = {
        model: np.repeat(load_codes(tmp_path / f"attack-random-{model}-0.npz"), counts)
        for model in MODELS
    }
    for one in read(compare_models(desk, records)):
        scores = {model: METRICS[one.metric](y, said[model]) for model in MODELS}
        for pair in one.pairs:
            assert pair.difference == pytest.approx(scores[pair.first] - scores[pair.second])
            assert pair.low <= pair.difference <= pair.high
            right, other = said[pair.first] == y, said[pair.second] == y
            assert pair.only_first == (right & ~other).sum()
            assert pair.p <= pair.p_corrected <= 1


def test_p_is_corrected_for_all_pairs_of_the_table(desk, records):
    for one in read(compare_models(desk, records)):
        corrected = multipletests([pair.p for pair in one.pairs], method="holm")[1]
        assert [pair.p_corrected for pair in one.pairs] == pytest.approx(corrected.tolist())
        assert any(pair.p_corrected > pair.p for pair in one.pairs)


def test_a_verdict_rests_on_the_corrected_p(desk, records, bundle, tmp_path):
    alone = np.flatnonzero(bundle.test.counts == 1)
    wrong = dict.fromkeys(MODELS, alone[8:28]) | {MODELS[0]: alone[:8]}
    for model in MODELS:
        codes = bundle.test.y.copy()
        codes[wrong[model]] = (codes[wrong[model]] + 1) % 3
        save_codes(tmp_path / f"attack-random-{model}-0.npz", codes)
    _, by_accuracy = read(compare_models(desk, records))
    told = [pair for pair in by_accuracy.pairs if MODELS[0] in (pair.first, pair.second)]
    assert [round(pair.p, 3) for pair in told] == [0.036, 0.036]
    assert {pair.verdict for pair in told} == {"undecided"}


def test_folds_are_compared_by_the_metric_that_they_were_scored_by(desk, records):
    by_metric, by_accuracy = read(compare_models(desk, records))
    assert all(0 <= pair.fold_p <= 1 for pair in by_metric.pairs)
    assert all(pair.fold_p is None for pair in by_accuracy.pairs)
    assert by_metric.mean_ranks == {}, "three folds are too few for ranks"


def test_a_model_whose_answers_are_not_there_is_left_out(desk, records, tmp_path):
    (tmp_path / "attack-random-gaussian_nb-0.npz").unlink()
    (one, _) = read(compare_models(desk, records))
    assert {frozenset((pair.first, pair.second)) for pair in one.pairs} == {
        frozenset(("decision_tree", "k_nearest_neighbors"))
    }


def test_flows_that_were_not_counted_are_not_compared(desk, records):
    assert compare_models(replace(desk, bundles={}), records) == ()


def test_nothing_is_compared_where_fewer_than_two_models_have_answers(desk, records):
    assert compare_models(desk, records[:1]) == ()
    assert compare_models(desk, []) == ()
