from __future__ import annotations

import dask
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.labelled import usable_rows
from pipeline.row_sample import draw_rows, read_rows

LABELS = ("Calm", "Flood")
MASKS = st.lists(st.lists(st.booleans(), max_size=9), min_size=1, max_size=5).filter(
    lambda parts: any(parts)
)


def masks_of(parts):
    return tuple(np.array(part, bool) for part in parts)


@given(parts=MASKS, rows=st.integers(1, 30), seed=st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_so_many_marked_rows_are_drawn_or_all_of_them(parts, rows, seed):
    masks = masks_of(parts)
    drawn = np.concatenate(draw_rows(masks, rows=rows, seed=seed))
    marked = np.concatenate(masks)
    eligible = marked if marked.any() else ~marked
    assert drawn.sum() == min(rows, eligible.sum())
    assert not (drawn & ~eligible).any()


@given(parts=MASKS, rows=st.integers(1, 30), seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_the_same_rows_are_drawn_however_they_lie_in_files(parts, rows, seed):
    masks = masks_of(parts)
    whole = (np.concatenate(masks),)
    drawn = np.concatenate(draw_rows(masks, rows=rows, seed=seed))
    assert drawn.tolist() == draw_rows(whole, rows=rows, seed=seed)[0].tolist()


def test_every_row_is_drawn_about_equally_often():
    masks = masks_of([[True] * 30, [False, True] * 10])
    drawn = [np.concatenate(draw_rows(masks, rows=8, seed=seed)) for seed in range(2000)]
    assert np.sum(drawn, axis=0)[np.concatenate(masks)] == pytest.approx(400, abs=80)


def test_the_rows_that_are_read_are_those_marked_in_the_order_of_the_files(
    csv_folder, ingest_here, tmp_path
):
    for number in range(3):
        lines = [f"{number}.{row},{-0.0 if row else 5},{row},{'Calm' if row % 2 else 'Flood'}"
                 for row in range(6)]  # fmt: skip
        lines[3] = f"{number}.9,,1,Calm"  # an incomplete row is no usable one
        (csv_folder / f"{number}.csv").write_text("\n".join(["a,b,c,label", *lines]) + "\n")
    manifest = ingest_here()
    assert [usable_rows(part, LABELS) for part in manifest.parts] == [5, 5, 5]
    first = masks_of([[True] + [False] * 4, [False] * 5, [False] * 3 + [True] * 2])
    second = masks_of([[False] * 5, [False] * 5, [True] + [False] * 4])
    wanted = read_rows(tmp_path / "store", manifest, labels=LABELS, wanted=[first, second])
    with dask.config.set(scheduler="synchronous"):
        one, other = dask.compute(*wanted)
    assert one.columns[0].tolist() == [0.0, 2.4, 2.5]
    assert one.codes.tolist() == [1, 1, 0]
    assert other.columns[:, 0].tolist() == [2.0, 5.0, 0.0]
    assert not np.signbit(one.columns).any()
