"""What a person sees while a suite runs: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from reports.records import Record


class Progress(Protocol):
    """How a run shows itself."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Show that a stage begins and ends."""

    def expect(self, pieces: int) -> None:
        """So many more pieces of work are to be done."""

    def advance(self) -> None:
        """One piece of work is done."""

    def note(self, sentence: str) -> None:
        """Show something worth knowing."""

    def record(self, record: Record) -> None:
        """Show that a case has ended."""


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:  # noqa: D102 - see Progress
        yield

    def expect(self, pieces: int) -> None:  # noqa: D102 - see Progress
        pass

    def advance(self) -> None:  # noqa: D102 - see Progress
        pass

    def note(self, sentence: str) -> None:  # noqa: D102 - see Progress
        pass

    def record(self, record: Record) -> None:  # noqa: D102 - see Progress
        pass


class Display:
    """Lines for what has ended and, on a terminal, a bar for what goes on; all on stderr."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bars.add_task("starting", total=None)
        self._ended: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say how long the stage took when it is over."""
        begun = time.monotonic()
        self._bars.update(self._task, description=name)
        yield
        self._say(f"{name:<10} {time.monotonic() - begun:6.1f} s")

    def expect(self, pieces: int) -> None:
        """Lengthen the bar."""
        total = self._bars.tasks[0].total or 0
        self._bars.update(self._task, total=total + pieces)

    def advance(self) -> None:
        """Fill the bar by one."""
        self._bars.advance(self._task)

    def note(self, sentence: str) -> None:
        """Print it."""
        self._say(f"  note: {sentence}")

    def record(self, record: Record) -> None:
        """Print the case with its accuracy, or with what went wrong."""
        self._ended[record.status] += 1
        counts = ", ".join(f"{count} {status}" for status, count in self._ended.items())
        self._bars.update(self._task, description=f"zoo: {counts}")
        self._say(f"  {record.task}/{record.split} {record.model:<20} {_result(record)}")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)


def _result(record: Record) -> str:
    if record.status != "done":
        reason = f": {record.reason.message}" if record.reason else ""
        return f"{record.status}{reason}"
    accuracy = record.scores["accuracy"].value
    return f"accuracy {accuracy:.4f}  fit {record.seconds.get('fit', 0.0):6.2f} s"
