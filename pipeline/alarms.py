"""How many flows pass each threshold of a value: those rightly there, and the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix_at_thresholds

from pipeline.flows import Booleans, Floats, Integers


@dataclass(frozen=True, kw_only=True, eq=False)
class Alarms:
    """Flows at or above each threshold, from the highest threshold down.

    Attributes
    ----------
    hits, false_alarms
        float64, (thresholds,): those rightly there, and the others.
    place
        int64, (rows,): the threshold that each row's value is.
    """

    hits: Floats
    false_alarms: Floats
    place: Integers


def alarms(is_hit: Booleans, values: Floats, *, counts: Integers) -> Alarms:
    """The alarms of rows with these finite values, each standing for so many flows.

    >>> found = alarms(np.array([True, False, True]), np.array([0.9, 0.5, 0.5]),
    ...                counts=np.array([2, 3, 1]))
    >>> found.hits.tolist(), found.false_alarms.tolist(), found.place.tolist()
    ([2.0, 3.0], [0.0, 3.0], [0, 1, 1])
    """
    # scikit-learn sorts stably, which halves its time where the values come sorted already.
    falling = np.argsort(values)[::-1]
    ordered = values[falling]
    _, false_alarms, _, hits, _ = confusion_matrix_at_thresholds(
        is_hit[falling], ordered, sample_weight=counts[falling]
    )
    place = np.empty(len(values), np.int64)
    place[falling] = np.append(0, np.cumsum(np.diff(ordered) != 0))
    return Alarms(hits=hits, false_alarms=false_alarms, place=place)
