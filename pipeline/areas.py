"""Areas under the ROC curve and the precision-recall curve, with their influence functions."""

from __future__ import annotations

import numpy as np

from pipeline.alarms import Alarms
from pipeline.flows import Booleans, Floats
from pipeline.influence import Influenced


def roc_area(found: Alarms, is_hit: Booleans) -> Influenced:
    """The area under the ROC curve, as scikit-learn's ``roc_auc_score``.

    A hit's influence grows with the share of the others that it is rightly above, another's with
    the share of the hits above it (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988).
    """
    hits, others = found.hits, found.false_alarms
    value = float(np.trapezoid(_from_zero(hits), _from_zero(others)))
    others_below = 1 - (others - _steps(others) / 2) / others[-1]
    hits_above = (hits - _steps(hits) / 2) / hits[-1]
    flows = hits[-1] + others[-1]
    of_hit = flows / hits[-1] * (others_below - value)
    of_other = flows / others[-1] * (hits_above - value)
    influence = np.where(is_hit, of_hit[found.place], of_other[found.place])
    return Influenced(value=value, influence=influence)


def precision_area(found: Alarms, is_hit: Booleans) -> Influenced:
    """Average precision, as scikit-learn's ``average_precision_score``.

    A row lowers the precision at every threshold below its value, and raises it if it is a hit; a
    hit brings its own precision with it.
    """
    hits, passed = found.hits, found.hits + found.false_alarms
    precision, steps = hits / passed, _steps(hits)
    value = float((steps * precision).sum() / hits[-1])
    raised = _sums_below(steps / passed)
    lowered = _sums_below(steps * precision / passed)
    of_hit = precision - value + raised - lowered
    influence = np.where(is_hit, of_hit[found.place], -lowered[found.place])
    return Influenced(value=value, influence=influence * passed[-1] / hits[-1])


def _from_zero(flows: Floats) -> Floats:
    return np.concatenate([[0.0], flows / flows[-1]])


def _steps(flows: Floats) -> Floats:
    return np.diff(flows, prepend=0.0)


def _sums_below(values: Floats) -> Floats:
    """At each threshold, the sum over itself and all lower ones."""
    sums: Floats = np.cumsum(values[::-1])[::-1]
    return sums
