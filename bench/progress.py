"""Progress: what a run tells of itself while it goes on, whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reports.records import Record


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How far a stage has come: pieces done of all, and rows that went through it."""

    done: int = 0
    total: int = 0
    rows: int = 0


Look = Callable[[], Tally]
"""Asked now and then while the stage goes on, from any thread."""


class Progress(Protocol):
    """How a run shows itself."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Show that a stage begins and ends."""

    def look(self, tally: Look) -> None:
        """Where this stage's progress can be seen, if nobody tells it."""

    def cases(self, total: int) -> None:
        """So many cases are to end."""

    def expect(self, pieces: int, *, at_once: int) -> None:
        """So many more pieces of work are to be done, at most so many at the same time."""

    def advance(self) -> None:
        """One piece of work is done."""

    def note(self, sentence: str) -> None:
        """Show something worth knowing."""

    def record(self, record: Record) -> None:
        """Show that a case has ended."""

    def compared(self, run_folder: Path) -> None:
        """Show how the models compare, as the run folder now has it."""


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:  # noqa: D102 - see Progress
        yield

    def look(self, tally: Look) -> None:  # noqa: D102 - see Progress
        pass

    def cases(self, total: int) -> None:  # noqa: D102 - see Progress
        pass

    def expect(self, pieces: int, *, at_once: int) -> None:  # noqa: D102 - see Progress
        pass

    def advance(self) -> None:  # noqa: D102 - see Progress
        pass

    def note(self, sentence: str) -> None:  # noqa: D102 - see Progress
        pass

    def record(self, record: Record) -> None:  # noqa: D102 - see Progress
        pass

    def compared(self, run_folder: Path) -> None:  # noqa: D102 - see Progress
        pass
