from __future__ import annotations

import pytest

from bench.planning.tasks import merge_tasks
from bench.speed.scheduler_load import measure


def test_every_partition_and_every_merge_is_a_task_that_is_timed():
    load = measure(65, workers=1)
    assert load.merges == merge_tasks(65) == 9 + 2 + 1
    tasks = load.partitions + load.merges
    assert load.milliseconds_per_task * tasks == pytest.approx(1_000 * load.seconds)
    assert load.seconds > 0
