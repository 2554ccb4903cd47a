from __future__ import annotations

from contextlib import nullcontext

import dask
import numpy as np
import pytest

from bench.preparation import Preparation
from bench.prepare import prepare
from bench.suite import Suite
from pipeline.dataset import load_dataset
from pipeline.ingest import ingest
from pipeline.split import SPLITS
from pipeline.synthetic import write_dataset

DATASET = load_dataset()


@pytest.fixture(scope="module")
def ingested(tmp_path_factory):
    """A store of two files: floods in the first, ordinary traffic and scans in the second."""
    folder = tmp_path_factory.mktemp("prepare")
    with dask.config.set(scheduler="synchronous"):
        floods = ["DDoS-SYN_Flood", "DDoS-UDP_Flood"]
        (first,) = write_dataset(folder / "a", rows=300, files=1, seed=0, labels=floods)
        others = ["BenignTraffic", "Recon-PortScan"]
        (second,) = write_dataset(folder / "b", rows=300, files=1, seed=0, labels=others)
        second = second.rename(second.with_name("part-00001.csv"))
        return folder / "store", ingest([first, second], store=folder / "store", dataset=DATASET)


@pytest.fixture
def prepared(ingested, tmp_path):
    """What becomes of these labels."""
    store, manifest = ingested

    def of(*labels, splits, **settings):
        plan = Preparation(
            suite=Suite(name="tiny", splits=splits, **settings),
            dataset=DATASET,
            store=store,
            manifest=manifest,
            labels=labels,
            work=tmp_path,
        )
        with dask.config.set(scheduler="synchronous"):
            return prepare(plan, stage=nullcontext)

    return of


def test_a_split_without_test_flows_is_refused_and_the_others_go_on(prepared):
    found = prepared("DDoS-SYN_Flood", "DDoS-UDP_Flood", splits=("by_file", "random"))
    assert list(found.refusals) == [("attack", "by_file")]
    assert "the by_file split" in found.refusals["attack", "by_file"]
    assert "no test flow" in found.refusals["attack", "by_file"]
    assert {entry["split"] for entry in found.facts["ceiling"]} == {"random"}


def test_a_split_without_training_flows_is_refused(prepared):
    found = prepared("BenignTraffic", "Recon-PortScan", splits=("by_file",))
    assert "no training flow" in found.refusals["attack", "by_file"]


def test_a_split_with_one_class_to_learn_is_refused(prepared):
    found = prepared("BenignTraffic", splits=("random",))
    assert "of one class (BenignTraffic)" in found.refusals["attack", "random"]


def test_a_split_with_classes_and_flows_on_both_sides_is_not_refused(prepared):
    found = prepared("BenignTraffic", "DDoS-SYN_Flood", splits=("random",))
    assert found.refusals == {}
    assert all(path.is_file() for path in found.bundles.values())
    assert sum(feature["selected"] for feature in found.selections[0]["features"]) == 10


def test_what_is_held_out_is_told_for_every_split(prepared):
    found = prepared("BenignTraffic", "DDoS-SYN_Flood", "Recon-PortScan", splits=tuple(SPLITS))
    told = {fact["split"]: fact for fact in found.facts["splits"]}
    assert list(told) == list(SPLITS)
    assert told["distinct"]["known_test_rows"] == 0
    assert told["random"]["known_test_rows"] > 0
    assert told["by_file"]["test_files"] == 1
    assert told["deduplicated"]["rows"] == told["deduplicated"]["distinct_rows"]
    assert {fact["split"] for fact in found.facts["conflicts"]} == set(SPLITS)


def test_features_are_chosen_on_all_rows_where_flows_are_dealt_after_they_are_counted(prepared):
    found = prepared("BenignTraffic", "DDoS-SYN_Flood", "Recon-PortScan", splits=tuple(SPLITS))
    on = {one["split"]: one["select_on"] for one in found.selections}
    assert on == {"random": "train", "by_file": "train", "distinct": "all", "deduplicated": "all"}
    rows = {one["split"]: one["rows"] for one in found.selections}
    assert rows["distinct"] == rows["deduplicated"] > rows["random"]


def test_the_ceiling_is_told_exactly_and_as_a_curve_on_so_many_rows(prepared):
    labels = ("BenignTraffic", "DDoS-SYN_Flood", "Recon-PortScan")
    exact, *curve = prepared(*labels, splits=("random",), ceiling_rows=50).facts["ceiling"]
    assert (exact["k"], exact["rows"]) == (10, 86)
    assert "bins" not in exact
    assert [point["k"] for point in curve] == list(range(1, 47))
    keys = ("sampled_rows", "sampled_of", "sampled_from", "bins")
    assert {tuple(point[key] for key in keys) for point in curve} == {(50, 86, "test rows", 255)}


def test_a_curve_on_no_rows_is_left_out(prepared):
    labels = ("BenignTraffic", "DDoS-SYN_Flood")
    found = prepared(*labels, splits=("random",), ceiling_rows=0)
    assert [entry["k"] for entry in found.facts["ceiling"]] == [10]


GRAINS = {
    "exact": {"grain": "exact"},
    "binned": {"grain": "binned", "distinct_rows": 400},
    "rows": {"grain": "auto", "distinct_rows": 250},
}


@pytest.mark.parametrize("grain", GRAINS)
def test_the_same_flows_in_other_files_are_counted_and_dealt_to_the_same_bits(
    grain, in_files, tmp_path
):
    with dask.config.set(scheduler="synchronous"):
        source = write_dataset(tmp_path / "source", rows=5_000, files=1, seed=0)
        one, *others = (
            counted(
                in_files(source, tmp_path / f"csv-{files}", files),
                tmp_path / f"work-{files}",
                **GRAINS[grain],
            )
            for files in (1, 3)
        )
    with dask.config.set(scheduler="threads", num_workers=3):
        others.append(
            counted(
                in_files(source, tmp_path / "csv-4", 4)[::-1], tmp_path / "work-4", **GRAINS[grain]
            )
        )
    assert len(one[0]) == 6
    assert {fact["grain"] for fact in one[1]["grain"]} == {grain}
    assert all(other == one for other in others)


def counted(flows, work, **settings):
    """The bytes of every bundle, and what is told of the flows; how many files is of no account."""
    manifest = ingest(flows, store=work / "store", dataset=DATASET)
    splits = ("random", "distinct", "deduplicated")
    suite = Suite(
        name="tiny",
        tasks=("attack", "binary"),
        splits=splits,
        ceiling_rows=300,
        folds=2,
        features=14,
        **settings,
    )
    plan = Preparation(
        suite=suite,
        dataset=DATASET,
        store=work / "store",
        manifest=manifest,
        labels=manifest.labels,
        work=work,
    )
    prepared = prepare(plan, stage=lambda _: nullcontext())
    arrays = {key: dict(np.load(path)) for key, path in prepared.bundles.items()}
    bits = {
        key: {name: (one.dtype, one.shape, one.tobytes()) for name, one in of_key.items()}
        for key, of_key in arrays.items()
    }
    held_out = [{k: v for k, v in one.items() if k != "files"} for one in prepared.facts["splits"]]
    return bits, prepared.facts | {"splits": held_out}, told(prepared.selections)


def told(selections):
    """What is told of the features to the last bit; of F, which the merges round, ten digits."""
    return [
        [
            (row["feature"], row["selected"], row["mutual_information"], f"{row['F'] or 0:.10g}")
            for row in one["features"]
        ]
        for one in selections
    ]
