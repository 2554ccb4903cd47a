"""No dashboard unless one is asked for, and no port that another run would find taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# Even without a dashboard a scheduler serves HTTP: on port 8787, which the next one finds taken.
_OFF: Final[Mapping[str, Any]] = {
    "dashboard_address": None,
    "scheduler_kwargs": {"dashboard": False, "dashboard_address": "127.0.0.1:0"},
}


def without_dashboard(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are where they name a ``dashboard_address``, else with none opened.

    >>> without_dashboard({"dashboard_address": ":8787"})
    {'dashboard_address': ':8787'}
    >>> without_dashboard({})["dashboard_address"] is None
    True
    """
    return dict(options) if "dashboard_address" in options else {**_OFF, **options}
