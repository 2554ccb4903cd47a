"""Wall time: how long the job of a worker may last, and how long the worker in it takes cases."""

from __future__ import annotations

import re
import time
from math import inf
from typing import Final

import psutil
from distributed import Worker, get_worker

# A job starts before its worker does, and a worker takes a moment to leave.
MARGIN_SECONDS: Final = 60.0
MARGIN_SHARE: Final = 0.1

_CLOCK: Final = re.compile(r"(?:(?P<days>\d+)-)?(?P<fields>\d+(?::\d+){0,2})")


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, as most queues want a wall time.

    >>> clock(3_725)
    '1:02:05'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def hours_and_minutes(seconds: float) -> str:
    """Hours and whole minutes, as LSF wants a wall time; at least one minute.

    >>> hours_and_minutes(3_725), hours_and_minutes(20)
    ('1:03', '0:01')
    """
    minutes = max(1, -int(-seconds // 60))
    return f"{minutes // 60}:{minutes % 60:02}"


def seconds_of(text: str, *, smallest: int = 1) -> float | None:
    """The seconds of a wall time as queues write it; None for what cannot be read so.

    ``smallest`` is how many seconds its last field counts: 60 where a queue leaves them out.

    >>> seconds_of("00:30:00"), seconds_of("1-00:00:00"), seconds_of("0:30", smallest=60)
    (1800.0, 86400.0, 1800.0)
    >>> seconds_of("until noon") is None
    True
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    seconds = 0
    for field in found["fields"].split(":"):
        seconds = 60 * seconds + int(field)
    return float(seconds * smallest + 86_400 * int(found["days"] or 0))


def lifetime_seconds(wall_seconds: float) -> float:
    """How long a worker in a job with this wall time may take cases.

    >>> lifetime_seconds(3_600), lifetime_seconds(100)
    (3540.0, 90.0)
    """
    return wall_seconds - min(MARGIN_SECONDS, MARGIN_SHARE * wall_seconds)


def check_wall_time(case_seconds: float, wall_seconds: float | None) -> None:
    """Nothing, or a ValueError where no case of that length could start on any worker."""
    if wall_seconds is not None and case_seconds > lifetime_seconds(wall_seconds):
        raise ValueError(
            f"cluster.wall_seconds: {wall_seconds:g} leaves a worker less than limits.seconds ="
            f" {case_seconds:g}, so that no case could start; raise the one or lower the other"
        )


def seconds_left() -> float:
    """How long the worker that this runs on goes on; infinite where nothing ends it."""
    try:
        return seconds_left_of(get_worker())
    except ValueError:  # not on a worker
        return inf


def seconds_left_of(dask_worker: Worker) -> float:
    """How long this worker, in whose process this is, goes on."""
    if not dask_worker.lifetime:
        return inf
    age_seconds = time.time() - psutil.Process().create_time()
    return float(dask_worker.lifetime) - age_seconds
