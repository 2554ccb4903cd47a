"""Cases run once more: the null case every night, and those suspected of having changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.case import Case
from bench.case_record import STACK, VOTE, case_record
from bench.desk import Desk
from bench.orders import Kind, Order
from bench.run_log import RunLog
from reports.judgement import compare_runs, judge_night
from reports.records import Record, RerunWhy
from reports.run import Run, read_run

Restarts = Mapping[tuple[str, str], str]
"""The run since when a change of a case (first) and measure (second) has been acknowledged."""

RERUNS: Final = 5
"""How often a case is run again where the suite does not say."""

ENSEMBLES: Final[Mapping[str, Kind]] = {STACK: "stack", VOTE: "vote"}


def run_again(desk: Desk, log: RunLog, *, restarts: Restarts, baseline: Path | None) -> None:
    """The null case of every task and split, then each case that looks changed tonight.

    What a machine does to a time is not what a model does to it: only a change that the reruns
    bear out is called one.
    """
    records = read_run(log.folder.path).records
    nulls = [record for record in records if record.model == desk.suite.null_case]
    for rerun in rerun_records(desk, nulls, times=1, why="null", already=Counter()):
        log.rerun(rerun)
    tonight = read_run(log.folder.path)
    if desk.suite.reruns:
        suspects = _suspects(tonight, restarts, baseline)
        already = Counter(str(rerun.rerun_of) for rerun in tonight.reruns)
        for rerun in rerun_records(
            desk, suspects, times=desk.suite.reruns, why="suspected", already=already
        ):
            log.rerun(rerun)


def rerun_records(
    desk: Desk,
    records: Sequence[Record],
    *,
    times: int,
    why: RerunWhy,
    already: Mapping[str, int],
) -> Iterator[Record]:
    """A record for every rerun, under an id of its own that ends in ``-again`` and its turn.

    ``already`` says how often a case has been run again before.
    """
    of_case = {record.case_id: record for record in records}
    orders = [
        _order(desk, record, turn=already.get(record.case_id, 0) + turn)
        for record in records
        for turn in range(1, times + 1)
        if desk.is_counted(case_of(record)) and not desk.refusal(case_of(record))
    ]
    turns = {order.unit: order.turn for order in orders}
    for outcome in desk.send(orders):
        before = of_case[outcome.case_id]
        found = case_record(case_of(before), desk.suite, [outcome], members=before.members)
        case_id = f"{before.case_id}-again{turns[outcome.unit]}"
        told: dict[str, object] = {"case_id": case_id, "rerun_of": before.case_id, "rerun_why": why}
        told |= {"grain": before.grain or found.grain, "bins": before.bins}
        yield found.model_copy(update=told)


def case_of(record: Record) -> Case:
    """The case that the record is about."""
    return Case(task=record.task, split=record.split, model=record.model, seed=record.seed)


def _suspects(tonight: Run, restarts: Restarts, baseline: Path | None) -> list[Record]:
    """What looks changed against the nights before, or against the baseline."""
    judgements = [judge_night(tonight, restarts=restarts)]
    if baseline:
        judgements.append(compare_runs(read_run(baseline), tonight))
    found = [record for one in judgements for record in one.suspected_cases]
    return list({record.case_id: record for record in found}.values())


def _order(desk: Desk, record: Record, *, turn: int) -> Order:
    kind = ENSEMBLES.get(record.model, "fit")
    order = desk.order(kind, case_of(record), members=record.members)
    return order.model_copy(update={"turn": turn})
