"""Two models on the same test flows by any metric: all models scored on the same drawn flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.metrics import REPLICATES, Metric
from pipeline.paired import Pair, PairedTest, summarize

CELLS_AT_ONCE: Final = 4_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class JointAnswers:
    """Each distinct (true class, answer of every model) once, with its count of flows.

    ``truth`` and ``counts`` are int64, (distinct answers,); ``codes`` is (models, distinct
    answers).
    """

    truth: Integers
    codes: Integers
    counts: Integers
    classes: int


def join_answers(
    truth: Integers, codes: Sequence[Integers], *, counts: Integers, classes: int
) -> JointAnswers:
    """The answers of all models to the same flows, counted.

    >>> joint = join_answers(np.array([0, 0, 1]), [np.array([0, 0, 1]), np.array([1, 1, 1])],
    ...                      counts=np.array([2, 3, 4]), classes=2)
    >>> joint.counts.tolist()
    [5, 4]
    """
    kinds = truth
    for answers in codes:
        _, kinds = np.unique(kinds * classes + answers, return_inverse=True)
    _, first = np.unique(kinds, return_index=True)
    return JointAnswers(
        truth=truth[first],
        codes=np.array([answers[first] for answers in codes], np.int64),
        counts=np.bincount(kinds, counts).astype(np.int64),
        classes=classes,
    )


def compare_scores(
    joint: JointAnswers,
    metric: Metric,
    *,
    disagreements: Mapping[Pair, Pair],
    rope: float,
    seed: int,
) -> dict[Pair, PairedTest]:
    """Every two models by one metric, each drawn test part scored for all of them.

    p is that of the difference over its bootstrap standard error, under the normal law (Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13): shares of a thousand draws
    would be too coarse to be corrected for many pairs.
    """
    scores = _scores(joint, metric, joint.counts[None, :])[:, 0]
    drawn = np.hstack([_scores(joint, metric, counts) for counts in _draws(joint, seed=seed)])
    return {
        (first, second): summarize(
            float(scores[first] - scores[second]),
            drawn[first] - drawn[second],
            p=_p(float(scores[first] - scores[second]), drawn[first] - drawn[second]),
            disagreements=disagreements[first, second],
            rope=rope,
        )
        for first, second in disagreements
    }


def _draws(joint: JointAnswers, *, seed: int) -> Iterator[Integers]:
    """Test parts drawn with replacement, some at a time so that they fit into memory."""
    chance = np.random.default_rng(seed)
    rows, at_once = int(joint.counts.sum()), max(1, CELLS_AT_ONCE // len(joint.counts))
    for start in range(0, REPLICATES, at_once):
        size = min(at_once, REPLICATES - start)
        yield chance.multinomial(rows, joint.counts / rows, size=size)


def _scores(joint: JointAnswers, metric: Metric, counts: Integers) -> Floats:
    """The score of every model on every draw, (models, draws)."""
    return np.array([metric.score(_confusions(joint, answers, counts)) for answers in joint.codes])


def _confusions(joint: JointAnswers, answers: Integers, counts: Integers) -> Floats:
    from scipy.sparse import csr_array  # here since only the comparison of a whole run needs it

    cells = joint.truth * joint.classes + answers
    places = (np.arange(len(cells)), cells)
    indicator = csr_array((np.ones(len(cells)), places), shape=(len(cells), joint.classes**2))
    return np.asarray(counts @ indicator, np.float64).reshape(-1, joint.classes, joint.classes)


def _p(difference: float, drawn: Floats) -> float:
    from scipy.stats import norm

    spread = float(drawn.std(ddof=1))
    if not spread:
        return float(difference == 0)
    return float(2 * norm.sf(abs(difference) / spread))
