"""All that a run tells while it goes on: to its folder, to its clock, to whoever watches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.progress import Progress
from bench.watch import Watch
from cluster.usage import MemoryPeak, watched_memory
from reports.errors import RunFolderError
from reports.records import Record
from reports.store import RunFolder


@dataclass(frozen=True, kw_only=True)
class RunLog:
    """The run's folder, its clock and its display.

    ``facts`` is what ``run.json`` says, ``recorded`` the cases whose record is done already.
    """

    folder: RunFolder
    progress: Progress
    watch: Watch = field(default_factory=Watch)
    facts: dict[str, object] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()

    def say(self, facts: Mapping[str, object]) -> None:
        """Add to ``run.json``."""
        self.facts.update(facts)
        self.folder.write_summary(self.facts | {"seconds": self.watch.seconds})

    def record(self, record: Record) -> Record:
        """Keep a record, unless an earlier start of the run has done so, and show it."""
        if record.case_id not in self.recorded:
            self.folder.append(record)
        self.progress.record(record)
        return record

    def rerun(self, record: Record) -> None:
        """Keep the record of a case that was run once more, and show it."""
        self.folder.append_rerun(record)
        fit = f", fit {record.seconds['fit']:.2f} s" if "fit" in record.seconds else ""
        self.progress.note(f"{record.rerun_of} again ({record.rerun_why}): {record.status}{fit}")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time and show a stage."""
        with self.watch.stage(name), self.progress.stage(name):
            yield

    @contextmanager
    def running(self, beginning: Mapping[str, object]) -> Iterator[None]:
        """Have ``run.json`` say how the block ended, when, and what memory it took.

        It is here that it says so of the beginning, too: no moment is left in which a run that is
        asked to stop would be said to go on.
        """
        with watched_memory() as memory:
            try:
                self.say(beginning)
                yield
            except BaseException as error:
                if not isinstance(error, KeyboardInterrupt):
                    self.facts["error"] = str(error)
                status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
                with suppress(RunFolderError):  # a full disk is no news where that is the error
                    self._end(status, memory)
                raise
            self._end("interrupted" if self.facts.get("error") else "done", memory)

    def _end(self, status: str, memory: MemoryPeak) -> None:
        before = self.facts.get("peak_memory_bytes")
        peak = max(memory.bytes, before) if isinstance(before, int) else memory.bytes
        self.say({"status": status, "ended": datetime.now(UTC), "peak_memory_bytes": peak})
