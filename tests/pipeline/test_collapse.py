from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise

import dask
import numpy as np
import pytest

import pipeline.collapse as collapse_module
from pipeline.coarseness import EXACT, GRAINS
from pipeline.collapse import collapse, collapse_by_rule
from pipeline.dataset import Dataset, Release
from pipeline.ingest import ingest
from pipeline.labelled import usable_rows
from pipeline.requests import Collapse
from pipeline.row_hashes import number_hashes
from pipeline.split import mark_test_rows

FEATURES = ("a", "b", "c")
ATTACKS = {"Calm": "Calm", "Flood": "Flood", "Scan": "Scan"}
BINARY = {"Scan": "Attack", "Flood": "Attack", "Calm": "Benign"}
CUTS = {
    "one file": [],
    "two files": [77],
    "files of one flow, and of many": [1, 2, 3, 150],
    "a tree of two levels": list(range(9, 200, 9)),
    "a tree of three levels": list(range(3, 207, 3)),
}
RECORDS = [
    f"{a},{b},{c},{label}"
    for a, b, c, label in np.column_stack(
        [
            np.random.default_rng(1).choice(values, 207)
            for values in (
                ["0", "-0.0", "1.25", "-3e5"],
                ["0.1", "1e-300", "7"],
                ["2", "2.0", "", "inf", "-inf", "-0"],
                ["Calm", "Flood", "Flood", "Scan", "Rest"],
            )
        ]
    )
]


@pytest.fixture
def stored(tmp_path, small_dataset):
    """Put records into a new store, one file for each piece between two cuts."""

    def fill(records, cuts):
        for folder in ("csv", "store"):
            shutil.rmtree(tmp_path / folder, ignore_errors=True)
        (tmp_path / "csv").mkdir()
        for number, (start, end) in enumerate(pairwise([0, *cuts, len(records)])):
            text = "\n".join(["a,b,c,label", *records[start:end]]) + "\n"
            (tmp_path / "csv" / f"{number:03}.csv").write_text(text)
        store = tmp_path / "store"
        return store, ingest([tmp_path / "csv"], store=store, dataset=small_dataset)

    with dask.config.set(scheduler="synchronous"):
        yield fill


def random_split(manifest, *, features=FEATURES, class_of=ATTACKS):
    part_rows = [usable_rows(part, list(class_of)) for part in manifest.parts]
    masks = mark_test_rows("random", part_rows, test_size=0.3, seed=4)
    return Collapse(split="random", features=features, class_of=class_of, masks=masks)


def usable(records, class_of=ATTACKS):
    """Features and class of each record that counts, -0.0 being 0.0."""
    cells = [record.split(",") for record in records]
    rows = [(*map(float, row[:3]), class_of[row[3]]) for row in cells if is_usable(row, class_of)]
    classes = sorted(set(class_of.values()))
    return np.array([[*row[:3], classes.index(row[3])] for row in rows]) + 0.0


def is_usable(row, class_of):
    return row[3] in class_of and row[2] not in ("", "inf", "-inf")


def content(split):
    flows = split.flows
    arrays = (flows.X, flows.y, flows.counts, split.test_counts)
    return [
        flows.features,
        flows.labels,
        *[(one.dtype, one.shape, one.tobytes()) for one in arrays],
    ]


@pytest.mark.parametrize("class_of", [ATTACKS, BINARY])
@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS)
def test_flows_are_counted_as_by_unique_over_the_rows_in_any_partitioning(stored, cuts, class_of):
    store, manifest = stored(RECORDS, cuts)
    wanted = random_split(manifest, class_of=class_of)
    (split,) = collapse(store, manifest, [wanted])
    rows = usable(RECORDS, class_of)
    distinct, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    of_test = np.bincount(place.ravel(), np.concatenate(wanted.masks), len(distinct))
    assert split.name == "random"
    assert split.flows.labels == tuple(sorted(set(class_of.values())))
    assert np.column_stack([split.flows.X, split.flows.y]).tolist() == distinct.tolist()
    assert split.flows.counts.tolist() == counts.tolist()
    assert split.test_counts.tolist() == of_test.tolist()


