"""Values as JSON has them, so that any reader takes the files of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path


def plain(value: object) -> object:
    """The value as JSON has it: no NaN, no infinity, no NumPy scalar, times in ISO 8601."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    item = value.item() if hasattr(value, "item") else value
    is_unspeakable = isinstance(item, float) and item - item != 0
    return None if is_unspeakable else item
