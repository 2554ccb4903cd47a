from __future__ import annotations

from importlib.util import find_spec

import pytest

import bench.early
from bench.early import FOR_FLOWS, FOR_RUNS, import_for_flows, import_for_runs


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
def test_workers_of_this_machine_import_before_the_suite_is_read(begun, cluster, settings):
    import_for_runs(cluster, settings)
    assert begun == [FOR_RUNS]


@pytest.mark.parametrize(
    ("cluster", "settings"),
    [("slurm", None), (None, ['cluster={kind="ssh"}']), (None, ['cluster.kind="slurm"'])],
)
def test_nothing_is_imported_for_workers_elsewhere(begun, cluster, settings):
    import_for_runs(cluster, settings)
    assert begun == []


def test_flows_need_no_models(begun):
    import_for_flows()
    assert begun == [FOR_FLOWS]


@pytest.mark.parametrize("module", FOR_RUNS)
def test_whatever_is_imported_early_is_there(module):
    """The nursery passes by what it cannot import."""
    assert find_spec(module)
