"""A process that forks others on request, each in milliseconds and with all its imports.

``multiprocessing`` keeps such a server too, but the workers that come from it cannot ask it for
children of their own. Here is one for them: whoever is told its address says what is to be called,
and with which standard streams, and hears how the process ended.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import struct
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Final, NoReturn

from cluster.process_name import name_process
from cluster.signals import leave_interruptions

ADDRESS: Final = "THREATBENCH_FORK_SERVER"
"""In the environment: where the server listens, if there is one."""

NUMBER: Final = struct.Struct("q")
"""What the server answers: the id of a process, and later the exit status of that process."""

LONGEST_NAME: Final = 1_024


@contextmanager
def fork_server() -> Iterator[dict[str, str]]:
    """What the environment of others has to say for them to find the server, during the block.

    The server is itself forked from the nursery (see :mod:`cluster.nursery`). It listens in a
    folder of this user alone, and ends with this process, whatever becomes of it.
    """
    with tempfile.TemporaryDirectory(prefix="threatbench-") as folder:
        path = str(Path(folder) / "forks")
        # Here it is closed at once, so that nobody waits for an answer when the server is gone.
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            server = get_context("forkserver").Process(target=serve, args=(listener,), daemon=True)
            server.start()
        try:
            yield {ADDRESS: path}
        finally:
            server.terminate()
            server.join()


@dataclass(frozen=True, kw_only=True, eq=False)
class Fork:
    """A process that runs; whoever asked for it is at the other end of the line."""

    pid: int
    line: socket.socket


def serve(listener: socket.socket) -> NoReturn:
    """Fork on request until the process that started this one is gone.

    The end of a child shows by a pipe whose other end it alone holds.
    """
    parent = parent_process()
    assert parent is not None
    name_process("tb-forks")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    gc.freeze()  # what is there is for all, and looking at it would copy it
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(parent.sentinel, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    _fork(listener, selector)
                elif isinstance(key.data, Fork):
                    _tell_end(key.fd, key.data, selector)
                else:
                    os._exit(0)


def _fork(listener: socket.socket, selector: selectors.BaseSelector) -> None:
    line, _ = listener.accept()
    name, streams, *_ = socket.recv_fds(line, LONGEST_NAME, 3)
    if not name:  # who asked is gone again
        line.close()
        return
    function = _resolved(name.decode())
    end_read, end_write = os.pipe()
    pid = os.fork()
    if not pid:
        _leave(selector, line, end_read)
        _become(function, streams)
    for descriptor in (*streams, end_write):
        os.close(descriptor)
    _tell(line, pid)
    selector.register(end_read, selectors.EVENT_READ, Fork(pid=pid, line=line))


def _resolved(name: str) -> Callable[[], object]:
    module, function = name.split(":")
    found: Callable[[], object] = getattr(import_module(module), function)
    return found


def _tell_end(end: int, fork: Fork, selector: selectors.BaseSelector) -> None:
    selector.unregister(end)
    os.close(end)
    _, status = os.waitpid(fork.pid, 0)
    _tell(fork.line, os.waitstatus_to_exitcode(status))
    fork.line.close()


def _tell(line: socket.socket, number: int) -> None:
    """Answer whoever asked, who may be gone; the child finds that out by its streams."""
    with contextlib.suppress(ConnectionError):
        line.sendall(NUMBER.pack(number))


def _leave(selector: selectors.BaseSelector, line: socket.socket, end: int) -> None:
    """Let go, in a child, of all that is the server's."""
    for key in tuple(selector.get_map().values()):
        if isinstance(key.fileobj, socket.socket):
            key.fileobj.close()
        else:
            os.close(key.fd)
        if isinstance(key.data, Fork):
            key.data.line.close()
    selector.close()
    line.close()
    os.close(end)


def _become(function: Callable[[], object], streams: list[int]) -> NoReturn:
    """Call the function as a program of its own, with these streams, and end as it does."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    name_process("tb-child")
    sys.stdin, sys.stdout = os.fdopen(0, "r"), os.fdopen(1, "w")
    sys.stderr = os.fdopen(2, "w", buffering=1)
    leave_interruptions()
    status = 1
    try:
        function()
        status = 0
    except BaseException:  # noqa: BLE001 - it is told as the interpreter tells it
        traceback.print_exc()
    os._exit(status)
