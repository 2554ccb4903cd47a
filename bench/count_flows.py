"""Every stage before the zoo, with what the run's files say of each."""

from __future__ import annotations

from pathlib import Path

from bench.data import chosen_labels, count_files, open_store, store_folder
from bench.errors import BenchError
from bench.grains import grain_notes
from bench.ingest_tally import ingest_tally
from bench.kept import prepare_once
from bench.kept_profile import profile_once
from bench.places import Places
from bench.preparation import Preparation
from bench.prepare import Prepared
from bench.run_log import RunLog
from bench.suite import Suite
from pipeline.dataset import load_dataset
from pipeline.findings import let_pass
from pipeline.manifest import Manifest


def count_flows(
    suite: Suite, places: Places, log: RunLog, work: Path
) -> tuple[Preparation, Prepared]:
    """Every stage before the zoo: what was asked for, and what came of it."""
    dataset = load_dataset(suite.profile)
    with log.stage("ingest"):
        folder = store_folder(suite, dataset, paths=places.data, home=places.home)
        log.progress.look(ingest_tally(folder, files=count_files(suite, places.data)))
        store, manifest = open_store(suite, dataset, paths=places.data, home=places.home)
    _check_same_flows(manifest, log)
    log.say({"data": _data_facts(manifest), "synthetic": manifest.synthetic})
    for sentence in let_pass(manifest):
        log.progress.note(sentence)
    with log.stage("profile"):
        profile = profile_once(store, manifest)
    log.folder.write_profile(profile)
    repeats = sum(profile["duplicates"]["exact"].values())
    log.say({"data": _data_facts(manifest) | {"distinct_rows": manifest.rows - repeats}})
    labels = chosen_labels(suite, dataset, manifest.labels)
    plan = Preparation(
        suite=suite, dataset=dataset, store=store, manifest=manifest, labels=labels, work=work
    )
    prepared, made = prepare_once(plan, stage=log.stage)
    log.say({"prepared": made})
    if made:
        log.progress.note(f"counted on {made:%Y-%m-%d %H:%M} UTC and kept in the store since")
    log.folder.write_selection({"schema_version": 1, "selections": prepared.selections})
    log.say(dict(prepared.facts))
    for sentence in grain_notes(suite, prepared.grains):
        log.progress.note(sentence)
    return plan, prepared


def _check_same_flows(manifest: Manifest, log: RunLog) -> None:
    before = log.facts.get("data")
    if isinstance(before, dict) and before["fingerprint"] != manifest.fingerprint:
        raise BenchError(
            f"{log.folder.path}: the flows have changed since this run began; start a new run"
        )


def _data_facts(manifest: Manifest) -> dict[str, object]:
    return {
        "fingerprint": manifest.fingerprint,
        "release": manifest.release,
        "files": len(manifest.parts),
        "rows": manifest.rows,
        "rows_quarantined": manifest.rows_quarantined,
        "rows_dropped": manifest.rows_incomplete,
        "let_pass": let_pass(manifest),
    }
