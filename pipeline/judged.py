"""Test flows with what a model says of each, and how well its values set each class apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.alarms import Alarms, alarms
from pipeline.areas import precision_area, roc_area
from pipeline.flows import Booleans, CountedFlows, Floats, Integers
from pipeline.influence import Influenced, mean_of
from pipeline.predict import Method, Predictions


@dataclass(frozen=True, kw_only=True, eq=False)
class Areas:
    """Under the ROC and the precision-recall curve, by how the classes are weighed."""

    roc_macro: Influenced
    roc_weighted: Influenced
    pr_macro: Influenced
    pr_weighted: Influenced


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
    seed
        Of the test parts that are drawn for intervals.
    """

    truth: Integers
    counts: Integers
    values: Floats
    method: Method
    is_benign: Booleans
    seed: int = 0

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
    def areas(self) -> Areas:
        """Under the curves of the two-sided classes, each class against the rest."""
        codes = np.flatnonzero(self.is_two_sided)
        roc, precision = zip(*map(self._areas_of, codes.tolist()), strict=True)
        return Areas(
            roc_macro=_macro(roc),
            roc_weighted=self._weighted(roc, codes),
            pr_macro=_macro(precision),
            pr_weighted=self._weighted(precision, codes),
        )

    @cached_property
    def attack_alarms(self) -> Alarms:
        """Of the attacks, by how little speaks for benign.

        That orders flows as 1 - P(benign) does, without its rounding.
        """
        of_benign = self.values[:, self.is_benign]
        is_probability = self.method == "predict_proba"
        for_benign = of_benign.sum(axis=1) if is_probability else of_benign.max(axis=1)
        return alarms(~self.is_benign[self.truth], -for_benign, counts=self.counts)

    def _areas_of(self, code: int) -> tuple[Influenced, Influenced]:
        is_hit = self.truth == code
        found: Alarms = alarms(is_hit, self.values[:, code], counts=self.counts)
        return roc_area(found, is_hit), precision_area(found, is_hit)

    def _weighted(self, areas: Sequence[Influenced], codes: Integers) -> Influenced:
        """The mean under the classes' shares, which move with the rows themselves."""
        mean = mean_of(areas, self.support[codes] / self.support[codes].sum())
        of_class = np.zeros(len(self.support))
        of_class[codes] = [one.value for one in areas]
        influence = mean.influence + of_class[self.truth] - mean.value
        return Influenced(value=mean.value, influence=influence)


def judge(
    flows: CountedFlows, predictions: Predictions, *, benign: Sequence[str] = (), seed: int = 0
) -> Judged:
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
        seed=seed,
    )


def _macro(areas: Sequence[Influenced]) -> Influenced:
    return mean_of(areas, np.full(len(areas), 1 / len(areas)))
