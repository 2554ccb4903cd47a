from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from bench.cases import zoo_records
from bench.desk import Desk
from bench.ended import Ended
from bench.execute import perform
from bench.progress import Silent
from bench.stacks import stack_records
from bench.suite_file import load_suite
from bench.votes import vote_records

SUITE = (
    'tasks=["attack"]',
    'models=["decision_tree", "gaussian_nb", "k_nearest_neighbors", "dummy"]',
    "folds=3",
    "stack=2",
    "vote=2",
)


@dataclass(frozen=True, kw_only=True)
class Here(Desk):
    """A desk that carries orders out itself, and remembers them."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, orders):
        for order in orders:
            self.sent.append((order.kind, order.case.model))
            yield perform(order)


@pytest.fixture
def desk(bundle_path, tmp_path):
    def make(*overrides):
        return Here(
            suite=load_suite("smoke", overrides=[*SUITE, *overrides]),
            bundles={("attack", "random"): bundle_path},
            work=tmp_path,
            ended=Ended(path=tmp_path / "outcomes.jsonl"),
            slots=1,
            progress=Silent(),
        )

    return make


def run(desk):
    """The stack's record, of all that a run of the desk's suite has."""
    records = list(zoo_records(desk))
    assert [vote.status for vote in vote_records(desk, records)] == ["done"]
    (stack,) = stack_records(desk, records)
    assert stack.status == "done"
    return stack


def test_a_model_is_fitted_once_and_once_without_each_fold_and_no_ensemble_fits_it_again(desk):
    desk = desk()
    run(desk)
    models = [model for model in desk.suite.models if model != "dummy"]
    expected = Counter({("fold", model): 3 for model in models})
    expected.update([("fit", model) for model in desk.suite.models])
    assert Counter(desk.sent) == expected + Counter([("stack", "stack"), ("vote", "vote")])


def test_where_the_test_part_chooses_only_the_members_of_the_stack_are_fitted_on_folds(desk):
    desk = desk("choose_on=test")
    stack = run(desk)
    on_folds = Counter(model for kind, model in desk.sent if kind == "fold")
    assert on_folds == dict.fromkeys(stack.members, 3)