def test_counted_flows_are_the_same_bits_in_any_partitioning_and_order(stored):
    found = []
    for cuts in CUTS.values():
        store, manifest = stored(RECORDS, cuts)
        found.append(content(collapse(store, manifest, [random_split(manifest)])[0]))
    assert all(one == found[0] for one in found)


def test_counted_flows_do_not_depend_on_the_order_of_rows(stored):
    shuffled = np.random.default_rng(2).permutation(RECORDS).tolist()
    flows = []
    for records in (RECORDS, shuffled, RECORDS[::-1]):
        store, manifest = stored(records, CUTS["a tree of two levels"])
        flows.append(content(collapse(store, manifest, [random_split(manifest)])[0])[:-1])
    assert flows[0] == flows[1] == flows[2]


def test_counted_flows_do_not_depend_on_which_worker_is_done_first(stored):
    store, manifest = stored(RECORDS, CUTS["a tree of two levels"])
    wanted = [random_split(manifest), random_split(manifest, class_of=BINARY)]
    one_by_one = [content(split) for split in collapse(store, manifest, wanted)]
    with dask.config.set(scheduler="threads", num_workers=4):
        at_once = [content(split) for split in collapse(store, manifest, wanted)]
    assert at_once == one_by_one


def test_counted_flows_are_aligned_c_ordered_and_free_of_negative_zero(stored):
    store, manifest = stored(RECORDS, CUTS["two files"])
    flows = collapse(store, manifest, [random_split(manifest)])[0].flows
    assert (flows.X.dtype, flows.y.dtype, flows.counts.dtype) == (np.float64, np.int64, np.int64)
    assert flows.X.flags.c_contiguous
    assert flows.X.flags.aligned
    assert (flows.X == 0).any()
    assert not np.signbit(flows.X[flows.X == 0]).any()


def test_train_and_test_parts_hold_the_rows_of_their_side_of_the_mask(stored):
    store, manifest = stored(RECORDS, CUTS["a tree of two levels"])
    wanted = random_split(manifest)
    (split,) = collapse(store, manifest, [wanted])
    rows, is_test = usable(RECORDS), np.concatenate(wanted.masks)
    for part, side in ((split.train, ~is_test), (split.test, is_test)):
        expanded = np.repeat(np.column_stack([part.X, part.y]), part.counts, axis=0)
        assert expanded.tolist() == sorted(rows[side].tolist())
        assert (part.counts > 0).all()


def test_several_collapses_of_one_pass_are_those_of_a_pass_each(stored):
    store, manifest = stored(RECORDS, CUTS["a tree of two levels"])
    wanted = [
        random_split(manifest, features=("c", "a")),
        random_split(manifest, features=("b",), class_of={"Flood": "DDoS", "Rest": "Other"}),
        random_split(manifest, class_of=BINARY),
    ]
    together = [content(split) for split in collapse(store, manifest, wanted)]
    alone = [content(collapse(store, manifest, [one])[0]) for one in wanted]
    assert together == alone
    assert together[0][0] == ("c", "a")
    assert together[1][1] == ("DDoS", "Other")


def test_features_may_be_called_what_the_counts_are_called(tmp_path):
    names = ("count", "class", "test")
    dataset = Dataset(
        name="small",
        label_columns=("label",),
        benign_family="Benign",
        releases=(Release(name="v1", features=names),),
        families={"Calm": "Benign", "Flood": "DDoS"},
    )
    (tmp_path / "a.csv").write_text("count,class,test,label\n5,1,9,Calm\n4,1,9,Flood\n5,1,9,Calm\n")
    class_of = {"Calm": "Calm", "Flood": "Flood"}
    with dask.config.set(scheduler="synchronous"):
        manifest = ingest([tmp_path / "a.csv"], store=tmp_path / "store", dataset=dataset)
        wanted = random_split(manifest, features=names, class_of=class_of)
        (split,) = collapse(tmp_path / "store", manifest, [wanted])
    assert split.flows.X.tolist() == [[4.0, 1.0, 9.0], [5.0, 1.0, 9.0]]
    assert (split.flows.y.tolist(), split.flows.counts.tolist()) == ([1, 0], [1, 2])


