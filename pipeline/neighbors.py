"""k nearest neighbours where a neighbour is a flow and the data are counts of flows."""

from __future__ import annotations

from numbers import Integral
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import NearestNeighbors
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from pipeline.flows import Floats, Integers


class CountedNeighbors(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """k-nearest-neighbours vote over counted rows.

    A distinct feature vector at distance d contributes its whole label histogram until
    ``n_neighbors`` flows are used; vectors tied at the last distance share what is left in
    proportion to their flows. That is the expected vote of the row-level classifier when it breaks
    ties at random; the row-level classifier itself breaks them by the order of its rows.

    Parameters
    ----------
    n_neighbors
        How many flows vote; all of them when there are fewer.
    """

    _parameter_constraints: ClassVar = {"n_neighbors": [Interval(Integral, 1, None, closed="left")]}

    def __init__(self, n_neighbors: int = 5) -> None:
        self.n_neighbors = n_neighbors

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit; a row counts ``sample_weight`` times."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        counts = np.ones(len(rows)) if sample_weight is None else np.asarray(sample_weight, float)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        vectors, places = _distinct(rows)
        shape = (len(vectors), len(self.classes_))
        self.histogram_ = csr_array((counts, (places, codes)), shape=shape)
        self.flows_ = np.bincount(places, weights=counts)
        self.index_ = NearestNeighbors(algorithm="kd_tree").fit(vectors)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """The class with the largest share of the vote; the first of those that tie."""
        votes = self.predict_proba(X)
        labels: NDArray[np.generic] = self.classes_[votes.argmax(axis=1)]
        return labels

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Each class's share of the expected vote, shape (rows, classes)."""
        check_is_fitted(self)
        queries, places = _distinct(validate_data(self, X, dtype=np.float64, reset=False))
        return self._vote(queries)[places]

    def _vote(self, queries: Floats) -> Floats:
        """The vote for each query: ever more neighbours until ties at the last distance end."""
        votes = np.zeros((len(queries), len(self.classes_)))
        open_queries = np.arange(len(queries))
        reach = min(self.n_neighbors + 1, len(self.flows_))
        while len(open_queries):
            distances, found = self.index_.kneighbors(queries[open_queries], n_neighbors=reach)
            used, is_settled = _flows_used(distances, self.flows_[found], self.n_neighbors)
            is_settled |= reach == len(self.flows_)
            votes[open_queries[is_settled]] = self._tally(found[is_settled], used[is_settled])
            open_queries = open_queries[~is_settled]
            reach = min(2 * reach, len(self.flows_))
        return votes

    def _tally(self, found: Integers, used: Floats) -> Floats:
        shares = used / self.flows_[found]
        starts = np.arange(0, found.size + 1, found.shape[1])
        shape = (len(found), len(self.flows_))
        chosen = csr_array((shares.ravel(), found.ravel(), starts), shape=shape)
        votes: Floats = (chosen @ self.histogram_).toarray()
        votes /= votes.sum(axis=1, keepdims=True)
        return votes


def _flows_used(distances: Floats, flows: Floats, wanted: int) -> tuple[Floats, NDArray[np.bool_]]:
    """How many flows of each neighbour vote, and whether no farther neighbour could tie."""
    reached = flows.cumsum(axis=1)
    last = np.minimum((reached < wanted).sum(axis=1), flows.shape[1] - 1)[:, None]
    last_distance = np.take_along_axis(distances, last, axis=1)
    is_nearer = distances < last_distance
    is_tied = distances == last_distance
    left = wanted - (flows * is_nearer).sum(axis=1, keepdims=True)
    tied = (flows * is_tied).sum(axis=1, keepdims=True)
    used = flows * (is_nearer + is_tied * np.minimum(left / tied, 1.0))
    is_settled = (distances[:, -1:] > last_distance).ravel() & (reached[:, -1] >= wanted)
    return used, is_settled


def _distinct(X: Floats) -> tuple[Floats, Integers]:
    """The distinct rows of ``X``, and for each row its place among them."""
    order = np.lexsort(X.T[::-1])
    is_new = np.ones(len(X), dtype=bool)
    is_new[1:] = (X[order[1:]] != X[order[:-1]]).any(axis=1)
    places = np.empty(len(X), dtype=np.int64)
    places[order] = is_new.cumsum() - 1
    return X[order[is_new]], places
