"""What can go wrong while a synthetic data set is asked for, or checked."""

from __future__ import annotations

from pipeline.errors import DataError


class SyntheticError(DataError):
    """The synthetic data set asked for cannot be made, or is not there."""
