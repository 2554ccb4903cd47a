"""A process from the fork server, as its asker sees it: much as :class:`subprocess.Popen`."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
from typing import Final

from cluster.fork_server import ADDRESS, NUMBER

GONE: Final = -signal.SIGKILL
"""The exit status of a process whose server is gone: it is killed, since nobody would tell."""

ANSWER_SECONDS: Final = 300.0
"""How long the server may take, which imports what it is to call when it is first asked."""


class Forked:
    """A process that calls a function, with pipes of text to its ``stdin`` and from its ``stdout``.

    Raises
    ------
    OSError
        The server does not answer.
    """

    def __init__(self, function: str, *, stderr: int) -> None:
        self.returncode: int | None = None
        self._lock = threading.Lock()
        self._line = socket.socket(socket.AF_UNIX)
        read, orders = os.pipe()
        answers, write = os.pipe()
        try:
            self._line.settimeout(ANSWER_SECONDS)
            self._line.connect(os.environ[ADDRESS])
            socket.send_fds(self._line, [function.encode()], [read, write, stderr])
            self.pid = self._number()
            self._line.settimeout(None)
        except OSError:
            for descriptor in (answers, orders):
                os.close(descriptor)
            self._line.close()
            raise
        finally:
            os.close(read)
            os.close(write)
        self.stdin = os.fdopen(orders, "w", encoding="utf-8")
        self.stdout = os.fdopen(answers, "r", encoding="utf-8")

    def poll(self) -> int | None:
        """Its exit status, as :class:`subprocess.Popen` has it; None while it runs."""
        with self._lock:
            if self.returncode is None and select.select([self._line], [], [], 0)[0]:
                self._end()
            return self.returncode

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        with self._lock:
            if self.returncode is None:
                self._end()
            assert self.returncode is not None
            return self.returncode

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self.poll() is None:
            self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended, and nobody has told yet
            os.kill(self.pid, signal.SIGKILL)

    def _end(self) -> None:
        try:
            self.returncode = self._number()
        except ConnectionError:
            self._kill()
            self.returncode = GONE
        self._line.close()

    def _number(self) -> int:
        data = self._line.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(data) < NUMBER.size:
            raise ConnectionError("the fork server is gone")
        (number,) = NUMBER.unpack(data)
        return int(number)
