from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from pipeline.predict import predict
from pipeline.vote import vote, voting

TREE = ("tree", DecisionTreeClassifier(max_depth=2, random_state=0))
BAYES = ("bayes", GaussianNB())
LOGISTIC = ("logistic", LogisticRegression())
PLANES = ("planes", LinearSVC(dual=False))


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize(
    ("members", "kind"),
    [((TREE, BAYES, LOGISTIC), "soft"), ((TREE, BAYES, PLANES), "hard"), ((TREE, PLANES), "hard")],
)
def test_a_vote_is_that_of_voting_classifier(members, kind, classes):
    chance = np.random.default_rng(classes)
    y = chance.integers(0, classes, 200)
    X = chance.normal(size=(200, 2)) + y[:, np.newaxis]
    theirs = VotingClassifier(list(members), voting=kind).fit(X, y)
    said = [predict(model.fit(X, y), X, classes=classes) for _, model in members]
    ours = vote(said, classes=classes)
    assert voting(said) == kind
    assert ours.codes.tolist() == theirs.predict(X).tolist()
    if kind == "soft":
        np.testing.assert_allclose(ours.values, theirs.predict_proba(X), rtol=1e-12)
