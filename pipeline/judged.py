"""Test flows with what a model says of each, and how well its values set each class apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.metrics import auc, confusion_matrix_at_thresholds

from pipeline.flows import Booleans, CountedFlows, Floats, Integers
from pipeline.predict import Method, Predictions


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """Test flows with what a model says of each.

    Attributes
    ----------
    truth, counts
        int64, (rows,): the code of the true class, and how many flows the row stands for.
    values
        float64, (rows, classes): probabilities or decisions, larger for a likelier class.
    method
        Where the values come from; ``"predict"`` where there are none.
    is_benign
        bool, (classes,): which classes are no attack.
    """

    truth: Integers
    counts: Integers
    values: Floats
    method: Method
    is_benign: Booleans

    @cached_property
    def support(self) -> Floats:
        """Test flows of each class, (classes,)."""
        return np.bincount(self.truth, self.counts, len(self.is_benign)).astype(np.float64)

    @cached_property
    def is_two_sided(self) -> Booleans:
        """Which classes have test flows of their own and of others, (classes,)."""
        two_sided: Booleans = (self.support > 0) & (self.support < self.counts.sum())
        return two_sided

    @cached_property
    def areas(self) -> Floats:
        """Under the ROC curve and the precision-recall curve of each two-sided class, (n, 2)."""
        codes = np.flatnonzero(self.is_two_sided).tolist()
        return np.array([_areas(*self._alarms(code)) for code in codes])

    def _alarms(self, code: int) -> tuple[Floats, Floats]:
        return alarms(self.truth == code, self.values[:, code], counts=self.counts)


def judge(flows: CountedFlows, predictions: Predictions, *, benign: Sequence[str] = ()) -> Judged:
    """What a model said of these flows; ``benign`` names the classes that are no attack."""
    values = predictions.values
    if predictions.method == "decision_function" and values.shape[1] == 1:
        values = np.hstack([-values, values])
    return Judged(
        truth=flows.y,
        counts=flows.counts,
        values=values,
        method=predictions.method,
        is_benign=np.isin(flows.labels, benign),
    )


def alarms(is_hit: Booleans, values: Floats, *, counts: Integers) -> tuple[Floats, Floats]:
    """Flows at or above each threshold, from the highest down: those rightly there, and the rest.

    >>> hits, false_alarms = alarms(np.array([True, False, True]), np.array([0.9, 0.5, 0.5]),
    ...                             counts=np.array([2, 3, 1]))
    >>> hits.tolist(), false_alarms.tolist()
    ([2.0, 3.0], [0.0, 3.0])
    """
    # scikit-learn sorts stably, which halves its time where the values come sorted already.
    falling = np.argsort(values)[::-1]
    _, false_alarms, _, hits, _ = confusion_matrix_at_thresholds(
        is_hit[falling], values[falling], sample_weight=counts[falling]
    )
    return hits, false_alarms


def _areas(hits: Floats, false_alarms: Floats) -> tuple[float, float]:
    """Area under the ROC curve, and average precision, as scikit-learn defines them."""
    roc = auc(_from_zero(false_alarms), _from_zero(hits))
    precision = hits / (hits + false_alarms)
    return roc, float((np.diff(_from_zero(hits)) * precision).sum())


def _from_zero(flows: Floats) -> Floats:
    return np.concatenate([[0.0], flows / flows[-1]])
