"""Which test shows of each model that counts enter it as they should: a model needs one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.zoo import ZOO

PROOFS = {
    "logistic_regression": (
        "test_zoo.py",
        "test_logistic_regression_meets_the_same_optimum_on_counts_and_on_rows",
    ),
    "decision_tree": ("test_zoo.py", "test_trees_grow_alike_on_counts_and_on_rows_to_the_bit"),
    "random_forest": (
        "test_forest.py",
        "test_a_tree_s_bootstrap_is_a_multinomial_draw_of_all_flows_over_the_counts",
    ),
    "gradient_boosting": (
        "test_zoo.py",
        "test_gradient_boosting_is_the_same_on_counts_and_on_rows",
    ),
    "ada_boost": ("test_zoo.py", "test_ada_boost_is_the_same_on_counts_and_on_rows"),
    "extra_trees": ("test_zoo.py", "test_trees_grow_alike_on_counts_and_on_rows_to_the_bit"),
    "svc": (
        "test_weighted.py",
        "test_a_support_vector_machine_meets_the_same_optimum_on_counts_and_on_rows",
    ),
    "k_nearest_neighbors": (
        "test_neighbors.py",
        "test_the_vote_is_the_expected_vote_of_rows_with_ties_broken_at_random",
    ),
    "gaussian_nb": ("test_weighted.py", "test_naive_bayes_is_the_same_on_counts_and_on_rows"),
    "neural_network": (
        "test_network.py",
        "test_with_every_flow_an_epoch_each_step_is_the_original_s_on_rows",
    ),
    "dummy": ("test_zoo.py", "test_the_majority_is_counted_in_rows"),
    "one_rule": ("test_zoo.py", "test_trees_grow_alike_on_counts_and_on_rows_to_the_bit"),
    "hist_gradient_boosting": (
        "test_boosting.py",
        "test_boosting_is_the_same_on_counts_and_on_rows",
    ),
    "xgboost": ("test_boosting.py", "test_boosting_is_the_same_on_counts_and_on_rows"),
    "lightgbm": ("test_boosting.py", "test_boosting_is_the_same_on_counts_and_on_rows"),
    "linear_svc": (
        "test_scaled.py",
        "test_a_linear_support_vector_machine_meets_the_same_optimum_on_counts_and_on_rows",
    ),
    "nearest_centroid": (
        "test_scaled.py",
        "test_nearest_centroid_is_the_same_on_counts_and_on_rows",
    ),
    "linear_discriminant": (
        "test_discriminant.py",
        "test_linear_discriminant_analysis_is_the_same_on_counts_and_on_rows",
    ),
    "quadratic_discriminant": (
        "test_discriminant.py",
        "test_quadratic_discriminant_analysis_is_the_same_on_counts_and_on_rows",
    ),
    "complement_nb": (
        "test_scaled.py",
        "test_complement_naive_bayes_is_the_same_on_counts_and_on_rows",
    ),
}


def test_every_model_has_its_proof():
    assert set(PROOFS) == set(ZOO)


@pytest.mark.parametrize("name", PROOFS)
def test_the_proof_is_a_property_that_hypothesis_tries(name):
    module, test = PROOFS[name]
    tree = ast.parse((Path(__file__).parent / module).read_text("utf-8"))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    decorators = [ast.unparse(one) for one in found[test].decorator_list]
    assert any(one.startswith("given(") for one in decorators)
