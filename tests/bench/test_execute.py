from __future__ import annotations

import numpy as np
import pytest
import skops.io
from sklearn import metrics
from sklearn.ensemble import GradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from bench.bundle import load_predictions
from bench.execute import Watch, perform
from pipeline.metrics import METRICS
from pipeline.value_metrics import VALUE_METRICS

ORIGINALS = {
    "decision_tree": DecisionTreeClassifier(random_state=0),
    "gaussian_nb": GaussianNB(),
    "gradient_boosting": GradientBoostingClassifier(n_estimators=10, random_state=0),
}
PARAMS = {"gradient_boosting": {"n_estimators": 10}}
SCORES = {
    "accuracy": metrics.accuracy_score,
    "precision_weighted": lambda *y: metrics.precision_score(*y, average="weighted"),
    "recall_weighted": lambda *y: metrics.recall_score(*y, average="weighted"),
    "f1_weighted": lambda *y: metrics.f1_score(*y, average="weighted"),
    "precision_macro": lambda *y: metrics.precision_score(*y, average="macro"),
    "recall_macro": lambda *y: metrics.recall_score(*y, average="macro"),
    "f1_macro": lambda *y: metrics.f1_score(*y, average="macro"),
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "mcc": metrics.matthews_corrcoef,
}


@pytest.mark.parametrize("model", ORIGINALS)
def test_a_fit_scores_what_scikit_learn_scores_on_the_rows_themselves(model, order, bundle):
    outcome = perform(order("fit", model, params=PARAMS.get(model, {})))
    X, y = _rows(bundle.test)
    predicted = ORIGINALS[model].fit(*_rows(bundle.train)).predict(X)
    assert {name: outcome.scores[name].value for name in SCORES} == pytest.approx(
        {name: score(y, predicted) for name, score in SCORES.items()}, abs=1e-12
    )
    np.testing.assert_array_equal(outcome.confusion, metrics.confusion_matrix(y, predicted))


@pytest.mark.parametrize("model", ORIGINALS)
def test_a_fit_s_values_score_what_scikit_learn_scores_on_the_rows_themselves(model, order, bundle):
    asked = order("fit", model, params=PARAMS.get(model, {}), benign=("Benign",))
    found = {name: score.value for name, score in perform(asked).scores.items()}
    X, y = _rows(bundle.test)
    values = ORIGINALS[model].fit(*_rows(bundle.train)).predict_proba(X)
    rates, hits, _ = metrics.roc_curve(y != 0, -values[:, 0], drop_intermediate=False)
    assert found["roc_auc_macro"] == pytest.approx(
        metrics.roc_auc_score(y, values, multi_class="ovr"), abs=1e-9
    )
    assert found["pr_auc_macro"] == pytest.approx(
        metrics.average_precision_score(y, values), abs=1e-9
    )
    assert found["detection_at_1_in_100"] == pytest.approx(hits[rates <= 0.01].max(), abs=1e-9)
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(y, values), abs=1e-9)


def test_a_fit_tells_every_class_by_its_name(order, bundle):
    outcome = perform(order("fit", "decision_tree"))
    X, y = _rows(bundle.test)
    predicted = DecisionTreeClassifier(random_state=0).fit(*_rows(bundle.train)).predict(X)
    expected = metrics.precision_recall_fscore_support(y, predicted)
    assert tuple(outcome.per_class) == bundle.test.labels
    found = [(c.precision, c.recall, c.f1, c.support) for c in outcome.per_class.values()]
    np.testing.assert_allclose(np.transpose(found), expected, rtol=1e-12)


def test_a_fit_says_how_many_rows_there_were_and_what_it_took(order, bundle):
    outcome = perform(order("fit", "decision_tree", submitted=1.0))
    assert outcome.status == "done"
    assert outcome.rows_asked == outcome.rows_used == bundle.train.rows
    assert outcome.distinct_rows == bundle.train.distinct_rows
    assert outcome.rows_tested == bundle.test.rows
    assert outcome.rows_why is None
    assert {"queue", "load", "fit", "predict", "score"} <= set(outcome.seconds)
    assert min(outcome.model_bytes, outcome.predict_rows_per_second, outcome.seconds["fit"]) > 0


def test_every_score_lies_in_its_interval_and_knows_its_direction(order):
    scores = perform(order("fit", "gaussian_nb")).scores
    assert scores.keys() == METRICS.keys() | VALUE_METRICS.keys()
    found = {name for name, score in scores.items() if score.value is not None}
    assert found == scores.keys() - {"detection_at_1_in_100", "detection_at_1_in_1000"}
    for name in found:
        assert scores[name].low <= scores[name].value <= scores[name].high
        assert scores[name].low < scores[name].high
    falling = {name for name, score in scores.items() if score.better == "lower"}
    assert falling == {"brier", "ece"}


def test_a_score_that_cannot_be_had_says_why(order):
    scores = perform(order("fit", "gaussian_nb")).scores
    assert scores["detection_at_1_in_100"].value is None
    assert scores["detection_at_1_in_100"].why == "no class is benign"


def test_every_class_that_was_tested_has_wilson_s_intervals(order):
    for score in perform(order("fit", "gaussian_nb")).per_class.values():
        low, high = score.recall_interval
        assert low < score.recall < high
        low, high = score.precision_interval
        assert low < score.precision < high


