"""How far several selections of features agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from statistics import fmean


def jaccard(selections: Sequence[frozenset[str]]) -> float:
    """The mean over all pairs of the features in both over the features in either.

    After Kalousis, Prados and Hilario, *Stability of feature selection algorithms*, Knowledge and
    Information Systems 12 (2007).

    >>> jaccard([frozenset("ab"), frozenset("ab"), frozenset("bc")])
    0.555...
    """
    return _mean_of_pairs(selections, lambda a, b: len(a & b) / len(a | b))


def kuncheva(selections: Sequence[frozenset[str]], *, features: int) -> float | None:
    """The mean over all pairs of (rn - k²) / (k(n - k)): r features shared of k, out of n.

    1 where all selections are the same, 0 for what chance would share. After Kuncheva, *A
    stability index for feature selection*, AIA 2007. None where all features are selected, which
    leaves nothing to agree on; the selections must be of one size.

    >>> kuncheva([frozenset("ab"), frozenset("bc")], features=4)
    0.0
    """
    k = len(selections[0])
    if not 0 < k < features:
        return None
    most = k * (features - k)
    return _mean_of_pairs(selections, lambda a, b: (len(a & b) * features - k**2) / most)


def _mean_of_pairs(
    selections: Sequence[frozenset[str]],
    agreement: Callable[[frozenset[str], frozenset[str]], float],
) -> float:
    return fmean(agreement(a, b) for a, b in combinations(selections, 2))
