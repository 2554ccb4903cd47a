"""What holds for each real flow by itself, and so must for each synthetic one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.flows import Booleans, Floats
from pipeline.synthetic.columns import BITS

Columns = Mapping[str, Floats]

WHOLE_WINDOWS: Final = ((9.5, 141.55), (5.5, 38.5), (13.5, 244.6))
_GRID: Final = ("Protocol Type", "ack_count", "fin_count", "rst_count", "urg_count")


@dataclass(frozen=True, kw_only=True)
class Law:
    """Which rows break it, and the share of all rows that may."""

    broken: Callable[[Columns], Booleans]
    allowed_share: float = 0.0


def is_whole(columns: Columns) -> Booleans:
    """Whether each row is of a window with all its packets."""
    whole = np.zeros(len(columns["Number"]), dtype=np.bool_)
    for number, weight in WHOLE_WINDOWS:
        whole |= np.isclose(columns["Number"], number) & np.isclose(columns["Weight"], weight)
    return whole


def _is_flood(columns: Columns) -> Booleans:
    flood: Booleans = np.isclose(columns["Weight"], 141.55)
    return flood


def _spread_without_std(columns: Columns) -> Booleans:
    others = columns["Radius"] + columns["Covariance"] + columns["Variance"]
    broken: Booleans = (columns["Std"] == 0) & (others != 0)
    return broken


def _magnitude_off(columns: Columns) -> Booleans:
    wanted = np.sqrt(2.0 * columns["AVG"])
    broken: Booleans = (columns["Std"] == 0) & ~np.isclose(columns["Magnitue"], wanted, rtol=1e-9)
    return broken


def _radius_off(columns: Columns) -> Booleans:
    ratio = columns["Radius"] / np.maximum(columns["Std"], 1e-300)
    broken: Booleans = (columns["Std"] > 0) & (np.abs(ratio - np.sqrt(2.0)) > 0.1)
    return broken


def _clock_off(columns: Columns) -> Booleans:
    return _is_flood(columns) & (np.abs(columns["IAT"] - 8.335e7) > 6e5)


def _not_a_bit(columns: Columns) -> Booleans:
    broken: Booleans = np.any([~np.isin(columns[name], (0.0, 1.0)) for name in BITS], axis=0)
    return broken


def _off_grid(columns: Columns) -> Booleans:
    hundredths = np.array([columns[name] for name in _GRID]) * 100.0
    off: Booleans = np.any(np.abs(hundredths - np.rint(hundredths)) > 1e-6, axis=0)
    broken: Booleans = off & is_whole(columns)
    return broken


def _not_a_number(columns: Columns) -> Booleans:
    broken: Booleans = np.any([~np.isfinite(values) for values in columns.values()], axis=0)
    return broken


LAWS: Final[Mapping[str, Law]] = {
    "Srate is Rate": Law(broken=lambda columns: columns["Srate"] != columns["Rate"]),
    "Drate is 0": Law(broken=lambda columns: columns["Drate"] != 0, allowed_share=1e-4),
    "Std 0: Radius, Covariance, Variance 0": Law(broken=_spread_without_std),
    "Std 0: Magnitue is sqrt(2 AVG)": Law(broken=_magnitude_off),
    "Radius/Std about sqrt 2": Law(broken=_radius_off, allowed_share=0.05),
    "Number and Weight of a whole window": Law(
        broken=lambda columns: ~is_whole(columns), allowed_share=0.003
    ),
    "IAT near 8.3e7 for Weight 141.55": Law(broken=_clock_off),
    "flag columns are 0 or 1": Law(broken=_not_a_bit),
    "counts on the 0.01 grid": Law(broken=_off_grid),
    "no NaN, no infinity": Law(broken=_not_a_number),
}