@pytest.mark.parametrize("fields", [{"budget": 40}, {"effort": 40 / 2_000_000}])
def test_a_model_sees_no_more_distinct_rows_than_it_is_allowed_and_says_so(fields, order, bundle):
    asked = order("fit", "decision_tree")
    outcome = perform(asked.model_copy(update=fields))
    assert outcome.rows_asked == bundle.train.rows
    assert outcome.distinct_rows == 40
    assert outcome.rows_used < outcome.rows_asked
    assert f"{bundle.train.distinct_rows:,} distinct rows are more" in outcome.rows_why
    assert outcome.rows_tested == bundle.test.rows


def test_a_budget_below_the_number_of_classes_still_shows_every_class(order, bundle):
    outcome = perform(order("fit", "decision_tree", budget=1))
    assert outcome.distinct_rows == len(bundle.train.labels)


def test_a_fold_scores_what_scikit_learn_scores_on_the_rows_held_out(order, bundle):
    outcome = perform(order("fold", "decision_tree", fold=1))
    X, y = _rows(bundle.only(1))
    predicted = DecisionTreeClassifier(random_state=0).fit(*_rows(bundle.without(1))).predict(X)
    assert outcome.fold == 1
    assert outcome.fold_scores == pytest.approx(
        {name: score(y, predicted) for name, score in SCORES.items()}, abs=1e-12
    )
    assert not outcome.scores


def test_a_stack_scores_what_a_stack_of_the_rows_themselves_scores(order, bundle, tmp_path):
    members = ("decision_tree", "gaussian_nb")
    for model in members:
        perform(order("fit", model))
        for fold in range(3):
            perform(order("fold", model, fold=fold))
    outcome = perform(order("stack", "stack", members=members))
    y, predicted = _stack_of_rows(bundle, members)
    assert outcome.scores["accuracy"].value == pytest.approx(metrics.accuracy_score(y, predicted))
    np.testing.assert_array_equal(outcome.confusion, metrics.confusion_matrix(y, predicted))
    assert outcome.rows_used == bundle.train.rows


def test_a_vote_scores_what_voting_classifier_scores_on_the_rows_themselves(order, bundle):
    members = ("decision_tree", "gaussian_nb")
    for model in members:
        perform(order("fit", model))
    outcome = perform(order("vote", "vote", members=members))
    vote = VotingClassifier([(name, ORIGINALS[name]) for name in members], voting="soft")
    X, y = _rows(bundle.test)
    predicted = vote.fit(*_rows(bundle.train)).predict(X)
    np.testing.assert_array_equal(outcome.confusion, metrics.confusion_matrix(y, predicted))
    assert outcome.voting == "soft"
    assert outcome.scores["accuracy"].low is not None


def test_predictions_are_kept_under_the_name_of_the_order(order, bundle, tmp_path):
    perform(order("fit", "gaussian_nb"))
    perform(order("fold", "gaussian_nb", fold=2))
    of_test = load_predictions(tmp_path / "attack-random-gaussian_nb-0.npz")
    of_fold = load_predictions(tmp_path / "attack-random-gaussian_nb-0-fold2.npz")
    assert of_test.values.shape == (bundle.test.distinct_rows, 3)
    assert of_fold.values.shape == (bundle.only(2).distinct_rows, 3)


def test_a_saved_model_is_the_model_that_was_scored(order, bundle, tmp_path):
    scored = perform(order("fit", "decision_tree"))
    perform(order("save", "decision_tree"))
    file = tmp_path / "attack-random-decision_tree-0.skops"
    model = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
    X, y = _rows(bundle.test)
    np.testing.assert_array_equal(scored.confusion, metrics.confusion_matrix(y, model.predict(X)))


def test_what_a_model_raises_passes_through(order):
    with pytest.raises(ValueError, match="priors"):
        perform(order("fit", "gaussian_nb", params={"priors": [0.5, 0.5]}))


def test_a_watch_adds_up_the_blocks_of_one_name_even_one_that_raises():
    watch = Watch()
    with pytest.raises(ZeroDivisionError), watch.stage("fit"):
        _ = 1 / 0
    first = watch.seconds["fit"]
    with watch.stage("fit"), watch.stage("inner"):
        pass
    assert watch.seconds["fit"] >= first + watch.seconds["inner"] > first


def _rows(flows):
    """The flows one by one."""
    return np.repeat(flows.X, flows.counts, axis=0), np.repeat(flows.y, flows.counts)


def _stack_of_rows(bundle, members):
    """Truth and prediction of a stack that knows nothing of counts, on the same folds."""
    meta, codes = [], []
    for fold in range(3):
        X, y = _rows(bundle.only(fold))
        train = _rows(bundle.without(fold))
        meta.append(np.hstack([ORIGINALS[m].fit(*train).predict_proba(X) for m in members]))
        codes.append(y)
    stack = LogisticRegression().fit(np.vstack(meta), np.concatenate(codes))
    X, y = _rows(bundle.test)
    train = _rows(bundle.train)
    of_test = np.hstack([ORIGINALS[m].fit(*train).predict_proba(X) for m in members])
    return y, stack.predict(of_test)
