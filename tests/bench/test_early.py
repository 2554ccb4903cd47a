from __future__ import annotations

import gc
import sys
import time
from importlib.util import find_spec

import pytest

import bench.early
from bench.early import (
    FOR_FLOWS,
    FOR_FLOWS_IN_STORE,
    FOR_INGEST,
    FOR_PAGES,
    FOR_RUNS,
    import_for_flows,
    import_for_runs,
    import_meanwhile,
    importing,
)


@pytest.fixture
def begun(monkeypatch):
    """The modules that imports were begun of."""
    found = []
    monkeypatch.setattr(bench.early, "start_nursery", found.append)
    return found


@pytest.mark.parametrize(
    ("cluster", "settings"),
    [(None, None), ("local", None), (None, ["folds=3", "cluster.workers=4"])],
)
def test_workers_of_this_machine_import_before_the_suite_is_read(
    begun, cluster, settings, tmp_path
):
    import_for_runs(cluster, settings, home=tmp_path / "home")
    assert begun == [FOR_RUNS]


def test_where_there_are_stores_workers_do_not_import_what_reads_files(begun, tmp_path):
    (tmp_path / "store-1").mkdir()
    import_for_runs(None, None, home=tmp_path)
    assert begun == [FOR_FLOWS_IN_STORE]
    assert set(FOR_FLOWS_IN_STORE) < set(FOR_RUNS)


@pytest.mark.parametrize(
    ("cluster", "settings"),
    [("slurm", None), (None, ['cluster={kind="ssh"}']), (None, ['cluster.kind="slurm"'])],
)
def test_nothing_is_imported_for_workers_elsewhere(begun, cluster, settings, tmp_path):
    import_for_runs(cluster, settings, home=tmp_path)
    assert begun == []


def test_flows_need_no_models(begun):
    import_for_flows()
    assert begun == [FOR_FLOWS]


@pytest.mark.parametrize("module", [*FOR_RUNS, *FOR_INGEST, *FOR_PAGES])
def test_whatever_is_imported_early_is_there(module):
    """The nursery passes by what it cannot import."""
    assert find_spec(module)


def test_what_is_imported_meanwhile_is_waited_for_by_who_imports_it(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text("import time; time.sleep(0.5); here = True")
    monkeypatch.syspath_prepend(tmp_path)
    begun = time.monotonic()
    import_meanwhile(["slow_to_import"])
    assert time.monotonic() - begun < 0.5
    while "slow_to_import" not in sys.modules:
        time.sleep(0.01)
    import slow_to_import

    assert slow_to_import.here


def test_what_is_imported_is_not_looked_through_for_garbage():
    before = gc.get_freeze_count()
    with importing():
        assert not gc.isenabled()
        kept = [[] for _ in range(10)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)
    gc.unfreeze()
