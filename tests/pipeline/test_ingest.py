from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import dask
import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline.dataset import load_dataset
from pipeline.errors import DataError, FileError, ReleaseError
from pipeline.ingest import ingest
from pipeline.manifest import MANIFEST_FILE, QUARANTINE_FILE, read_manifest, read_part
from pipeline.statistics_file import load_statistics

HEADER = "a,b,c,label\n"


def write(folder, name, *rows):
    path = folder / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def everything_in(store):
    return {
        str(path.relative_to(store)): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in store.rglob("*")
    }


@pytest.mark.parametrize(("index", "label_column"), [(0, "label"), (1, "Label")])
def test_each_release_of_the_shipped_profile_is_recognised(tmp_path, index, label_column):
    dataset = load_dataset()
    release = dataset.releases[index]
    header = ",".join([*release.features, label_column])
    values = ",".join(str(number / 2) for number in range(len(release.features)))
    path = tmp_path / "flows.csv"
    path.write_text(f"{header}\n{values},DDOS-SYN_FLOOD\n")
    with dask.config.set(scheduler="synchronous"):
        manifest = ingest([path], store=tmp_path / "store", dataset=dataset)
    assert (manifest.release, manifest.features) == (release.name, release.features)
    assert manifest.label_counts == {"DDoS-SYN_Flood": 1}
    flows = read_part(tmp_path / "store", manifest.parts[0], release.features)
    assert [column[0].as_py() for column in flows.columns] == [
        number / 2 for number in range(len(release.features))
    ]


