"""Made-up records: scores, per-class scores and confusion matrices that hang together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from reports.records import Candidate, ClassScore, Record, Score

LABELS: Final = (
    "DDoS-ICMP_Flood", "DDoS-UDP_Flood", "DDoS-TCP_Flood", "DDoS-PSHACK_Flood", "DDoS-SYN_Flood",
    "DDoS-RSTFINFlood", "DDoS-SynonymousIP_Flood", "BenignTraffic", "Mirai-greeth_flood",
    "DDoS-HTTP_Flood", "Recon-PingSweep", "XSS",
)  # fmt: skip
MODELS: Final = (
    "knn", "mlp", "gradient_boosting", "random_forest", "extra_trees", "decision_tree",
    "logistic_regression", "svc", "adaboost", "gaussian_nb",
)  # fmt: skip
CONTROLS: Final = ("dummy", "one_rule")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How much there is in an example."""

    labels: tuple[str, ...] = LABELS
    models: tuple[str, ...] = MODELS
    tasks: tuple[str, ...] = ("attack",)
    splits: tuple[str, ...] = ("random", "distinct", "by_file")
    rows_tested: int = 34_756
    failures: int = 1


def example_records(shape: Shape, *, seed: int, started: datetime) -> Iterator[Record]:
    """The records of every model, control and stack, on every task and split."""
    chance = Random(seed)
    for task in shape.tasks:
        for penalty, split in enumerate(shape.splits):
            for place, model in enumerate((*shape.models, "stack", *CONTROLS)):
                record = _record(
                    shape,
                    chance,
                    model=model,
                    task=task,
                    split=split,
                    right=_share_right(model, place, penalty),
                )
                yield record.model_copy(update={"started": started + timedelta(seconds=place)})
    for number in range(shape.failures):
        yield _failure(shape, number=number)


def supports(size: int, rows: int) -> list[int]:
    """How many of the rows each class has: ever fewer, at least one."""
    weights = [0.82**place for place in range(size)]
    return [max(1, round(rows * weight / sum(weights))) for weight in weights]


def _share_right(model: str, place: int, penalty: int) -> float:
    known = {"stack": 0.886, "dummy": 0.15, "one_rule": 0.35}
    return known.get(model, 0.884 - 0.003 * place) - 0.02 * penalty


def _record(
    shape: Shape, chance: Random, *, model: str, task: str, split: str, right: float
) -> Record:
    confusion = _confusion(shape, chance, right=right)
    per_class = _per_class(shape.labels, confusion)
    rows_tested = sum(map(sum, confusion))
    fit_seconds = 0.01 * 1.9 ** (len(model) % 13) * (1 + chance.random())
    return Record(
        case_id=f"{task}/{split}/{model}/0",
        model=model,
        role="control" if model in CONTROLS else "stack" if model == "stack" else "model",
        task=task,
        split=split,
        seed=0,
        status="done",
        members=shape.models[:3] if model == "stack" else (),
        params={"max_depth": 8} if model == "decision_tree" else {},
        search=_search() if model == "decision_tree" else (),
        scores=_scores(confusion, per_class),
        per_class=per_class,
        confusion=confusion,
        rows_asked=4 * rows_tested,
        rows_used=4 * rows_tested if model != "svc" else 60_000,
        rows_why="svc affords 60,000 distinct rows" if model == "svc" else None,
        rows_tested=rows_tested,
        distinct_rows=1_415,
        grain="rows" if model == "svc" else "exact",
        seconds={
            "queue": chance.random(),
            "load": 0.02,
            "fit": fit_seconds,
            "predict": fit_seconds / 9,
            "score": 0.004,
        },
        predict_rows_per_second=rows_tested / (fit_seconds / 9),
        peak_memory_bytes=int(2.1e8 + 9e7 * chance.random()),
        model_bytes=int(1e4 * 2 ** (8 * chance.random())),
        worker=f"worker-{len(model) % 2}",
    )


def _search() -> tuple[Candidate, ...]:
    means = {8: 0.87, 16: 0.86, 2: 0.71}
    return tuple(
        Candidate(params={"max_depth": depth}, folds=(mean - 0.01, mean + 0.01), mean=mean)
        for depth, mean in means.items()
    )


def _confusion(shape: Shape, chance: Random, *, right: float) -> tuple[tuple[int, ...], ...]:
    size = len(shape.labels)
    rows = []
    for place, support in enumerate(supports(size, shape.rows_tested)):
        recall = min(1.0, max(0.0, right + (0.3 * chance.random() - 0.15) * (1 - right)))
        row = [0] * size
        row[place] = round(recall * support)
        for _ in range(4):
            wrong = (place + 1 + int(chance.random() ** 2 * (size - 1))) % size
            row[wrong] += (support - sum(row)) // 2
        row[(place + 1) % size] += support - sum(row)
        rows.append(tuple(row))
    return tuple(rows)


def _per_class(
    labels: Sequence[str], confusion: tuple[tuple[int, ...], ...]
) -> dict[str, ClassScore]:
    found = {}
    for place, label in enumerate(labels):
        hit, support = confusion[place][place], sum(confusion[place])
        claimed = sum(row[place] for row in confusion)
        precision, recall = (hit / claimed if claimed else 0.0), (hit / support if support else 0.0)
        f1 = 2 * hit / (claimed + support) if claimed + support else 0.0
        found[label] = ClassScore(precision=precision, recall=recall, f1=f1, support=support)
    return found


def _scores(
    confusion: tuple[tuple[int, ...], ...], per_class: dict[str, ClassScore]
) -> dict[str, Score]:
    total = sum(map(sum, confusion))
    accuracy = sum(row[place] for place, row in enumerate(confusion)) / total
    classes = list(per_class.values())
    values = {"accuracy": accuracy}
    for name in ("precision", "recall", "f1"):
        each = [float(getattr(score, name)) for score in classes]
        weighted = sum(value * score.support for value, score in zip(each, classes, strict=True))
        values |= {f"{name}_weighted": weighted / total, f"{name}_macro": sum(each) / len(each)}
    values |= {"balanced_accuracy": values["recall_macro"], "mcc": 1.1 * accuracy - 0.1}
    return {name: Score(value=value) for name, value in values.items()} | _value_scores(accuracy)


def _value_scores(accuracy: float) -> dict[str, Score]:
    """The better the accuracy, the better the values, as far as an example goes."""
    area, miss = 1 - (1 - accuracy) / 4, 1 - accuracy
    ranked = {
        name: Score(value=area, low=area - 0.002, high=area + 0.001)
        for name in ("roc_auc_macro", "pr_auc_macro")
    }
    distances = {name: Score(value=miss, better="lower") for name in ("brier", "ece")}
    missing = Score(value=None, why="no class is benign")
    return ranked | {"detection_at_1_in_100": missing} | distances


def _failure(shape: Shape, *, number: int) -> Record:
    log = ("Traceback (most recent call last):", '  File "fit.py", line 8, in fit', "MemoryError")
    return Record.model_validate({
        "case_id": f"{shape.tasks[0]}/{shape.splits[0]}/broken_{number}/0",
        "model": f"broken_{number}", "role": "model", "task": shape.tasks[0],
        "split": shape.splits[0], "seed": 0, "status": "out_of_memory", "log_tail": log,
        "reason": {"kind": "MemoryError", "message": "the fit needed more than 4 GiB"},
        "worker": "worker-1",
    })  # fmt: skip
