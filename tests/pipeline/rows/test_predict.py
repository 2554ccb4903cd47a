from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils._testing import _delete_folder

from pipeline.errors import ModelError
from pipeline.rows.predict import answers_to_test, classes_of_test
from pipeline.rows.stored import StoredModel, read_model, store_model


@pytest.fixture
def tree(table, is_test):
    X, y = table
    return DecisionTreeClassifier(max_depth=2, random_state=0).fit(X[~is_test], y[~is_test])


def test_the_confusion_of_all_parts_is_the_confusion_of_all_test_rows(
    source, tree, table, is_test, tmp_path
):
    X, y = table
    store_model(tree, tmp_path / "tree.skops")
    found = answers_to_test(source, tmp_path / "tree.skops")
    expected = tree.predict(X[is_test])
    np.testing.assert_array_equal(found.confusion, confusion_matrix(y[is_test], expected))
    np.testing.assert_array_equal(found.codes, expected)
    np.testing.assert_array_equal(classes_of_test(source), y[is_test])
    assert (found.confusion.dtype, found.codes.dtype) == (np.int64, np.int16)


def test_a_stored_model_travels_as_its_path(tree, table, tmp_path):
    size = store_model(tree, tmp_path / "tree.skops")
    assert size == (tmp_path / "tree.skops").stat().st_size
    stored = StoredModel(str(tmp_path / "tree.skops"))
    assert stored.get_params() == {"path": str(tmp_path / "tree.skops")}
    np.testing.assert_array_equal(stored.predict(table[0]), tree.predict(table[0]))


@pytest.mark.parametrize(
    ("strange", "name"),
    [(Path("odd"), "pathlib"), (_delete_folder, "sklearn.utils._testing._delete")],
)
def test_what_is_no_model_of_ours_is_not_read(strange, name, tmp_path):
    store_model(DecisionTreeClassifier(random_state=strange), tmp_path / "odd.skops")
    with pytest.raises(ModelError, match=rf"odd.skops: not a model of threatbench \({name}"):
        read_model(tmp_path / "odd.skops")
