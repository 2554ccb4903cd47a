"""Order and Outcome: one piece of a case's work, and what became of it; both travel as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Field

from bench.case import Case, Limits, Settings
from pipeline.vote import Voting
from reports.records import ClassScore, Reason, Score, Status, Value

Kind = Literal["fit", "fold", "stack", "vote", "save", "test", "row_fit", "row_fold", "row_test"]

READY: Final = "ready\n"
"""What the process that takes orders says first, when all is imported."""

ROW_KINDS: Final[Mapping[Kind, Kind]] = {
    "fit": "row_fit",
    "fold": "row_fold",
    "test": "row_test",
}
"""What an order of each kind is called where flows are taken as rows."""

_SUFFIX: Final[Mapping[Kind, str]] = {"save": "-save", "row_test": "-test"}


class Order(Settings):
    """What a worker is asked to do; paths, never data.

    ``fit`` fits on the training part and scores on the test part; ``fold`` fits without one fold
    and predicts it; ``stack`` puts a meta-model on the members' predictions; ``vote`` lets them
    vote; ``save`` fits once more and keeps the model. ``row_fit``, which keeps its model, and
    ``row_fold`` do the same on sampled rows, and ``row_test`` predicts every test row.
    ``candidate`` numbers the parameters that a search tries; ``turn`` counts how often the case has
    been run before. ``bundle`` holds the counted flows or sampled rows, ``results`` takes
    predictions; ``benign`` names the classes that are no attack.
    """

    kind: Kind
    case: Case
    fold: int | None = None
    candidate: int | None = None
    folds: int
    params: dict[str, Any] = Field(default_factory=dict)
    effort: float
    budget: int | None = None
    members: tuple[str, ...] = ()
    benign: tuple[str, ...] = ()
    turn: int = 0
    bundle: str
    results: str
    limits: Limits
    submitted: float = 0.0

    @property
    def unit(self) -> str:
        """A name for this order, unique within a run and fit for a file."""
        fold = "" if self.fold is None else f"-fold{self.fold}"
        again = f"-again{self.turn}" if self.turn else ""
        tried = "" if self.candidate is None else f"-try{self.candidate}"
        return f"{self.case.case_id}{tried}{fold}{_SUFFIX.get(self.kind, '')}{again}"


class Outcome(Value):
    """What became of an order; scores only where a test part was predicted."""

    unit: str
    case_id: str
    fold: int | None = None
    status: Status
    reason: Reason | None = None
    log_tail: tuple[str, ...] = ()
    fold_scores: dict[str, float] = Field(default_factory=dict)
    member_weights: dict[str, float] = Field(default_factory=dict)
    voting: Voting | None = None
    scores: dict[str, Score] = Field(default_factory=dict)
    per_class: dict[str, ClassScore] = Field(default_factory=dict)
    confusion: tuple[tuple[int, ...], ...] = ()
    rows_asked: int | None = None
    rows_used: int | None = None
    rows_why: str | None = None
    rows_tested: int | None = None
    test_why: str | None = None
    distinct_rows: int | None = None
    seconds: dict[str, float] = Field(default_factory=dict)
    predict_rows_per_second: float | None = None
    peak_memory_bytes: int | None = None
    model_bytes: int | None = None
    spilled_bytes: int | None = None
    started: AwareDatetime | None = None
    worker: str | None = None
