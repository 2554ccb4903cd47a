from __future__ import annotations

from dataclasses import replace

import pytest

from bench.planning.fits import FITS, PREDICTIONS, SAMPLE_PREDICTIONS, fit_seconds
from bench.planning.forecast import stage_seconds
from bench.planning.memory import memory_of, peak_bytes, work_bytes
from bench.planning.orders import pieces_of
from bench.planning.past import paces
from bench.planning.scope import Scope
from bench.planning.stage import TASK_SECONDS
from bench.planning.stages import STAGES
from bench.suite_file import load_suite
from pipeline.zoo import ALL_MODELS, find_model

FULL_ROWS, FULL_FILES = 46_686_579, 169


def full(*settings, suite="nightly", rows_to_ingest=FULL_ROWS):
    return Scope(
        suite=load_suite(suite, overrides=settings),
        rows=FULL_ROWS,
        used_rows=FULL_ROWS,
        files=FULL_FILES,
        rows_to_ingest=rows_to_ingest,
    )


def seconds(scope, slots=2):
    return stage_seconds(scope, slots, paces([], scope))


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_rate_says_what_it_was_measured_on(stage):
    for rate in stage.rates:
        assert rate.seconds > 0
        assert rate.unit
        assert rate.source


@pytest.mark.parametrize(
    ("stage", "cpu_seconds", "is_shared"), [("ingest", 171, True), ("profile", 2.6, False)]
)
def test_the_reference_gives_back_what_was_measured_at_full_size(stage, cpu_seconds, is_shared):
    expected = cpu_seconds / (2 if is_shared else 1)
    assert seconds(full())[stage] == pytest.approx(expected, rel=0.05)


def test_stages_over_partitions_take_half_as_long_on_twice_the_workers():
    one, two = seconds(full(), 1), seconds(full(), 2)
    assert one["ingest"] / two["ingest"] == pytest.approx(2)
    assert one["collapse"] / two["collapse"] == pytest.approx(2)


def test_no_number_of_workers_takes_less_than_the_longest_order_or_the_scheduler():
    scope = full()
    crowd = seconds(scope, 100_000)
    longest = max(piece.seconds for piece in pieces_of(scope) if piece.stage == "zoo")
    assert crowd["zoo"] == pytest.approx(longest)
    of_files = next(stage for stage in STAGES if stage.name == "select")
    assert crowd["select"] >= of_files.tasks(scope) * TASK_SECONDS


def test_ten_times_the_rows_cost_ten_times_the_ingest_and_hardly_more_of_the_zoo():
    scope = full()
    more = replace(scope, rows=10 * FULL_ROWS, used_rows=10 * FULL_ROWS, files=1_690,
                   rows_to_ingest=10 * FULL_ROWS)  # fmt: skip
    assert seconds(more)["ingest"] / seconds(scope)["ingest"] == pytest.approx(10)
    assert seconds(more)["zoo"] == pytest.approx(seconds(scope)["zoo"])


def test_what_the_store_keeps_is_not_predicted_again():
    warm = seconds(replace(full(rows_to_ingest=0), is_counted=True))
    assert warm["ingest"] == 0
    assert {"split", "select", "collapse", "ceiling"}.isdisjoint(warm)


@pytest.mark.parametrize(
    ("settings", "sorts"),
    [
        ((), {"fits": 72, "folds": 150, "stacks": 3, "votes": 3, "null cases": 6}),
        (("vote=0", "stack=0", 'null_case=""', 'choose_on="test"'), {"fits": 72}),
        (("seeds=[1, 2]",), {"fits": 144, "folds": 300, "stacks": 6}),
        (("search.decision_tree.max_depth=[2, 4, 8]",), {"candidate folds": 3 * 3 * 5}),
    ],
)
def test_orders_are_counted_as_the_run_sends_them(settings, sorts):
    found = {}
    for piece in pieces_of(full(*settings)):
        found[piece.sort] = found.get(piece.sort, 0) + piece.number
    assert {sort: found[sort] for sort in sorts} == sorts
    if "vote=0" in settings:
        assert set(found) == {"fits", "kept models"}


def test_on_rows_the_memory_is_that_of_the_largest_forest_and_of_the_sample():
    scope = full(suite="nightly-all")
    memory = memory_of(scope, threads=1)
    measured = {"worker": 2.02, "child": 2.0}  # GiB, at full size
    assert memory.worker / 2**30 == pytest.approx(measured["worker"], rel=0.25)
    assert memory.child / 2**30 == pytest.approx(measured["child"], rel=0.25)
    assert sum(peak_bytes(scope, workers=2, threads=1)) / 2**30 == pytest.approx(6.54, rel=0.5)
    assert work_bytes(scope) / 2**30 == pytest.approx(1.6, rel=0.5)
    assert memory_of(full(), threads=1).child < memory.child


@pytest.mark.parametrize("grain", ["rows", "exact"])
def test_a_model_too_slow_for_every_test_row_predicts_its_sample_once_and_once_in_all_folds(grain):
    scope = full(
        'models=["svc"]',
        'null_case=""',
        f"grain='{grain}'",
        'tasks=["attack"]',
        'splits=["random"]',
    )
    fit, folds = (piece for piece in pieces_of(scope) if piece.stage == "zoo")
    sample, held_out = SAMPLE_PREDICTIONS["svc"], scope.fitted_rows("svc", ("attack", "random"))
    extra = sample * (1 - held_out / 100_000 / folds.number) if grain == "rows" else 0.0
    assert fit.seconds - folds.seconds == pytest.approx(extra)
    assert next(one for one in STAGES if one.name == "zoo").rates[1].units(scope) == 0.0


@pytest.mark.parametrize("model", ALL_MODELS)
def test_a_fit_takes_longer_on_more_rows_for_every_model(model):
    sizes = [1_000, 10_000, 100_000, 1_000_000]
    found = [fit_seconds(model, rows=rows, classes=34) for rows in sizes]
    assert found == sorted(found)
    assert all(value > 0 for value in found)


def test_every_measured_fit_is_of_a_model_of_the_zoo():
    assert set(FITS) | set(PREDICTIONS) <= set(ALL_MODELS)


def test_every_model_too_slow_for_every_test_row_was_measured_on_its_sample():
    slow = {name for name in ALL_MODELS if find_model(name).affords_test_rows is not None}
    assert set(SAMPLE_PREDICTIONS) == slow
