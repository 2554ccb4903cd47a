from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from distributed.utils import LoopRunner, sync
from tornado import locks

from cluster.quiet import TALKERS, say_once


@pytest.fixture(params=TALKERS)
def heard(request, caplog):
    """Log an error with what was raised; the lines that come through."""
    say_once()
    logger = logging.getLogger(request.param)
    logger.addHandler(caplog.handler)

    def lines(message, error):
        caplog.clear()
        with pytest.raises(type(error)):
            _raise(error)
        logger.error(message, exc_info=error)
        return caplog.text.splitlines()

    yield lines
    logger.removeHandler(caplog.handler)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Compute Failed\nKey: a", ValueError("told by the client")),
        ("Task %s marked as failed because it timed out", ValueError("told by the client")),
        ("", asyncio.CancelledError()),
        ("Exception in callback", RuntimeError("ConnectionPool is closed")),
    ],
)
def test_what_is_told_elsewhere_or_was_only_left_is_not_logged(message, error, heard):
    assert heard(message, error) == []


def test_a_wait_that_was_left_and_whose_time_ran_out_is_not_logged(caplog):
    async def left():
        locks.Event().wait(timedelta(milliseconds=1))  # as Dask's BatchedSend waits
        await asyncio.sleep(0.1)
        gc.collect()

    say_once()
    asyncio.run(left())
    assert caplog.text == ""


def test_a_wait_that_ctrl_c_ends_before_it_has_begun_is_not_logged(caplog):
    say_once()
    runner = LoopRunner()
    runner.start()
    runner.loop.add_callback(time.sleep, 0.3)  # so that the wait begins, and is left, after that
    interrupt = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        sync(runner.loop, asyncio.sleep, 5)
    sync(runner.loop, asyncio.sleep, 0)
    runner.stop()
    assert caplog.text == ""


def test_a_time_that_ran_out_is_one_line_where_somebody_waits(heard):
    (line, *more) = dict.fromkeys(heard("Timed out during handshake", TimeoutError("Timeout")))
    assert line.endswith("Timed out during handshake")
    assert more == []


def test_a_lost_connection_is_one_line(heard):
    (line, *more) = dict.fromkeys(heard("Failed to reach the scheduler", OSError("closed")))
    assert line.endswith("Failed to reach the scheduler")
    assert more == []


def test_any_other_error_keeps_its_traceback(heard):
    assert any("Traceback" in line for line in heard("odd", ValueError("a bug of ours")))


def _raise(error):
    raise error
