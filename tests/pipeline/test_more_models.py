from __future__ import annotations

import numpy as np
import pytest
import skops.io
from threadpoolctl import threadpool_limits

from pipeline.more_models import MORE_MODELS
from pipeline.zoo import STUDY, ZOO

FEW = {
    "hist_gradient_boosting": {"max_iter": 3},
    "xgboost": {"n_estimators": 3},
    "lightgbm": {"n_estimators": 3},
}


def test_the_zoo_is_the_study_and_more():
    assert tuple(ZOO) == (*STUDY, *(model.name for model in MORE_MODELS))
    assert len(STUDY) == 12


@pytest.mark.parametrize("model", MORE_MODELS, ids=lambda model: model.name)
def test_every_further_model_is_kept_without_pickle(model, tmp_path):
    chance = np.random.default_rng(0)
    y = np.arange(90) % 3
    X = chance.normal(size=(90, 2)) + y[:, np.newaxis]
    counts = chance.integers(1, 9, 90)
    with threadpool_limits(1):
        fitted = model.build(0, FEW.get(model.name)).fit(X, y, sample_weight=counts)
        skops.io.dump(fitted, tmp_path / "model.skops")
        foreign = skops.io.get_untrusted_types(file=tmp_path / "model.skops")
        again = skops.io.load(tmp_path / "model.skops", trusted=foreign)
        assert again.predict(X).tolist() == fitted.predict(X).tolist()
    assert not [name for name in foreign if name.startswith(("xgboost", "lightgbm"))]
