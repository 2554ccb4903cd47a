"""How many flows pass each threshold of a value: those rightly there, and the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

    They are those of scikit-learn's ``confusion_matrix_at_thresholds``, which takes longer to check
    what it is given than to count it.

    >>> found = alarms(np.array([True, False, True]), np.array([0.9, 0.5, 0.5]),
    ...                counts=np.array([2, 3, 1]))
    >>> found.hits.tolist(), found.false_alarms.tolist(), found.place.tolist()
    ([2.0, 3.0], [0.0, 3.0], [0, 1, 1])
    """
    falling = _falling(values)
    begins = np.append(True, np.diff(values[falling]) != 0)
    place = np.empty(len(values), np.int64)
    place[falling] = np.cumsum(begins) - 1
    is_last = np.append(begins[1:], True)
    passed, hits = (flows[falling].cumsum()[is_last] for flows in (counts, is_hit * counts))
    return Alarms(
        hits=hits.astype(np.float64),
        false_alarms=(passed - hits).astype(np.float64),
        place=place,
    )


def _falling(values: Floats) -> Integers:
    """The rows from the highest value down; those of the lowest, most of a tree's, as they come."""
    is_lowest = values == values.min()
    above = np.flatnonzero(~is_lowest)
    falling = above[np.argsort(values[above])[::-1]]
    return np.concatenate([falling, np.flatnonzero(is_lowest)])
