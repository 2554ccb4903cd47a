"""Record: one case's outcome, self-describing and versioned."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

SCHEMA_VERSION = 1

Status = Literal[
    "done", "failed", "timed_out", "out_of_memory", "worker_lost", "skipped", "not_started"
]


RerunWhy = Literal["null", "suspected"]
Grain = Literal["exact", "binned", "rows"]


class Value(BaseModel):
    """Base of all that a run folder holds: frozen; keys of a later version are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Score(Value):
    """One score with its interval (``None`` where it was not computed) and its direction.

    Where there is no score, ``why`` says what it lacks.
    """

    value: float | None
    why: str | None = None
    low: float | None = None
    high: float | None = None
    better: Literal["higher", "lower"] = "higher"


class ClassScore(Value):
    """How one class fared on the test part; ``support`` counts its test flows.

    The intervals are Wilson's, ``None`` where no flow was given the class or none is of it.
    """

    precision: float
    recall: float
    f1: float
    support: int
    precision_interval: tuple[float, float] | None = None
    recall_interval: tuple[float, float] | None = None


class Reason(Value):
    """Why a case did not end ``done``: a stable word to group by, and a sentence to read."""

    kind: str
    message: str


class CrossValidation(Value):
    """The score that models are chosen by, on each held-out fold, and the mean of the folds."""

    metric: str
    folds: tuple[float, ...]
    mean: float


class Candidate(Value):
    """Parameters that a search tried: the score on each held-out fold, and their mean.

    The mean is ``None`` where the model failed without one of the folds.
    """

    params: dict[str, object] = {}
    folds: tuple[float, ...] = ()
    mean: float | None = None


class Record(Value):
    """The outcome of one case, whatever it was.

    ``per_class`` is in the order of the classes; ``confusion[i][j]`` counts the test flows of class
    ``i`` that were predicted as class ``j``. ``seconds`` holds ``queue``,
    ``load``, ``fit``, ``predict`` and ``score``.
    ``search`` holds the parameters that were tried, best first; ``params`` are those in use.
    ``counts_enter`` says how counted flows reach the model. ``rows_asked`` are the training flows
    that there were, ``rows_used`` those that the fit saw; where they differ, ``rows_why`` says why.
    ``bins`` is how many quantile bins a feature was cut into at most, if any was.
    ``rows_tested`` are the test flows scored; where they are not all, ``test_why`` says why.
    ``member_weights`` are an ensemble's shares of trust in its members; they sum to 1. ``voting``
    says how members vote: by their mean probabilities (``soft``) or by the class each names.
    ``rerun_of`` names the case that this one repeats within its run, and ``rerun_why`` says what
    for: as the null case, which shows how far a number strays by itself, or since the case was
    suspected of having changed.
    """

    schema_version: int = SCHEMA_VERSION
    case_id: str
    model: str
    role: Literal["model", "control", "stack"]
    task: str
    split: str
    seed: int
    status: Status
    reason: Reason | None = None
    log_tail: tuple[str, ...] = ()
    params: dict[str, object] = {}
    search: tuple[Candidate, ...] = ()
    members: tuple[str, ...] = ()
    member_weights: dict[str, float] = {}
    voting: Literal["soft", "hard"] | None = None
    scores: dict[str, Score] = {}
    per_class: dict[str, ClassScore] = {}
    confusion: tuple[tuple[int, ...], ...] = ()
    cross_validation: CrossValidation | None = None
    rows_asked: int | None = None
    rows_used: int | None = None
    rows_why: str | None = None
    rows_tested: int | None = None
    test_why: str | None = None
    distinct_rows: int | None = None
    grain: Grain | None = None
    bins: int | None = None
    counts_enter: str | None = None
    seconds: dict[str, float] = {}
    predict_rows_per_second: float | None = None
    peak_memory_bytes: int | None = None
    spilled_bytes: int | None = None
    model_bytes: int | None = None
    started: AwareDatetime | None = None
    worker: str | None = None
    rerun_of: str | None = None
    rerun_why: RerunWhy | None = None

    @property
    def worker_title(self) -> str:
        """The worker as a reader knows it: one that only has a number is called worker."""
        name = self.worker or ""
        return f"worker {name}" if name.isdigit() else name
