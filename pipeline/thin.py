"""Thinning: a table with more distinct rows than a model affords, drawn down to a sample."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from pipeline.errors import ModelError
from pipeline.flows import CountedFlows, Floats, Integers


def thin(flows: CountedFlows, *, distinct_rows: int, seed: int) -> CountedFlows:
    """A sample of the flows, without replacement, in which at most ``distinct_rows`` differ.

    Flows arrive in a random order and are kept until one arrives that would be a distinct row too
    many: as many flows as that order allows, each class sampled at one and the same rate. One
    exception keeps every class: the first flow of each has its place beforehand, however late it
    comes.

    Drawing without replacement makes the sample one that the data could have been: no row counts
    more than it did, and as the budget nears the table the sample nears it too, which a multinomial
    draw would not.

    Returns the table itself when the budget covers it.
    """
    if flows.distinct_rows <= distinct_rows:
        return flows
    chance = np.random.default_rng(seed)
    arrivals = _first_arrivals(flows.counts, chance)
    order = np.argsort(arrivals, kind="stable")
    firsts = _first_of_each_class(flows.y, order)
    if len(firsts) > distinct_rows:
        remedy = f"afford at least {len(firsts)}"
        raise ModelError(
            f"{distinct_rows} distinct rows cannot hold {len(firsts)} classes; {remedy}"
        )
    others = order[~np.isin(order, firsts, kind="table")]
    left = distinct_rows - len(firsts)
    kept, until = np.sort(np.r_[firsts, others[:left]]), float(arrivals[others[left]])
    return flows.recount(
        _counts_until(until, arrivals[kept], flows.counts[kept], chance), rows=kept
    )


def _first_arrivals(counts: Integers, chance: Generator) -> Floats:
    """When the first flow of each row arrives, were every flow's time uniform over [0, 1]."""
    return -np.expm1(np.log1p(-chance.random(len(counts))) / counts)


def _first_of_each_class(y: Integers, order: Integers) -> Integers:
    """The row of each class that arrives first, of rows that arrive in this order."""
    turn = np.empty_like(order)
    turn[order] = np.arange(len(order))
    first = np.full(y.max() + 1, len(order))
    np.minimum.at(first, y, turn)
    return order[first[first < len(order)]]


def _counts_until(time: float, arrivals: Floats, counts: Integers, chance: Generator) -> Integers:
    """The first flow of each row and those of its others that arrive before ``time``."""
    share = np.clip((time - arrivals) / (1.0 - arrivals), 0.0, 1.0)
    return 1 + chance.binomial(counts - 1, share)
