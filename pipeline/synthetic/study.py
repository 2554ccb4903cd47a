"""DDoS rows against the published study: its ceiling and its ten models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from pipeline.ceiling import ceiling
from pipeline.flows import CountedFlows, Integers, Split
from pipeline.folds import fold_counts
from pipeline.predict import Predictions, predict
from pipeline.split import mark_test_rows
from pipeline.stack import fit_meta_model, meta_features
from pipeline.synthetic.described import description_findings
from pipeline.synthetic.finding import Finding, near
from pipeline.synthetic.published import load_study
from pipeline.synthetic.survey import Rows
from pipeline.zoo import find_model

FEWEST_ROWS: Final = 20_000
LABELS: Final = 12
_TEST_SIZE: Final = 0.2
_SPLIT_SEED: Final = 42
_FOLDS: Final = 5
_SEED: Final = 0
_WITHIN: Final = 0.01
_HARD: Final = frozenset(
    {"DDoS-SYN_Flood", "DDoS-SynonymousIP_Flood", "DDoS-HTTP_Flood", "DDoS-SlowLoris"}
    | {f"DDoS-{protocol}_Fragmentation" for protocol in ("ACK", "ICMP", "UDP")}
)


def study_findings(ddos: Rows) -> Iterator[Finding]:
    """Everything that the study printed, beside what these rows give."""
    labels = len(set(ddos.label))
    if len(ddos.label) < FEWEST_ROWS or labels < LABELS:
        yield Finding(
            check="the DDoS study",
            expected=f"{LABELS} DDoS labels, {FEWEST_ROWS:,} rows",
            measured=f"{labels} labels, {len(ddos.label):,} rows",
            holds=None,
        )
        return
    yield from description_findings(ddos)
    split = _split(ddos)
    yield _ceiling(split.flows)
    yield from _models(split)


def _split(ddos: Rows) -> Split:
    """The ten features, counted, a random fifth held out."""
    features = load_study().selected
    labels, codes = np.unique(ddos.label.astype(str), return_inverse=True)
    table = np.column_stack([*(ddos.column(name) for name in features), codes])
    distinct, place = np.unique(table, axis=0, return_inverse=True)
    (mask,) = mark_test_rows("random", [len(codes)], test_size=_TEST_SIZE, seed=_SPLIT_SEED)
    flows = CountedFlows(
        features=features,
        labels=tuple(labels.tolist()),
        X=np.ascontiguousarray(distinct[:, :-1]),
        y=distinct[:, -1].astype(np.int64),
        counts=np.bincount(place, minlength=len(distinct)),
    )
    held_out = np.bincount(place[mask], minlength=len(distinct))
    return Split(name="random", flows=flows, test_counts=held_out)


def _ceiling(flows: CountedFlows) -> Finding:
    low, high = load_study().ceiling
    return Finding(
        check="ceiling on the ten features",
        expected=f"{low} to {high}",
        measured=f"{ceiling(flows):.4f}",
        holds=low <= ceiling(flows) <= high,
    )


def _models(split: Split) -> Iterator[Finding]:
    study = load_study()
    within = _WITHIN
    if split.flows.rows < study.ddos_rows:  # a smaller test part is less certain
        within += 2.0 * np.sqrt(0.1 / split.test.rows)
    found = {}
    for name, published in study.accuracy.items():
        codes = _fit(name, split.train).predict(split.test.X)
        found[name] = _accuracy(split.test, codes)
        yield near(f"accuracy of {name}", expected=published, measured=found[name], within=within)
        if name == "random_forest":
            yield from _confusions(split.test, codes)
    yield _hardest(found)
    if split.flows.rows >= study.ddos_rows:
        accuracy = _accuracy(split.test, _stack(split))
        published = study.stack_accuracy
        yield near("accuracy of the stack", expected=published, measured=accuracy, within=within)


def _hardest(found: dict[str, float]) -> Finding:
    """The models that the study found to be the last three, which stand apart from the others."""
    last = [sorted(scores, key=scores.__getitem__)[:3] for scores in (load_study().accuracy, found)]
    expected, measured = (", ".join(names) for names in last)
    return Finding(
        check="hardest for, in order",
        expected=expected,
        measured=measured,
        holds=expected == measured,
    )


def _fit(name: str, flows: CountedFlows) -> Any:  # noqa: ANN401 - an estimator
    return find_model(name).build(_SEED).fit(flows.X, flows.y, sample_weight=flows.counts)


def _accuracy(flows: CountedFlows, codes: Integers) -> float:
    return float(flows.counts[codes == flows.y].sum() / flows.rows)


def _stack(split: Split) -> Integers:
    """Codes of the test flows by the study's three, stacked out of fold."""
    train, members = split.train, load_study().stack_members
    dealt = fold_counts(train, folds=_FOLDS, seed=_SEED)
    inside = [_out_of_fold(name, train, dealt) for name in members]
    rows, folds = np.nonzero(dealt)
    meta = fit_meta_model(meta_features(inside), train.y[rows], counts=dealt[rows, folds])
    classes = len(train.labels)
    outside = [predict(_fit(name, train), split.test.X, classes=classes) for name in members]
    codes: Integers = meta.predict(meta_features(outside))
    return codes


def _out_of_fold(name: str, train: CountedFlows, dealt: Integers) -> Predictions:
    """Predictions for each (row, fold) that holds flows, by a model that never saw the fold."""
    rows, folds = np.nonzero(dealt)
    pieces = []
    for fold in range(_FOLDS):
        left = train.counts - dealt[:, fold]
        model = _fit(name, train.take(left > 0).recount(left[left > 0]))
        pieces.append(predict(model, train.X[rows[folds == fold]], classes=len(train.labels)))
    order = np.argsort(np.argsort(folds, kind="stable"))
    return Predictions(
        codes=np.concatenate([piece.codes for piece in pieces])[order],
        method=pieces[0].method,
        values=np.concatenate([piece.values for piece in pieces])[order],
    )


def _confusions(test: CountedFlows, codes: Integers) -> Iterator[Finding]:
    """SYN floods from synonymous addresses look like others; low-rate floods hide."""
    confusion = np.zeros((len(test.labels), len(test.labels)))
    np.add.at(confusion, (test.y, codes), test.counts)
    wrong = confusion - np.diag(np.diag(confusion))
    truth, said = (int(place) for place in np.unravel_index(np.argmax(wrong), wrong.shape))
    pair = {test.labels[truth], test.labels[said]}
    yield Finding(
        check="commonest confusion",
        expected="SYN and SynonymousIP",
        measured=f"{test.labels[truth]} as {test.labels[said]}",
        holds=pair == {"DDoS-SYN_Flood", "DDoS-SynonymousIP_Flood"},
    )
    recall = np.diag(confusion) / np.maximum(confusion.sum(axis=1), 1.0)
    missed = {label for label, share in zip(test.labels, recall, strict=True) if share < 0.9}
    yield Finding(
        check="recall below 0.9",
        expected="SYN, SynonymousIP, low-rate floods",
        measured=", ".join(sorted(label.removeprefix("DDoS-") for label in missed)),
        holds=bool(missed) and missed <= _HARD,
    )
