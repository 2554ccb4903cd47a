"""What the verbs say."""

from __future__ import annotations

import dask

from bench.failures import DONE
from bench.verbs import check_synthetic, synthetic_labels, write_synthetic


def test_flows_of_one_family_are_written_and_checked_and_said_to_be_synthetic(tmp_path):
    labels = synthetic_labels("Web", None)
    with dask.config.set(scheduler="sync"):
        said = write_synthetic(tmp_path, rows=300, files=1, seed=0, labels=labels)
    assert "300 synthetic flows in 1 files" in said
    text, status = check_synthetic(tmp_path)
    assert text.splitlines()[0].startswith(f"{tmp_path}: synthetic flows")
    assert status == DONE
