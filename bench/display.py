"""What a person sees while a suite runs: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, TextColumn
from rich.progress import Progress as Bars
from rich.progress import Task as Bar
from rich.text import Text

from bench.going import Going, ended_text, going_text
from bench.progress import Look, Tally
from reports.records import Record


class Display:
    """Lines for what has ended and, on a terminal, a bar for what goes on; all on stderr.

    ``on_compared`` is called with the run folder once its models have been compared, while no bar
    is shown.
    """

    def __init__(
        self,
        console: Console | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_compared: Callable[[Path], None] | None = None,
    ) -> None:
        self._on_compared = on_compared
        self._console = console or Console(stderr=True, highlight=False)
        self._clock = clock
        is_live = self._console.is_terminal and not self._console.is_dumb_terminal
        self._bars = Bars(
            TextColumn("{task.description}"), BarColumn(bar_width=24), _Facts(self._going),
            console=self._console, transient=True, disable=not is_live, refresh_per_second=4,
        )  # fmt: skip
        self._task = self._bars.add_task("starting", total=None)
        self._begun = clock()
        self._tally = Tally()
        self._look: Look | None = None
        self._stage = "starting"
        self._at_once = 0
        self._cases = 0
        self._ended: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say how long the stage took when it is over, and how many rows a second it took in."""
        self._begun, self._tally, self._look = self._clock(), Tally(), None
        self._stage = name
        self._bars.reset(self._task, description=name, total=None)
        yield
        self._say(ended_text(self._going()))
        self._look = None

    def look(self, tally: Look) -> None:
        """Ask this for the bar of the stage."""
        self._look = tally

    def cases(self, total: int) -> None:
        """Have the display say how many of them have ended."""
        self._cases = total

    def expect(self, pieces: int, *, at_once: int) -> None:
        """Lengthen the bar."""
        self._tally = replace(self._tally, total=self._tally.total + pieces)
        self._at_once = at_once

    def advance(self) -> None:
        """Fill the bar by one."""
        self._tally = replace(self._tally, done=self._tally.done + 1)
        self._fill(self._tally)

    def note(self, sentence: str) -> None:
        """Print it."""
        self._say(f"  note: {sentence}")

    def record(self, record: Record) -> None:
        """Print the case with its accuracy, or with what went wrong."""
        self._ended[record.status] += 1
        self._say(f"  {record.task}/{record.split} {record.model:<20} {_result(record)}")

    def compared(self, run_folder: Path) -> None:
        """Have whoever waits for the leaderboard show it."""
        if self._on_compared:
            self._bars.stop()
            self._on_compared(run_folder)
            self._bars.start()

    def _going(self) -> Going:
        tally = self._look() if self._look else self._tally
        self._fill(tally)
        return Going(
            stage=self._stage,
            seconds=self._clock() - self._begun,
            tally=tally,
            at_once=self._at_once,
            cases=self._cases,
            ended=self._ended,
        )

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    def _fill(self, tally: Tally) -> None:
        self._bars.update(self._task, total=tally.total or None, completed=tally.done)


class _Facts(ProgressColumn):
    """What is known of the stage, looked up once a second."""

    max_refresh = 1.0

    def __init__(self, going: Callable[[], Going]) -> None:
        self._going = going
        super().__init__()

    def render(self, task: Bar) -> Text:
        """The facts; the task's own numbers are made from the same."""
        del task
        return Text(going_text(self._going()))


def _result(record: Record) -> str:
    if record.status != "done":
        reason = f": {record.reason.message}" if record.reason else ""
        return f"{record.status}{reason}"
    accuracy = record.scores["accuracy"].value
    return f"accuracy {accuracy:.4f}  fit {record.seconds.get('fit', 0.0):6.2f} s"
