from __future__ import annotations

import os

import psutil
import pytest

from bench.speed.file_cache import forget_files


def is_in_memory(path):
    """Whether the file's first page can be read without the disk."""
    with path.open("rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT) == 1
        except BlockingIOError:
            return False


@pytest.fixture
def on_disk(tmp_path):
    """A folder on a disk: what lies in memory alone cannot be let go of."""
    mounts = {one.mountpoint: one.fstype for one in psutil.disk_partitions(all=True)}
    places = [str(place) for place in (tmp_path, *tmp_path.parents) if str(place) in mounts]
    if not hasattr(os, "RWF_NOWAIT") or mounts[places[0]] in ("tmpfs", "ramfs"):
        pytest.skip("no disk is below the temporary folder")
    return tmp_path


def test_files_are_read_from_the_disk_again_and_hold_what_they_held(on_disk):
    path = on_disk / "deep" / "flows.csv"
    path.parent.mkdir()
    path.write_bytes(b"1,2\n" * 10_000)
    assert is_in_memory(path)
    forget_files(on_disk)
    assert not is_in_memory(path)
    assert path.read_bytes() == b"1,2\n" * 10_000
    assert is_in_memory(path)


def test_a_folder_that_is_not_there_has_nothing_to_forget(tmp_path):
    forget_files(tmp_path / "gone")
