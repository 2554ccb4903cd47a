"""Whether a change holds: the suspected cases of a run, run again from its suite and its flows."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.count_flows import count_flows
from bench.desk import Desk
from bench.ended import read_ended
from bench.environment import describe_environment
from bench.errors import BenchError
from bench.places import Places
from bench.progress import Progress
from bench.reruns import RERUNS, case_of, rerun_records
from bench.run_log import RunLog
from bench.spread import cool_workers, warm_workers
from bench.suite_file import load_suite
from cluster.connect import open_cluster, shape
from reports.records import Record
from reports.run import read_facts, read_run
from reports.store import RunFolder


def confirm(path: Path, suspects: Sequence[Record], progress: Progress) -> None:
    """Run these cases of a run again, and keep the records in its ``reruns.jsonl``.

    Raises
    ------
    BenchError
        The run was made by another commit than this one, or its flows have changed.
    """
    facts = read_facts(path)
    _check_same_code(path, facts.get("environment", {}))
    already = Counter(str(rerun.rerun_of) for rerun in read_run(path).reruns)
    with _desk(path, facts, progress) as desk:
        times = desk.suite.reruns or RERUNS
        _prepare_members(desk, suspects)
        for rerun in rerun_records(desk, suspects, times=times, why="suspected", already=already):
            RunFolder(path=path).append_rerun(rerun)


def _check_same_code(path: Path, environment: dict[str, object]) -> None:
    before, now = environment.get("commit"), describe_environment()["commit"]
    if before != now:
        raise BenchError(
            f"{path}: was made by commit {before}, and this is {now}: a rerun would measure other"
            " code; check that commit out first"
        )


@contextmanager
def _desk(path: Path, facts: dict[str, object], progress: Progress) -> Iterator[Desk]:
    """A desk on the run's flows, counted anew in a folder that is gone afterwards."""
    suite = load_suite(str(path / "suite.toml"))
    places = _places(facts)
    with (
        tempfile.TemporaryDirectory(prefix="threatbench-") as temporary,
        open_cluster(suite.cluster) as client,
    ):
        warm_workers(client)
        work = Path(temporary) / "work"
        work.mkdir()
        folder = RunFolder(path=Path(temporary))
        log = RunLog(folder=folder, progress=progress, facts={"data": facts.get("data")})
        _, prepared = count_flows(suite, places, log, work)
        try:
            yield Desk(
                suite=suite,
                bundles=prepared.bundles,
                refusals=prepared.refusals,
                work=work,
                ended=read_ended(work / "outcomes.jsonl"),
                slots=shape(client, suite.cluster).threads,
                progress=progress,
            )
        finally:
            cool_workers(client)


def _places(facts: dict[str, object]) -> Places:
    paths = facts.get("paths")
    data = tuple(Path(str(text)) for text in paths) if isinstance(paths, list) else ()
    return Places(data=data, home=Path(str(facts.get("home", "data"))))


def _prepare_members(desk: Desk, suspects: Sequence[Record]) -> None:
    """Fit and fold the members of suspected stacks, whose predictions a stack is fitted on."""
    cases = {
        case_of(record).model_copy(update={"model": member})
        for record in suspects
        for member in record.members
    }
    orders = [
        order
        for case in sorted(cases, key=lambda case: case.case_id)
        for order in (desk.order("fit", case), *desk.fold_orders(case))
    ]
    for _ in desk.send(orders):
        pass
