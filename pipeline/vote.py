"""Voting: scikit-learn's ``VotingClassifier`` from predictions that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from pipeline.flows import Integers
from pipeline.predict import Predictions

Voting = Literal["soft", "hard"]


def voting(members: Sequence[Predictions]) -> Voting:
    """``"soft"`` where every member has probabilities, which can be averaged, else ``"hard"``."""
    are_probable = all(member.method == "predict_proba" for member in members)
    return "soft" if are_probable else "hard"


def vote(members: Sequence[Predictions], *, classes: int) -> Predictions:
    """The class of the largest mean probability; or the one that most members name.

    Of classes that tie the first counts, as in scikit-learn. A hard vote has no values, since
    decisions of different models have no common scale.
    """
    if voting(members) == "hard":
        codes = _most_named(np.column_stack([member.codes for member in members]), classes)
        return Predictions(codes=codes, method="predict", values=codes[:, np.newaxis].astype(float))
    mean = np.mean([member.values for member in members], axis=0)
    return Predictions(codes=mean.argmax(axis=1), method="predict_proba", values=mean)


def _most_named(named: Integers, classes: int) -> Integers:
    ballots = np.zeros((len(named), classes), np.int64)
    np.add.at(ballots, (np.arange(len(named))[:, np.newaxis], named), 1)
    elected: Integers = ballots.argmax(axis=1)
    return elected