WIDE = [
    f"{a},{b},{c},{label}"
    for a, b, c, label in zip(
        np.random.default_rng(3).lognormal(size=900).tolist(),
        np.random.default_rng(4).normal(size=900).tolist(),
        np.random.default_rng(5).choice(["2", "", "-0"], 900).tolist(),
        np.random.default_rng(6).choice(list(ATTACKS), 900).tolist(),
        strict=True,
    )
]


def binned(stored, cuts, *, most, class_of=ATTACKS):
    store, manifest = stored(WIDE, cuts)
    wanted = random_split(manifest, class_of=class_of)
    rule = replace(GRAINS["auto"].rule(most), coarsest=None)
    (found,) = collapse_by_rule(store, manifest, [wanted], rule=rule)
    return found, np.concatenate(wanted.masks)


@pytest.mark.parametrize("most", [10_000, 450, 100])
@pytest.mark.parametrize("class_of", [ATTACKS, BINARY])
def test_binned_flows_are_those_of_rows_that_were_binned_first(stored, most, class_of):
    found, is_test = binned(stored, CUTS["a tree of two levels"], most=most, class_of=class_of)
    rows = usable(WIDE, class_of)
    for number, name in enumerate(FEATURES):
        if name in found.grain.cut:
            bins = found.grain.cut[name]
            rows[:, number] = bins.values[np.digitize(rows[:, number], bins.starts[1:])]
    distinct, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    split = found.split
    assert np.column_stack([split.flows.X, split.flows.y]).tolist() == distinct.tolist()
    assert split.flows.counts.tolist() == counts.tolist()
    assert split.test_counts.tolist() == np.bincount(place.ravel(), is_test).tolist()


def test_few_distinct_rows_stay_exact_and_many_are_binned(stored):
    exact, _ = binned(stored, [], most=10_000)
    coarse, _ = binned(stored, [], most=300)
    assert (exact.grain.name, exact.grain.bins, exact.grain.cut) == ("exact", None, {})
    assert (coarse.grain.name, list(coarse.grain.cut)) == ("binned", ["a", "b"])
    assert exact.grain.distinct_rows == coarse.grain.distinct_rows_exact == len(usable(WIDE))
    assert coarse.grain.distinct_rows <= 300


@pytest.mark.parametrize("most", [500, 200])
def test_binned_flows_are_the_same_bits_in_any_partitioning(stored, most):
    found = [binned(stored, cuts, most=most)[0] for cuts in CUTS.values()]
    assert all(content(one.split) == content(found[0].split) for one in found)
    assert len({(one.grain.bins, one.grain.distinct_rows_exact) for one in found}) == 1


def test_splits_and_tasks_that_share_features_are_counted_as_each_alone(stored):
    store, manifest = stored(WIDE, CUTS["two files"])
    part_rows = [usable_rows(part, list(ATTACKS)) for part in manifest.parts]
    masks = [mark_test_rows("random", part_rows, test_size=0.3, seed=seed) for seed in (1, 2)]
    wanted = [
        Collapse(split="random", features=FEATURES, class_of=class_of, masks=mask)
        for class_of in (ATTACKS, BINARY)
        for mask in masks
    ]
    rule = replace(GRAINS["auto"].rule(400), coarsest=None)
    together = collapse_by_rule(store, manifest, wanted, rule=rule)
    alone = [collapse_by_rule(store, manifest, [one], rule=rule)[0] for one in wanted]
    assert [content(one.split) for one in together] == [content(one.split) for one in alone]
    assert len({content(one.split)[-1] for one in together}) == len(wanted)


