from __future__ import annotations

from contextlib import nullcontext

import dask
import pytest

from bench.grains import MOST_DISTINCT_ROWS, grain_notes, grain_rule, most_distinct_rows
from bench.prepare import Preparation, prepare
from bench.suite import Suite
from pipeline.coarseness import GRAINS
from pipeline.dataset import load_dataset
from pipeline.errors import DataError
from pipeline.ingest import ingest
from pipeline.synthetic import write_dataset

DATASET = load_dataset()
FEW = 500


@pytest.fixture(scope="module")
def ingested(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grains")
    with dask.config.set(scheduler="synchronous"):
        write_dataset(folder / "csv", rows=2_000, files=2, seed=0)
        return folder / "store", ingest([folder / "csv"], store=folder / "store", dataset=DATASET)


@pytest.fixture
def prepared(ingested, tmp_path):
    """What a suite's flows come to, told by label and as benign or not."""
    store, manifest = ingested

    def of(**settings):
        suite = Suite(name="tiny", tasks=("attack", "binary"), features=46, **settings)
        plan = Preparation(
            suite=suite,
            dataset=DATASET,
            store=store,
            manifest=manifest,
            labels=manifest.labels,
            work=tmp_path,
        )
        with dask.config.set(scheduler="synchronous"):
            return suite, prepare(plan, stage=nullcontext)

    return of


def test_the_hardiest_model_says_how_many_distinct_rows_there_may_be():
    assert most_distinct_rows(Suite(name="a", models=("svc",), effort=0.5)) == 5_000
    assert most_distinct_rows(Suite(name="a", models=("svc",), budgets={"svc": 77})) == 77
    assert most_distinct_rows(Suite(name="a", models=("svc", "dummy"))) == MOST_DISTINCT_ROWS
    assert most_distinct_rows(Suite(name="a", distinct_rows=9)) == 9


def test_exact_values_are_limited_by_memory_alone():
    suite = Suite(name="a", models=("svc",), effort=0.5, grain="exact")
    assert grain_rule(suite).limits == (MOST_DISTINCT_ROWS,)


def test_run_json_says_for_every_task_and_split_what_was_measured_and_why(prepared):
    _, found = prepared()
    facts = found.facts["grain"]
    assert [(fact["task"], fact["split"]) for fact in facts] == list(found.bundles)
    for fact in facts:
        assert (fact["grain"], fact["bins"], fact["columns_binned"]) == ("exact", None, [])
        assert fact["distinct_rows"] == fact["distinct_rows_exact"] <= 2_000
        assert "are no more than 1,000,000" in fact["why"]


def test_too_many_distinct_rows_are_binned_and_the_person_watching_is_told(prepared):
    suite, found = prepared(distinct_rows=FEW, grain="binned")
    for fact in found.facts["grain"]:
        assert (fact["grain"], fact["distinct_rows"] <= FEW) == ("binned", True)
        assert fact["distinct_rows_exact"] > 1_000
        assert "IAT" in fact["columns_binned"]
    notes = list(grain_notes(suite, found.grains))
    assert notes[0].startswith("attack · random: ")
    assert "distinct rows were to be binned; " in notes[0]


def test_rows_are_left_out_where_bins_would_cost_more_and_the_person_watching_is_told(prepared):
    suite, found = prepared(distinct_rows=FEW)
    for fact in found.facts["grain"]:
        assert (fact["grain"], fact["bins"], fact["columns_binned"]) == ("rows", None, [])
        assert fact["distinct_rows"] <= FEW
        assert 0.1 < fact["share_of_rows"] < 0.4
    note = next(grain_notes(suite, found.grains))
    assert f"distinct rows are more than {FEW}, in bins worth their price, too; a random " in note


def test_binned_flows_may_be_asked_for_however_few_they_are(prepared):
    _, found = prepared(grain="binned")
    assert {fact["bins"] for fact in found.facts["grain"]} == {248}
    assert all("were to be binned" in fact["why"] for fact in found.facts["grain"])


def test_exact_values_may_be_insisted_on_and_then_too_many_end_the_run(prepared):
    with pytest.raises(DataError, match="let grain be 'auto'"):
        prepared(grain="exact", distinct_rows=FEW)


@pytest.mark.parametrize("name", GRAINS)
def test_a_suite_may_ask_for_every_grain_there_is(name):
    assert Suite(name="a", grain=name).grain == name


def test_an_unknown_grain_is_told_with_the_nearest_right_name():
    with pytest.raises(ValueError, match="did you mean 'binned'"):
        Suite(name="a", grain="bined")
