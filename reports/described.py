"""``profile.json`` and ``selection.json``: what the data holds, and which features were chosen."""

from __future__ import annotations

from pydantic import Field

from reports.records import Value


class QuarantinedLine(Value):
    """A line that is no flow: its file, its number, why, and how it begins."""

    file: str
    line: int
    reason: str = ""
    text: str = ""


class Profile(Value):
    """``profile.json``: what every column and label holds, over all rows.

    ``quarantine`` are the first of the quarantined lines, ``quarantined_files`` counts all of them
    by file.
    """

    rows: int | None = None
    rows_incomplete: int | None = None
    rows_quarantined: int | None = None
    columns: tuple[str, ...] = ()
    head: tuple[dict[str, object], ...] = ()
    dtypes: dict[str, str] = Field(default_factory=dict)
    nulls: dict[str, int] = Field(default_factory=dict)
    infinities: dict[str, int] = Field(default_factory=dict)
    describe: dict[str, dict[str, float | None]] = Field(default_factory=dict)
    quantile_rank_error: dict[str, float] = Field(default_factory=dict)
    labels: dict[str, int] = Field(default_factory=dict)
    families: dict[str, int] = Field(default_factory=dict)
    unknown_labels: dict[str, int] = Field(default_factory=dict)
    duplicates: dict[str, dict[str, int]] = Field(default_factory=dict)
    quarantine: tuple[QuarantinedLine, ...] = ()
    quarantined_files: dict[str, int] = Field(default_factory=dict)


class FeatureScore(Value):
    """One feature's ANOVA F and p (``None`` for a constant column).

    ``mutual_information`` with the class in nats; ``stability`` is the share of folds that select
    it; ``warning`` says what makes it suspect.
    """

    feature: str
    F: float | None = None
    p: float | None = None
    selected: bool = False
    mutual_information: float | None = None
    stability: float | None = None
    warning: str | None = None


class Finding(Value):
    """A feature that a check has found suspect; the check's code stays the same over versions."""

    code: str
    feature: str
    message: str


class Stability(Value):
    """How far the folds agree: what each selects without its own rows, and two indices of it.

    ``own_features`` are the folds that do not select what the whole training part does; their
    models are fitted and judged on the features of their own.
    """

    folds: tuple[tuple[str, ...], ...] = ()
    jaccard: float | None = None
    kuncheva: float | None = None
    own_features: tuple[int, ...] = ()


class Selection(Value):
    """Which ``k`` features were selected for one task and split, and from how many rows.

    ``binning`` says from which bins of which rows mutual information was computed.
    """

    task: str
    split: str
    select_on: str | None = None
    k: int | None = None
    rows: int | None = None
    binning: str | None = None
    stability: Stability | None = None
    findings: tuple[Finding, ...] = ()
    features: tuple[FeatureScore, ...] = ()


class Selections(Value):
    """``selection.json``: the selected features of every task and split."""

    schema_version: int = 0
    selections: tuple[Selection, ...] = ()
