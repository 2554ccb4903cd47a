from __future__ import annotations

import pytest

from pipeline.errors import ModelError
from pipeline.model import ROW_PARAMS
from pipeline.zoo import ZOO, find_model


def test_params_go_over_the_defaults_of_the_entry():
    assert find_model("neural_network").build(3).get_params()["max_iter"] == 500
    built = find_model("neural_network").build(3, {"max_iter": 7, "random_state": 9})
    assert (built.max_iter, built.random_state) == (7, 9)


def test_a_seed_reaches_every_estimator_that_uses_chance():
    seeds = {model.build(5).get_params().get("random_state", 5) for model in ZOO.values()}
    assert seeds == {5}


def test_an_unknown_parameter_is_told_its_nearest_name():
    with pytest.raises(ModelError, match="'decision_tree' 'max_dept'; did you mean 'max_depth'"):
        find_model("decision_tree").check_params({"max_dept": 3})


def test_a_name_near_none_is_told_all_of_them():
    with pytest.raises(ModelError, match="known: n_neighbors"):
        find_model("k_nearest_neighbors").check_params({"zzz": 3})


@pytest.mark.parametrize(
    ("model", "params"),
    [
        ("decision_tree", {"max_depth": "deep"}),
        ("k_nearest_neighbors", {"n_neighbors": 0}),
        ("neural_network", {"solver": "sgd"}),
    ],
)
def test_a_value_that_the_estimator_refuses_is_refused_before_the_fit(model, params):
    with pytest.raises(ModelError, match=f"model '{model}': .*{next(iter(params))}"):
        find_model(model).check_params(params)


@pytest.mark.parametrize("name", ZOO)
def test_parameters_that_would_count_distinct_rows_are_refused_with_a_remedy(name):
    model = ZOO[name]
    offered = model.build(0).get_params()
    for param in model.row_params:
        assert param in offered
        with pytest.raises(ModelError, match=ROW_PARAMS[param]):
            model.check_params({param: offered[param]})


def test_fewer_classes_afford_more_rows_where_each_class_is_fitted_in_turn():
    boosting, tree = find_model("gradient_boosting"), find_model("decision_tree")
    assert boosting.affords(classes=34) == boosting.affords_distinct_rows
    assert boosting.affords(classes=17) == 2 * boosting.affords_distinct_rows
    assert tree.affords(classes=2) == tree.affords_distinct_rows


def test_right_params_are_accepted():
    find_model("gradient_boosting").check_params({"n_estimators": 20, "learning_rate": 0.3})
