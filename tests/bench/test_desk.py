from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bench.case import Case
from bench.desk import Desk
from bench.ended import Ended, read_ended
from bench.orders import Outcome
from bench.progress import Silent
from bench.suite_file import load_suite


@dataclass(kw_only=True)
class Workers:
    """In the place of a cluster: remembers orders, and ends each as it is told to."""

    sent: list[str] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)

    def spread(self, orders, **_):
        for order in orders:
            self.sent.append(order.unit)
            status = self.status.get(order.unit, "done")
            yield Outcome(unit=order.unit, case_id=order.case.case_id, status=status)


@pytest.fixture
def workers(monkeypatch):
    found = Workers()
    monkeypatch.setattr("bench.desk.spread", found.spread)
    return found


@pytest.fixture
def desk(tmp_path):
    return Desk(
        suite=load_suite("smoke"),
        bundles={("attack", "random"): tmp_path / "bundle.npz"},
        work=tmp_path,
        ended=Ended(path=tmp_path / "outcomes.jsonl"),
        slots=2,
        progress=Silent(),
    )


def order(desk, kind, model):
    return desk.order(kind, Case(task="attack", split="random", model=model, seed=0))


def test_what_goes_along_is_sent_first_and_is_there_when_it_is_sent_itself(desk, workers):
    save, fit = order(desk, "save", "svc"), order(desk, "fit", "one_rule")
    first = list(replace(desk, along=[save]).send([fit]))
    assert workers.sent == [save.unit, fit.unit]
    assert [outcome.unit for outcome in first] == [fit.unit]
    assert [outcome.unit for outcome in desk.send([save])] == [save.unit]
    assert workers.sent == [save.unit, fit.unit]


def test_what_went_along_and_failed_is_sent_again(desk, workers):
    save, fit = order(desk, "save", "svc"), order(desk, "fit", "one_rule")
    workers.status[save.unit] = "timed_out"
    list(replace(desk, along=[save]).send([fit]))
    (outcome,) = desk.send([save])
    assert outcome.status == "timed_out"
    assert workers.sent == [save.unit, fit.unit, save.unit]


def test_nothing_goes_along_with_nothing_or_twice(desk, workers):
    save, fit = order(desk, "save", "svc"), order(desk, "fit", "one_rule")
    with_save = replace(desk, along=[save])
    assert list(with_save.send([])) == []
    assert workers.sent == []
    list(with_save.send([fit]))
    list(with_save.send([order(desk, "fit", "svc")]))
    assert workers.sent.count(save.unit) == 1


def test_a_model_saved_along_is_saved_anew_by_the_run_that_goes_on(desk, workers):
    save, fit = order(desk, "save", "svc"), order(desk, "fit", "one_rule")
    list(replace(desk, along=[save]).send([fit]))
    assert set(read_ended(desk.ended.path).outcomes) == {fit.unit}
