"""The notebook study as one plain script of pandas and scikit-learn: what the suite replaces."""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

STUDY: Final[Mapping[str, Callable[[], Any]]] = {
    "logistic_regression": lambda: LogisticRegression(max_iter=500),
    "decision_tree": lambda: DecisionTreeClassifier(random_state=0),
    "random_forest": lambda: RandomForestClassifier(random_state=0),
    "gradient_boosting": lambda: GradientBoostingClassifier(random_state=0),
    "ada_boost": lambda: AdaBoostClassifier(random_state=0),
    "extra_trees": lambda: ExtraTreesClassifier(random_state=0),
    "svc": lambda: SVC(random_state=0),
    "k_nearest_neighbors": lambda: KNeighborsClassifier(),
    "gaussian_nb": lambda: GaussianNB(),
    "neural_network": lambda: MLPClassifier(max_iter=500, random_state=0),
}

Part = Any
Parts = tuple[Part, Part, Part, Part]


def study(csv_paths: Sequence[Path]) -> dict[str, dict[str, float]]:
    """Accuracy, weighted precision and seconds of each of the ten models and of their stack."""
    parts = split(csv_paths)
    found = {name: _scored(build(), parts) for name, build in STUDY.items()}
    best = sorted(found, key=lambda name: -found[name]["accuracy"])[:3]
    stack = StackingClassifier([(name, STUDY[name]()) for name in best])
    return found | {"stack": _scored(stack, parts)}


def split(csv_paths: Sequence[Path]) -> Parts:
    """Training and test part of the ten best features, as ``train_test_split`` returns them."""
    frame = pd.concat([pd.read_csv(path) for path in sorted(csv_paths)], ignore_index=True)
    frame.describe()
    frame = frame.dropna().reset_index(drop=True)
    features, label = frame.drop(columns="label"), frame["label"]
    best = SelectKBest(f_classif, k=10).fit(features, label).get_support()
    parts: Parts = tuple(
        train_test_split(features.loc[:, best], label, test_size=0.2, random_state=42)
    )
    return parts


def _scored(model: Any, parts: Parts) -> dict[str, float]:  # noqa: ANN401 - an estimator
    begun = time.perf_counter()
    X_train, X_test, y_train, y_test = parts
    said = model.fit(X_train, y_train).predict(X_test)
    return {
        "accuracy": float(accuracy_score(y_test, said)),
        "precision_weighted": float(
            precision_score(y_test, said, average="weighted", zero_division=0)
        ),
        "seconds": time.perf_counter() - begun,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    sys.stdout.write(json.dumps(study([Path(argument) for argument in sys.argv[1:]])) + "\n")
