"""CHECKS: what makes a feature suspect, each with a code that stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.flows import Integers
from pipeline.moments import Moments
from pipeline.relevance import TREE_DEPTH, tree_scores

LEAK_THRESHOLD: Final = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """What is known of the features of one task and split.

    ``moments`` and ``bins`` are those of the training rows by class; ``equal`` names for each
    feature the first that it equals in every row.
    """

    features: tuple[str, ...]
    moments: Moments
    bins: Integers
    equal: Integers


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One feature that a check has found suspect, and a sentence that says why."""

    code: str
    feature: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a check looks for; ``find`` gives the features and what is to be said of each."""

    title: str
    explanation: str
    find: Callable[[Facts], Iterator[tuple[str, str]]]


def lint(facts: Facts) -> tuple[Finding, ...]:
    """What all checks find, in their order."""
    return tuple(
        Finding(code=code, feature=feature, message=message)
        for code, check in CHECKS.items()
        for feature, message in check.find(facts)
    )


def _constant(facts: Facts) -> Iterator[tuple[str, str]]:
    pooled = facts.moments.pooled()
    for name, squares, value in zip(facts.features, pooled.m2[0], pooled.mean[0], strict=True):
        if squares == 0 and pooled.count[0]:
            yield name, f"constant: {value:g} in every training flow"


def _duplicate(facts: Facts) -> Iterator[tuple[str, str]]:
    constant = {name for name, _ in _constant(facts)}
    for index, first in enumerate(facts.equal.tolist()):
        name = facts.features[index]
        if first != index and name not in constant:
            yield name, f"duplicate: equal to {facts.features[first]} in every flow"


def _leaking(facts: Facts) -> Iterator[tuple[str, str]]:
    for name, score in zip(facts.features, tree_scores(facts.bins), strict=True):
        if score >= LEAK_THRESHOLD:
            yield (
                name,
                f"leaking: a tree of depth {TREE_DEPTH} on it alone reaches {score:.1%} of the best"
                " balanced accuracy that its leaves allow; is it known before the class is?",
            )


CHECKS: Final[Mapping[str, Check]] = {
    "S001": Check(
        title="constant",
        explanation="has one value in all training flows, so it tells nothing",
        find=_constant,
    ),
    "S002": Check(
        title="duplicate",
        explanation="is equal to an earlier feature in every complete flow, training and test",
        find=_duplicate,
    ),
    "S003": Check(
        title="leaking",
        explanation=f"tells the classes nearly by itself: a tree of depth {TREE_DEPTH} on its bins"
        f" reaches at least {LEAK_THRESHOLD:.0%} of the best balanced accuracy its leaves allow",
        find=_leaking,
    ),
}
