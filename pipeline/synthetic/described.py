"""DDoS rows against the published study: how it described them, and what it selected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.flows import Floats
from pipeline.moments import class_moments
from pipeline.select import select
from pipeline.synthetic.columns import COLUMNS
from pipeline.synthetic.finding import Finding, near
from pipeline.synthetic.published import load_study
from pipeline.synthetic.survey import Rows


def description_findings(ddos: Rows) -> Iterator[Finding]:
    """Means, quartiles, the clock, and the features that are selected."""
    yield from _means(ddos)
    for name, wanted in load_study().quartiles.items():
        yield _quartiles(name, np.array(wanted), ddos.column(name))
    yield _clock(ddos)
    yield _selection(ddos)


def _means(ddos: Rows) -> Iterator[Finding]:
    study = load_study()
    for name, mean in study.mean.items():
        noise = 2.0 * study.std.get(name, 0.0) / np.sqrt(len(ddos.label))
        within = max(0.1 * mean, noise)
        measured = float(ddos.column(name).mean())
        yield near(f"DDoS mean of {name}", expected=mean, measured=measured, within=within)


def _quartiles(name: str, wanted: Floats, values: Floats) -> Finding:
    found = np.quantile(values, (0.25, 0.5, 0.75))
    known = ~np.isnan(wanted)
    return Finding(
        check=f"DDoS quartiles of {name}",
        expected=" ".join("-" if np.isnan(value) else f"{value:.8g}" for value in wanted),
        measured=" ".join(f"{value:.8g}" for value in found),
        holds=bool(np.allclose(found[known], wanted[known], rtol=1e-7, atol=0.0)),
    )


def _clock(ddos: Rows) -> Finding:
    """Whole windows of one flood were captured within hours: the gap to 1970 tells them apart."""
    whole = ddos.take(np.isclose(ddos.column("Weight"), 141.55))
    clock = whole.column("IAT")
    spans = [_span(clock[whole.label == label]) for label in np.unique(whole.label.astype(str))]
    share = float(np.median(spans) / _span(clock))
    return Finding(
        check="IAT clusters by class",
        expected="within a class, a quarter of all",
        measured=f"{share:.2f} of all",
        holds=share <= 0.25,
    )


def _span(values: Floats) -> float:
    low, high = np.quantile(values, (0.25, 0.75))
    return float(high - low)


def _selection(ddos: Rows) -> Finding:
    study = load_study()
    labels, codes = np.unique(ddos.label.astype(str), return_inverse=True)
    moments = class_moments(ddos.X, codes.astype(np.int64), len(labels))
    found = set(select(moments, features=COLUMNS, k=len(study.selected)).selected)
    return Finding(
        check="SelectKBest picks the study's ten",
        expected="at least 9 of 10",
        measured=f"{len(found & set(study.selected))} of 10",
        holds=len(found & set(study.selected)) >= len(study.selected) - 1,
    )
