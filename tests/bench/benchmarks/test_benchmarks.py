from __future__ import annotations

import sys
from pathlib import Path

import pytest
from asv_runner._aux import update_sys_path
from asv_runner.discovery import disc_benchmarks

import bench.benchmarks
from bench.benchmarks import around, models, stages
from bench.benchmarks.material import FEATURES, ROWS, make_material
from pipeline.zoo import ZOO

FOLDER = Path(bench.benchmarks.__file__).parent
SMALL = ROWS[0]


@pytest.fixture(scope="module")
def sizes(tmp_path_factory):
    return make_material(tmp_path_factory.mktemp("material"), [SMALL])


def is_store(manifest, material):
    return manifest.rows == SMALL and manifest.fingerprint == material.manifest.fingerprint


def has_moments_of_every_row(evidence, material):
    return evidence.splits[0].moments.count.sum() == sum(material.part_rows)


def is_counted(splits, material):
    (split,) = splits
    return split.train.rows == material.split.train.rows > split.train.distinct_rows


def is_fitted(model, _material):
    return len(model.classes_) > 1


def is_page(path, _material):
    return path.stat().st_size > 100_000


# What every benchmark gives back when it has done its work: a stage left out would not give it.
MADE = {
    "stages.Ingesting.time_ingest": is_store,
    "stages.Ingesting.track_seconds_per_million_rows": lambda seconds, _: seconds > 0,
    "stages.Selecting.time_moments": has_moments_of_every_row,
    "stages.Collapsing.time_collapse": is_counted,
    "stages.InMemory.time_select": lambda found, made: found.selected == made.selected,
    "stages.InMemory.time_split": lambda masks, _: sum(map(sum, masks)) == SMALL / 5,
    "stages.InMemory.peakmem_ingest": is_store,
    "stages.InMemory.peakmem_moments": has_moments_of_every_row,
    "stages.InMemory.peakmem_collapse": is_counted,
    "models.Models.time_fit": is_fitted,
    "models.Models.time_predict": lambda codes, made: len(codes) == len(made.split.test.y),
    "models.Models.peakmem_fit": is_fitted,
    "models.Stacking.time_stack": is_fitted,
    "around.Scheduling.track_seconds_per_case": lambda seconds, _: seconds < 60,
    "around.Rendering.time_report": is_page,
    "around.Rendering.peakmem_report": is_page,
}
MODULES = {"stages": stages, "models": models, "around": around}
QUICK = ("decision_tree", "one_rule")


def smallest(kind):
    """The smallest parameters of a benchmark; of the models two, since the zoo has tests."""
    first = [values[0] for values in kind.params]
    if kind is models.Models:
        return [[name, first[1]] for name in QUICK]
    return [first]


def test_asv_finds_every_benchmark_and_every_one_is_held_to_what_its_stage_makes(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    update_sys_path(str(FOLDER))
    found = {benchmark.name for benchmark in disc_benchmarks(str(FOLDER))}
    assert found == MADE.keys()


def test_the_models_are_the_zoo():
    assert models.Models.params[0] == tuple(ZOO)


@pytest.mark.parametrize("name", MADE)
def test_every_benchmark_does_the_work_of_its_stage_once(name, sizes):
    module, kind_name, method = name.split(".")
    kind = getattr(MODULES[module], kind_name)
    for params in smallest(kind):
        benchmark = kind()
        benchmark.kind = "inline"
        benchmark.setup(sizes, *params)
        try:
            made = getattr(benchmark, method)(sizes, *params)
            assert MADE[name](made, sizes[SMALL])
            if "ingest" in name.lower():  # a store that is there already takes no time
                assert (benchmark.folder / "store").is_dir()
            if kind is around.Scheduling:
                assert {outcome.status for outcome in benchmark.ended} == {"done"}
                assert len(benchmark.ended) == around.CASES
        finally:
            getattr(benchmark, "teardown", lambda *_: None)(sizes, *params)


def test_the_material_has_what_the_stages_need(sizes):
    made = sizes[SMALL]
    assert len(made.selected) == FEATURES
    assert (made.folds.sum(), made.moments.count.sum()) == (made.split.train.rows, SMALL)
