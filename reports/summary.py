"""``run.json``: the run, its data, its cluster, and what its stages found."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from reports.comparison import Comparison
from reports.records import Value


class DataFacts(Value):
    """Which flows the run used; ``rows_dropped`` were incomplete (a null or an infinity).

    ``let_pass`` are sentences on files and labels that are not as they should be.
    """

    fingerprint: str | None = None
    release: str | None = None
    files: int | None = None
    rows: int | None = None
    rows_quarantined: int | None = None
    rows_dropped: int | None = None
    distinct_rows: int | None = None
    let_pass: tuple[str, ...] = ()


class ClusterFacts(Value):
    """Where the run ran; threads and memory are those of all workers together."""

    name: str | None = None
    kind: str | None = None
    workers: int | None = None
    threads: int | None = None
    memory_bytes: int | None = None


class HeldOut(Value):
    """What a split of one task holds out of ``rows`` flows.

    ``test_size`` is the share that was asked for; ``known_test_rows`` are test flows whose feature
    vector occurs in training; ``test_files`` are files that are test flows as a whole.
    """

    task: str
    split: str
    explanation: str = ""
    test_size: float | None = None
    rows: int
    test_rows: int
    known_test_rows: int | None = None
    distinct_rows: int | None = None
    files: int | None = None
    test_files: int | None = None

    @property
    def share(self) -> float:
        """The share of the flows that is held out."""
        return self.test_rows / self.rows if self.rows else 0.0


class Ceiling(Value):
    """The best accuracy that any classifier can reach on ``k`` features of one split.

    ``leave_one_out`` is what looking each flow up among the others of its feature vector reaches,
    ``lone_rows`` are flows alone in theirs. Where ``bins`` is given the value is a point of a
    curve: ``sampled_rows`` were drawn out of ``sampled_of`` (``sampled_from`` says of what sort),
    ``binned`` of the features were cut into so many bins, and ``feature`` is the last of the best.
    """

    task: str
    split: str
    k: int
    value: float
    leave_one_out: float | None = None
    lone_rows: int | None = None
    rows: int | None = None
    distinct_rows: int | None = None
    feature: str | None = None
    sampled_from: str | None = None
    sampled_rows: int | None = None
    sampled_of: int | None = None
    bins: int | None = None
    binned: int | None = None

    @property
    def is_of_curve(self) -> bool:
        """Whether it is an estimate on binned columns, and not exact."""
        return self.bins is not None


class ConflictPair(Value):
    """Two labels that share feature vectors, and the flows of each that lie in them."""

    first: str
    second: str
    vectors: int
    first_rows: int
    second_rows: int


class Conflicts(Value):
    """Feature vectors of one task and split that occur under several labels."""

    task: str
    split: str
    vectors: int
    conflicting_vectors: int
    rows: int
    conflicting_rows: int
    pairs: tuple[ConflictPair, ...] = ()
    pairs_found: int | None = None


class GrainFact(Value):
    """How finely the flows of one task and split were told apart.

    ``distinct_rows_exact`` counts distinct (features, label) before any binning, about so many
    where ``is_estimate`` says so; ``distinct_rows`` as they were counted.
    """

    task: str
    split: str
    grain: str
    bins: int | None = None
    columns_binned: tuple[str, ...] = ()
    distinct_rows: int | None = None
    distinct_rows_exact: int | None = None
    is_estimate: bool = False
    share_of_rows: float = 1.0
    most_distinct_rows: int | None = None
    why: str = ""


class Price(Value):
    """What binning changed for one model on the same rows; differences are binned less raw."""

    task: str
    split: str
    model: str
    status: str = "done"
    bins: int | None = None
    rows: int = 0
    test_rows: int = 0
    accuracy_raw: float | None = None
    accuracy_binned: float | None = None
    accuracy_difference: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    f1_macro_raw: float | None = None
    f1_macro_binned: float | None = None
    f1_macro_difference: float | None = None
    f1_macro_low: float | None = None
    f1_macro_high: float | None = None


class Summary(Value):
    """``run.json``: what ran, on what, for how long, and how it ended.

    ``defaulted`` names the suite's settings that are as they are by default; ``acknowledged`` are
    the changes that were known and accepted when the run was made.
    """

    schema_version: int = 0
    run_id: str = ""
    suite: str = ""
    status: str = "unknown"
    error: str | None = None
    metric: str = "accuracy"
    defaulted: tuple[str, ...] = ()
    acknowledged: tuple[dict[str, str], ...] = ()
    synthetic: bool = False
    started: AwareDatetime | None = None
    ended: AwareDatetime | None = None
    data: DataFacts = DataFacts()
    cluster: ClusterFacts = ClusterFacts()
    environment: dict[str, object] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)
    splits: tuple[HeldOut, ...] = ()
    ceiling: tuple[Ceiling, ...] = ()
    conflicts: tuple[Conflicts, ...] = ()
    grain: tuple[GrainFact, ...] = ()
    price_of_binning: tuple[Price, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    rows_dropped: int | None = None
    peak_memory_bytes: int | None = None

    @property
    def seconds_in_all(self) -> float:
        """Of all stages, 0 where none was timed; not of the time that a run lay broken off."""
        return sum(self.seconds.values())
