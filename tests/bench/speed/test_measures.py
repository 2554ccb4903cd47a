from __future__ import annotations

from bench.grains import most_distinct_rows
from bench.kept import IRRELEVANT
from bench.suite_file import load_suite


def test_one_worker_counts_the_flows_that_the_nightly_s_two_workers_count():
    alone, nightly = load_suite("scaling"), load_suite("nightly")
    assert counted_by(alone) == counted_by(nightly)
    assert most_distinct_rows(alone) == most_distinct_rows(nightly)


def counted_by(suite):
    return suite.model_dump(exclude=set(IRRELEVANT))
