"""Run a suite: open the cluster, the stages in order, a record for every case."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from distributed import performance_report

from bench.case_record import unrun_record
from bench.cases import zoo_records
from bench.count_flows import count_flows
from bench.data import check_paths, check_wanted
from bench.desk import Desk
from bench.ended import read_ended
from bench.environment import describe_environment
from bench.errors import BenchError
from bench.keep import keep_models
from bench.places import Places
from bench.progress import Progress
from bench.reruns import run_again
from bench.run_log import RunLog
from bench.spread import cool_workers, warm_workers
from bench.stacks import stack_cases, stack_records
from bench.suite import Suite
from bench.suite_file import defaulted_settings, load_suite, suite_toml
from bench.watch import Watch
from cluster.connect import open_cluster, shape
from pipeline.dataset import load_dataset
from reports.acknowledged import read_acknowledged, restarts
from reports.records import Reason, Record
from reports.report import write_report
from reports.run import read_facts, read_run
from reports.store import open_run, reopen_run


def run_suite(suite: Suite, places: Places, progress: Progress) -> Path:
    """Run every case of the suite; the path of the run folder comes back.

    A case that fails is a record. What ends the whole run, such as flows that cannot be read, is
    raised after ``run.json`` has been told.
    """
    check_wanted(suite, load_dataset(suite.profile))
    check_paths(places.data)
    started = datetime.now(UTC)
    folder = open_run(places.runs, suite=suite.name, started=started)
    folder.write_suite(suite_toml(suite))
    log = RunLog(folder=folder, progress=progress)
    log.say(
        {
            "schema_version": 1,
            "run_id": folder.name,
            "suite": suite.name,
            "metric": suite.choose_by,
            "defaulted": defaulted_settings(suite),
            "status": "running",
            "started": started,
            "paths": [path.resolve() for path in places.data],
            "home": places.home.resolve(),
            "environment": describe_environment(),
        }
    )
    return _finish(suite, places, log)


def resume_run(path: Path, progress: Progress) -> Path:
    """Go on with a run that was broken off: the same suite on the same flows, what is left of it.

    Raises
    ------
    BenchError
        When the run has ended, or its flows are no longer those that it began on.
    """
    earlier, facts = read_run(path), read_facts(path)
    if facts.get("status") == "done":
        raise BenchError(f"{path}: this run has ended; start a new one with `threatbench run`")
    suite = load_suite(str(path / "suite.toml"))
    places = Places(
        data=tuple(Path(text) for text in facts.get("paths", ())),
        home=Path(facts.get("home", "data")),
        runs=path.parent,
    )
    done = frozenset(record.case_id for record in earlier.records if record.status == "done")
    log = RunLog(
        folder=reopen_run(path),
        progress=progress,
        watch=Watch(facts.get("seconds")),
        facts=facts,
        recorded=done,
    )
    log.say({"status": "running", "error": None})
    return _finish(suite, places, log)


def _finish(suite: Suite, places: Places, log: RunLog) -> Path:
    """Run what is to be run, and report also on a run that breaks off."""
    try:
        with log.running():
            _run(suite, places, log)
    finally:
        with log.stage("report"):
            write_report(log.folder.path)
        log.say({})
    return log.folder.path


def _run(suite: Suite, places: Places, log: RunLog) -> None:
    with ExitStack() as opened:
        with log.stage("cluster"):
            client = opened.enter_context(open_cluster(suite.cluster))
        opened.enter_context(_performance_report(log))
        facts = shape(client, suite.cluster)
        log.say({"cluster": asdict(facts)})
        opened.callback(cool_workers, client)
        warm_workers(client)
        work = _work_folder(log)
        prepared = count_flows(suite, places, log, work)
        desk = Desk(
            suite=suite,
            bundles=prepared.bundles,
            refusals=prepared.refusals,
            grains=prepared.grains,
            work=work,
            ended=read_ended(work / "outcomes.jsonl"),
            slots=facts.threads,
            progress=log.progress,
        )
        records = _run_cases(desk, log)
        with log.stage("reruns"):
            known = restarts(read_acknowledged(places.acknowledged))
            run_again(desk, log, restarts=known)
        with log.stage("models"):
            keep_models(desk, records, log.folder.path / "models")
    shutil.rmtree(work)


def _run_cases(desk: Desk, log: RunLog) -> list[Record]:
    """A record for every case, also for those that an interruption kept from starting."""
    records: list[Record] = []
    try:
        with log.stage("zoo"):
            records.extend(map(log.record, zoo_records(desk)))
        with log.stage("stack"):
            records.extend(map(log.record, stack_records(desk, tuple(records))))
    except KeyboardInterrupt:
        _note_not_started(desk.suite, log)
        raise
    return records


def _note_not_started(suite: Suite, log: RunLog) -> None:
    ended = {record.case_id for record in read_run(log.folder.path).records}
    reason = Reason(kind="interrupted", message="the run was asked to stop before this case ended")
    for case in (*suite.cases, *stack_cases(suite)):
        if case.case_id not in ended:
            log.record(unrun_record(case, suite, status="not_started", reason=reason))


def _work_folder(log: RunLog) -> Path:
    work = log.folder.path.resolve() / "work"
    work.mkdir(exist_ok=True)
    return work


def _performance_report(log: RunLog) -> AbstractContextManager[None]:
    return performance_report(filename=str(log.folder.path / "dask.html"), mode="inline")
