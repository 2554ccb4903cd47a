"""Run a suite: open the cluster, the stages in order, a record for every case."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from distributed import Client

from bench.cases import misplaced_records, zoo_records
from bench.comparisons import compare_models
from bench.count_flows import count_flows
from bench.data import check_paths, check_wanted, has_store
from bench.desk import Desk
from bench.early import FOR_INGEST, FOR_PAGES, import_meanwhile
from bench.ended import done_cases, read_ended
from bench.environment import describe_environment
from bench.errors import BenchError
from bench.keep import keep_models, save_orders
from bench.late import broken_off
from bench.one_writer import one_writer
from bench.places import Places
from bench.price import price_of_binning
from bench.price_sample import price_samples
from bench.progress import Progress
from bench.reruns import run_again
from bench.run_log import RunLog
from bench.search import search
from bench.spread import cool_workers, warm_workers
from bench.stacks import stack_cases, stack_records
from bench.suite import Suite
from bench.suite_file import defaulted_settings, load_suite, suite_toml
from bench.unstarted import rest_noted
from bench.votes import vote_cases, vote_records
from bench.watch import Watch
from cluster.connect import open_cluster, shape
from cluster.dask_page import dask_page
from pipeline.dataset import load_dataset
from reports.acknowledged import read_acknowledged, restarts
from reports.errors import RunFolderError
from reports.records import Record
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
    beginning = {
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
    with one_writer(folder.path) as work:
        return _finish(suite, places, log, work, beginning=beginning)


def resume_run(path: Path, progress: Progress) -> Path:
    """Go on with a run that was broken off: the same suite on the same flows, what is left of it.

    Raises
    ------
    BenchError
        When the run has ended or goes on elsewhere, or its flows are no longer those that it
        began on.
    """
    _check_is_left(path, read_facts(path))
    with one_writer(path) as work:
        facts = read_facts(path)
        log = RunLog(
            folder=reopen_run(path),
            progress=progress,
            watch=Watch(facts.get("seconds")),
            facts=facts,
            recorded=done_cases(path),
        )
        if facts.get("status") == "done":
            return _close(log, work)
        suite = load_suite(str(path / "suite.toml"))
        places = Places(
            data=tuple(Path(text) for text in facts["paths"]),
            home=Path(facts["home"]),
            runs=path.parent,
        )
        again = {"status": "running", "error": None}
        return _finish(suite, places, log, work, beginning=again)


def _check_is_left(path: Path, facts: Mapping[str, object]) -> None:
    """Nothing, or an error about a run of which nothing is left to do, or nothing was begun."""
    read_run(path)
    if "paths" not in facts:
        raise BenchError(f"{path}: this run broke off before it began; start a new one")
    if facts.get("status") == "done" and not (path / "work").exists():
        raise BenchError(f"{path}: this run has ended; start a new one with `threatbench run`")


def _finish(
    suite: Suite, places: Places, log: RunLog, work: Path, *, beginning: Mapping[str, object]
) -> Path:
    """Run what is to be run, and report also on a run that breaks off."""
    try:
        with rest_noted(suite, log), log.running(beginning):
            _run(suite, places, log, work)
    except BaseException:
        with suppress(RunFolderError):  # what broke the run off is to be told, not a full disk
            _report(log)
        raise
    return _close(log, work)


def _close(log: RunLog, work: Path) -> Path:
    """The work folder goes last: while it is there, something is left to do."""
    _report(log)
    if not log.facts.get("error"):
        shutil.rmtree(work)
    return log.folder.path


def _report(log: RunLog) -> None:
    from reports.report import write_report  # here since no case is to wait for a plotting library

    with log.stage("report"):
        write_report(log.folder.path)
    log.say({})


def _run(suite: Suite, places: Places, log: RunLog, work: Path) -> None:
    cluster = suite.cluster.logging_to(log.folder.path.resolve() / "workers")
    suite = suite.model_copy(update={"cluster": cluster})
    with ExitStack() as opened:
        with log.stage("cluster"):
            _begin_imports(suite, places)
            client = opened.enter_context(open_cluster(suite.cluster))
        opened.enter_context(dask_page(client, log.folder.path / "dask.html", work=work))
        facts = shape(client, suite.cluster)
        log.say({"cluster": asdict(facts)})
        opened.callback(cool_workers, client)
        warm_workers(client)
        plan, prepared = count_flows(suite, places, log, work)
        desk = Desk(
            suite=suite,
            bundles=prepared.bundles,
            refusals=prepared.refusals,
            grains=prepared.grains,
            rows=prepared.rows,
            work=work,
            ended=read_ended(work / "outcomes.jsonl"),
            slots=suite.cluster.slots(facts.threads),
            progress=log.progress,
        )
        with log.stage("search"):
            desk = replace(desk, searched=search(desk))
        records = _run_cases(desk, client, log)
        if broken_off(records, log):
            return
        with log.stage("compare"):
            log.say({"comparisons": compare_models(desk, records)})
        log.progress.compared(log.folder.path)
        with log.stage("price"):
            samples = price_samples(plan, prepared.grains)
            log.say({"price_of_binning": price_of_binning(desk, samples)})
        with log.stage("reruns"):
            known = read_acknowledged(places.acknowledged)
            log.say({"acknowledged": [asdict(entry) for entry in known]})
            run_again(desk, log, restarts=restarts(known), baseline=places.baseline)
        with log.stage("models"):
            keep_models(desk, records, log.folder.path / "models")


def _begin_imports(suite: Suite, places: Places) -> None:
    """In the second that workers take to come, begin on what a store that is not there needs."""
    dataset = load_dataset(suite.profile)
    if not has_store(suite, dataset, paths=places.data, home=places.home):
        import_meanwhile(FOR_INGEST)


def _run_cases(desk: Desk, client: Client, log: RunLog) -> list[Record]:
    """A record for every case."""
    suite = desk.suite
    log.progress.cases(len(suite.cases) + len(stack_cases(suite)) + len(vote_cases(suite)))
    with log.stage("zoo"):
        records = list(map(log.record, zoo_records(desk)))
        records.extend(map(log.record, misplaced_records(desk)))
        if desk.rows:
            # Here since Dask's arrays are slow to import, and counted flows need none.
            from bench.rows.cases import row_records

            records.extend(map(log.record, row_records(desk, client)))
    with log.stage("stack"):
        import_meanwhile(FOR_PAGES)  # while the longest of few cases leaves a core idle
        models = tuple(records)
        with_saves = replace(desk, along=save_orders(desk, models))
        records.extend(map(log.record, stack_records(with_saves, models)))
        records.extend(map(log.record, vote_records(desk, models)))
    return records