def test_rows_stand_in_the_order_of_the_file(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", *(f"{i},0,0,{'Scan' if i % 3 else 'Flood'}" for i in range(3000)))
    part = ingest_here().parts[0]
    flows = read_part(tmp_path / "store", part, ["a", "label"])
    assert flows["a"].to_pylist() == list(range(3000))
    assert flows["label"].to_pylist()[:3] == ["Flood", "Scan", "Scan"]
    assert part.label_counts == {"Flood": 1000, "Scan": 2000}


def test_a_part_is_float64_without_nulls_beside_its_label_and_completeness(
    csv_folder, ingest_here, tmp_path
):
    write(csv_folder, "a.csv", "1,2,3,Flood", ",2,3,Flood")
    schema = pq.read_schema(tmp_path / "store" / ingest_here().parts[0].parquet)
    assert schema.names == ["a", "b", "c", "label", "complete"]
    assert [str(schema.field(name).type) for name in "abc"] == ["double"] * 3
    assert not any(field.nullable for field in schema)


def test_a_second_ingest_of_unchanged_files_touches_nothing(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood", "bad")
    write(csv_folder, "b.csv", "4,5,6,Scan")
    first = ingest_here()
    before = everything_in(tmp_path / "store")
    assert ingest_here() == first
    assert everything_in(tmp_path / "store") == before


def test_only_what_changed_is_parsed_again(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    write(csv_folder, "b.csv", "4,5,6,Scan")
    first = ingest_here()
    before = everything_in(tmp_path / "store")
    write(csv_folder, "b.csv", "4,5,6,Scan", "7,8,9,Scan")
    second = ingest_here()
    after = everything_in(tmp_path / "store")
    assert (first.rows, second.rows) == (2, 3)
    assert first.fingerprint != second.fingerprint
    kept = second.parts[0].parquet
    assert before[kept] == after[kept]


def test_a_file_under_another_name_is_not_parsed_again(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    part = ingest_here().parts[0]
    before = everything_in(tmp_path / "store" / part.folder)
    (csv_folder / "a.csv").rename(csv_folder / "z.csv")
    manifest = ingest_here()
    assert [(part.name, part.rows) for part in manifest.parts] == [("z.csv", 1)]
    assert everything_in(tmp_path / "store" / manifest.parts[0].folder) == before


def test_a_file_that_is_no_longer_given_leaves_the_manifest(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    second = write(csv_folder, "b.csv", "4,5,6,Scan")
    ingest_here()
    second.unlink()
    assert [part.name for part in ingest_here().parts] == ["a.csv"]


def test_a_part_that_was_lost_is_made_again(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    first = ingest_here()
    shutil.rmtree(tmp_path / "store" / first.parts[0].folder)
    assert ingest_here() == first
    assert read_part(tmp_path / "store", first.parts[0], ["a"]).num_rows == 1


def test_an_ingest_that_was_killed_does_only_what_is_left(csv_folder, ingest_here, tmp_path):
    for number in range(5):
        write(csv_folder, f"{number}.csv", f"{number},2,3,Flood")
    whole = ingest_here()
    store = tmp_path / "store"
    (store / MANIFEST_FILE).unlink()
    for part in whole.parts[3:]:
        shutil.rmtree(store / part.folder)
    done = {part.folder: everything_in(store / part.folder) for part in whole.parts[:3]}
    assert ingest_here() == whole
    assert {folder: everything_in(store / folder) for folder in done} == done


def test_what_a_killed_writer_left_an_hour_ago_is_removed(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    old, fresh = (tmp_path / "store" / "parts" / name for name in (".old", ".fresh"))
    for folder in (old, fresh):
        folder.mkdir(parents=True)
        (folder / "flows.parquet").write_text("half")
    os.utime(old, (0, 0))
    ingest_here()
    assert (old.exists(), fresh.exists()) == (False, True)


def test_ingests_at_the_same_time_on_one_store_all_end_right(csv_folder, small_dataset, tmp_path):
    for number in range(12):
        write(csv_folder, f"{number:02}.csv", *(f"{i},{number},3,Flood" for i in range(200)))

    def run(_):
        return ingest([csv_folder], store=tmp_path / "store", dataset=small_dataset)

    with dask.config.set(scheduler="threads"), ThreadPoolExecutor(4) as pool:
        manifests = list(pool.map(run, range(8)))
    assert all(manifest == manifests[0] for manifest in manifests)
    assert read_manifest(tmp_path / "store") == manifests[0]
    for part in manifests[0].parts:
        assert read_part(tmp_path / "store", part, ["a"]).num_rows == 200
    names = [path.name for path in (tmp_path / "store").rglob("*")]
    assert not [name for name in names if name.startswith(".")]


def test_nothing_depends_on_the_order_in_which_files_are_given(csv_folder, ingest_here, tmp_path):
    paths = [write(csv_folder, f"{n}.csv", f"{n},2,3,Flood", "bad") for n in range(6)]
    forward = ingest_here(*paths)
    shutil.rmtree(tmp_path / "store")
    assert ingest_here(*reversed(paths)) == forward


def test_the_fingerprint_does_not_know_where_the_files_lie(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    there = ingest_here().fingerprint
    moved = tmp_path / "elsewhere"
    csv_folder.rename(moved)
    assert ingest_here(moved).fingerprint == there


def test_mixed_releases_are_an_error_that_names_one_file_of_each(csv_folder, ingest_here):
    write(csv_folder, "one.csv", "1,2,3,Flood")
    (csv_folder / "two.csv").write_text("a,d,label\n1,2,Flood\n")
    with pytest.raises(ReleaseError, match=r"one\.csv is v1; .*two\.csv is v2; ingest them apart"):
        ingest_here()


def test_a_file_of_another_release_beside_known_ones_is_an_error_too(csv_folder, ingest_here):
    write(csv_folder, "one.csv", "1,2,3,Flood")
    ingest_here()
    (csv_folder / "two.csv").write_text("a,d,label\n1,2,Flood\n")
    with pytest.raises(ReleaseError, match="different releases"):
        ingest_here()


def test_the_release_with_most_features_wins(csv_folder, ingest_here):
    (csv_folder / "both.csv").write_text("a,b,c,d,label\n1,2,3,4,Flood\n")
    manifest = ingest_here()
    assert manifest.release == "v1"
    assert manifest.parts[0].ignored_columns == ("d",)
    assert "not used are the columns 'd'" in manifest.warnings[0]


def test_a_label_outside_the_taxonomy_is_kept_and_reported(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood", "1,2,3,Flod", "1,2,3,Flod")
    manifest = ingest_here()
    assert manifest.rows == 3
    assert manifest.unknown_labels == {"Flod": 2}
    assert manifest.families == {"Flod": "unknown", "Flood": "DDoS"}


def test_a_label_outside_the_taxonomy_is_an_error_under_strict(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood", "1,2,3,Flod")
    with pytest.raises(FileError, match=r"a\.csv: the label 'Flod' .* did you mean 'Flood'"):
        ingest_here(strict=True)


def test_a_quarantined_line_is_an_error_under_strict(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood", "1,x,3,Flood")
    with pytest.raises(FileError, match=r"a\.csv, line 3: column 'b': 'x' is not a number"):
        ingest_here(strict=True)


def test_good_files_pass_under_strict(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood", ",inf,3,Scan")
    assert ingest_here(strict=True).rows == 2


def test_the_same_content_under_two_names_counts_twice_and_is_said(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    write(csv_folder, "b.csv", "1,2,3,Flood")
    manifest = ingest_here()
    assert manifest.rows == 2
    assert "holds the same as" in manifest.warnings[0]


def test_one_quarantine_lists_the_lines_of_all_files(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood", "bad")
    write(csv_folder, "b.csv", "1,2,3,Flood", "worse", "1,2,3,Flood")
    manifest = ingest_here()
    assert manifest.rows_quarantined == 2
    assert len((tmp_path / "store" / QUARANTINE_FILE).read_text().splitlines()) == 2
    assert "1 of 2 lines were set aside" in manifest.warnings[0]


def test_nothing_usable_is_an_error(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "bad")
    with pytest.raises(DataError, match=r"no flow can be read: .*a\.csv: none of its 1 lines"):
        ingest_here()


def test_simulated_flows_are_marked_as_such(csv_folder, ingest_here):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    assert not ingest_here().synthetic
    (csv_folder / "synthetic.json").write_text("{}")
    assert ingest_here().synthetic


def test_a_file_that_vanishes_or_changes_on_the_way_leaves_the_others_whole(
    csv_folder, small_dataset, tmp_path
):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    vanishing = write(csv_folder, "b.csv", "1,2,3,Flood")
    changing = write(csv_folder, "c.csv", "1,2,3,Flood")

    def interfering(tasks, keys, **options):
        vanishing.unlink()
        changing.write_text("a,d,label\n1,2,Flood\n")
        return dask.get(tasks, keys, **options)

    with dask.config.set(scheduler=interfering):
        manifest = ingest([csv_folder], store=tmp_path / "store", dataset=small_dataset)
    assert [part.name for part in manifest.parts] == ["a.csv"]
    assert [broken.name for broken in manifest.broken] == ["b.csv", "c.csv"]


def test_a_file_that_grows_on_the_way_is_stored_as_it_was_read_and_read_again_by_the_next(
    csv_folder, ingest_here, small_dataset, tmp_path
):
    path = write(csv_folder, "a.csv", "1,2,3,Flood")

    def interfering(tasks, keys, **options):
        append(path, "4,5,6,Scan\n7,8")
        return dask.get(tasks, keys, **options)

    with dask.config.set(scheduler=interfering):
        manifest = ingest([csv_folder], store=tmp_path / "store", dataset=small_dataset)
    assert (manifest.rows, manifest.rows_quarantined) == (2, 1)
    append(path, ",9,Scan\n")
    manifest = ingest_here()
    assert (manifest.rows, manifest.rows_quarantined) == (3, 0)


def test_a_full_disk_is_a_clear_error_and_what_was_done_stays(csv_folder, small_dataset, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood")
    (tmp_path / "store").write_text("a file where the store should be")
    with (
        dask.config.set(scheduler="synchronous"),
        pytest.raises(DataError, match="cannot be written"),
    ):
        ingest([csv_folder], store=tmp_path / "store", dataset=small_dataset)


def test_labels_are_read_again_when_the_taxonomy_has_changed(
    csv_folder, ingest_here, small_dataset, tmp_path
):
    write(csv_folder, "a.csv", "1,2,3,Deluge")
    assert ingest_here().unknown_labels == {"Deluge": 1}
    wiser = replace(small_dataset, aliases={"deluge": "Flood"})
    with dask.config.set(scheduler="synchronous"):
        manifest = ingest([csv_folder], store=tmp_path / "store", dataset=wiser)
    assert manifest.label_counts == {"Flood": 1}


def test_statistics_are_those_of_the_rows(csv_folder, ingest_here, tmp_path):
    write(csv_folder, "a.csv", "1,2,3,Flood", "3,2,,Flood", "5,inf,1,Scan", "7,2,3,Flood")
    part = ingest_here().parts[0]
    statistics = load_statistics(tmp_path / "store" / part.folder)
    assert statistics.moments.count.tolist() == [2, 0]
    assert statistics.nulls.tolist() == [0, 0, 1]
    assert statistics.infinities.tolist() == [0, 1, 0]
    assert np.array_equal(statistics.maximum, [7, 2, 3])