def thinned(stored, cuts, *, most, records=WIDE):
    """As ``auto``, but no bins at all are worth their price."""
    store, manifest = stored(records, cuts)
    wanted = random_split(manifest)
    rule = replace(GRAINS["auto"].rule(most), coarsest=EXACT)
    (found,) = collapse_by_rule(store, manifest, [wanted], rule=rule)
    return found, np.concatenate(wanted.masks)


def test_where_bins_would_be_too_coarse_a_share_of_the_rows_is_counted_as_they_are(stored):
    found, is_test = thinned(stored, CUTS["a tree of two levels"], most=200)
    rows = usable(WIDE)
    drawn = number_hashes(0, len(rows)) < np.uint64(found.grain.share * 2.0**64)
    distinct, counts = np.unique(rows[drawn], axis=0, return_counts=True)
    split = found.split
    assert found.grain.name == "rows"
    assert np.column_stack([split.flows.X, split.flows.y]).tolist() == distinct.tolist()
    assert split.flows.counts.tolist() == counts.tolist()
    assert split.test_counts.sum() == (is_test & drawn).sum()
    assert 120 < split.flows.distinct_rows <= 200
    assert found.grain.distinct_rows_exact == len(rows)
    assert found.grain.train_rows == (~is_test).sum()


@pytest.mark.parametrize("most", [200, 40])
def test_the_same_share_of_the_rows_is_counted_in_any_partitioning(stored, most):
    found = [thinned(stored, cuts, most=most)[0] for cuts in CUTS.values()]
    assert all(content(one.split) == content(found[0].split) for one in found)


@pytest.fixture
def asked(monkeypatch):
    """For each time that a part is read, whether its groups are to be counted."""
    asked = []
    count = collapse_module.count_part

    def watched(store, part, groups, ladders, rule):
        asked.append([group.is_counted for group in groups])
        return count(store, part, groups, ladders, rule)

    monkeypatch.setattr(collapse_module, "count_part", watched)
    return asked


FIRST = CUTS["a tree of two levels"][collapse_module.FAN_IN - 1]
REPEATED = [WIDE[number % 5] for number in range(400)]


def test_what_the_first_partitions_prove_too_coarse_is_drawn_in_one_pass(stored, asked):
    found, _ = thinned(stored, CUTS["a tree of two levels"], most=40)
    parts = len(CUTS["a tree of two levels"]) + 1
    assert found.grain.name == "rows"
    assert asked.count([True]) == collapse_module.FAN_IN
    assert asked.count([False]) == parts


def test_where_the_first_partitions_foretold_too_small_a_share_it_is_counted_again(stored, asked):
    records = [*WIDE[:FIRST], *REPEATED]
    (again, whole) = (
        thinned(stored, cuts, most=40, records=records)[0]
        for cuts in (CUTS["a tree of two levels"], [])
    )
    parts = len(CUTS["a tree of two levels"]) + 1
    assert asked.count([False]) == parts
    assert asked.count([True]) == collapse_module.FAN_IN + parts + 2  # and those of one file
    assert content(again.split) == content(whole.split)
    assert again.grain.share == whole.grain.share > 0.5


def test_rows_too_many_to_be_kept_one_by_one_are_not_drawn_but_counted_again(
    stored, asked, monkeypatch
):
    drawn, _ = thinned(stored, CUTS["a tree of two levels"], most=40)
    before = len(asked)
    monkeypatch.setattr(collapse_module, "ROWS_AT_ONCE", 20)
    again, _ = thinned(stored, CUTS["a tree of two levels"], most=40)
    parts = len(CUTS["a tree of two levels"]) + 1
    assert len(asked) == 2 * before + parts
    assert content(again.split) == content(drawn.split)
