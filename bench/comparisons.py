"""Every two models of a run tested against each other, on the test part and over folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bench.bundle import load_bundle, load_codes
from bench.desk import Desk
from bench.fold_ranks import fold_ranks
from pipeline.flows import CountedFlows, Integers
from pipeline.fold_test import compare_folds
from pipeline.metrics import METRICS
from pipeline.paired import (
    Pair,
    PairedTest,
    compare_accuracies,
    count_disagreements,
    decide,
    holm,
)
from pipeline.paired_bootstrap import compare_scores, join_answers
from reports.ranking import Entry, Ranking, rank_records
from reports.records import Record

EVERYWHERE: Final = ("all tasks", "all splits")
SIGNS: Final = {"higher": 1, "lower": -1}


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """What the models of one task and split said of its test flows, in the order of the ranking.

    ``has_shared_folds`` says whether a fold holds out the same flows for all models.
    """

    ranking: Ranking
    entries: tuple[Entry, ...]
    test: CountedFlows
    codes: tuple[Integers, ...]
    has_shared_folds: bool


def compare_models(desk: Desk, records: Sequence[Record]) -> tuple[dict[str, Any], ...]:
    """The comparisons of ``run.json``: accuracy and the suite's metric on every task and split.

    Beside each stand the mean ranks over folds and seeds; where there are several tasks or splits,
    one more comparison has the ranks over all of them. Controls are not compared.
    """
    rankings = rank_records(records, desk.suite.choose_by)
    found = [one for ranking in rankings for one in _of_ranking(desk, ranking)]
    return (*found, *_over_all(rankings))


def _of_ranking(desk: Desk, ranking: Ranking) -> Iterator[dict[str, Any]]:
    """The tests by each metric, with the ranks; the ranks alone where no answers were left."""
    answers = _answers(desk, ranking)
    if answers is None:
        yield from _ranks_alone(ranking.task, ranking.split, [ranking])
        return
    for metric in dict.fromkeys([ranking.metric, "accuracy"]):
        yield _comparison(desk, answers, metric)


def _answers(desk: Desk, ranking: Ranking) -> Answers | None:
    """The answers that lie in the work folder and are of all test flows of this split."""
    test = _test_flows(desk, (ranking.task, ranking.split))
    if test is None:
        return None
    paths = [desk.work / f"{entry.record.case_id}.npz" for entry in ranking.entries]
    loaded = [load_codes(path) if path.exists() else None for path in paths]
    found = [
        (entry, codes)
        for entry, codes in zip(ranking.entries, loaded, strict=True)
        if codes is not None and len(codes) == len(test.y)
    ]
    if len(found) < 2:
        return None
    entries, codes = zip(*found, strict=True)
    return Answers(
        ranking=ranking,
        entries=entries,
        test=test,
        codes=codes,
        has_shared_folds=(ranking.task, ranking.split) not in desk.rows,
    )


def _test_flows(desk: Desk, key: tuple[str, str]) -> CountedFlows | None:
    """The flows that the models answered to: counted, or every test row once, without features."""
    if key not in desk.rows:
        return load_bundle(str(desk.bundles[key])).test if key in desk.bundles else None
    # Here since Dask's arrays are slow to import, and counted flows need none.
    from pipeline.rows.predict import classes_of_test

    source = desk.rows[key].source
    y = classes_of_test(source)
    ones, nothing = np.ones(len(y), np.int64), np.empty((len(y), 0))
    return CountedFlows(features=(), labels=source.labels, X=nothing, y=y, counts=ones)


def _comparison(desk: Desk, answers: Answers, metric: str) -> dict[str, Any]:
    ranking, rope = answers.ranking, desk.suite.rope
    tests = _tests(answers, metric, rope=rope, seed=desk.suite.seed)
    how = "McNemar's exact test" if metric == "accuracy" else "paired bootstrap"
    pairs = f"{len(tests)} pairs" if len(tests) > 1 else "one pair"
    said = {
        "task": ranking.task,
        "split": ranking.split,
        "metric": metric,
        "method": f"{how}, Holm's correction for {pairs}",
        "rope": rope,
        "pairs": list(_pairs(answers, tests, metric, rope)),
    }
    return said | (fold_ranks([ranking]) if metric == ranking.metric else {})


def _tests(answers: Answers, metric: str, *, rope: float, seed: int) -> dict[Pair, PairedTest]:
    test = answers.test
    disagreements = count_disagreements(test.y, answers.codes, counts=test.counts)
    if metric == "accuracy":
        return {
            pair: compare_accuracies(told, rows=test.rows, rope=rope, seed=seed)
            for pair, told in disagreements.items()
        }
    joint = join_answers(test.y, answers.codes, counts=test.counts, classes=len(test.labels))
    return compare_scores(joint, METRICS[metric], disagreements=disagreements, rope=rope, seed=seed)


def _pairs(
    answers: Answers, tests: dict[Pair, PairedTest], metric: str, rope: float
) -> Iterator[dict[str, Any]]:
    sign, is_paired = SIGNS[METRICS[metric].better], answers.has_shared_folds
    corrected = holm([test.p for test in tests.values()])
    for ((one, other), test), p in zip(tests.items(), corrected, strict=True):
        first, second = answers.entries[one], answers.entries[other]
        yield {
            "first": first.name,
            "second": second.name,
            "difference": test.difference,
            "low": test.low,
            "high": test.high,
            "p": test.p,
            "p_corrected": p,
            "chances": _chances(test.above, test.within, test.below, sign),
            "effect": test.effect,
            "only_first": test.only_first,
            "only_second": test.only_second,
            "verdict": decide(test, corrected_p=p, rope=rope, sign=sign),
        } | (_fold_facts(first.record, second.record, metric, rope) if is_paired else {})


def _fold_facts(first: Record, second: Record, metric: str, rope: float) -> dict[str, Any]:
    one, other = first.cross_validation, second.cross_validation
    if one is None or other is None or one.metric != metric:
        return {}
    test = compare_folds(one.folds, other.folds, rope=rope)
    chances = _chances(test.above, test.within, test.below, SIGNS[METRICS[metric].better])
    return {"fold_p": test.p, "fold_chances": chances}


def _chances(above: float, within: float, below: float, sign: int) -> dict[str, float]:
    better, worse = (above, below) if sign > 0 else (below, above)
    return {"better": better, "equivalent": within, "worse": worse}


def _over_all(rankings: Sequence[Ranking]) -> Iterator[dict[str, Any]]:
    """The mean ranks over all tasks and splits, where there are several."""
    if len(rankings) > 1:
        yield from _ranks_alone(*EVERYWHERE, rankings)


def _ranks_alone(task: str, split: str, rankings: Sequence[Ranking]) -> Iterator[dict[str, Any]]:
    if ranks := fold_ranks(rankings):
        yield {"task": task, "split": split, "metric": rankings[0].metric} | ranks
