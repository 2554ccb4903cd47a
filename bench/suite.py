"""Suite: what is run, checked value by value."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from bench.case import Case, Limits, Positive, Settings
from bench.named import known
from bench.search_space import Grid, check_search
from cluster.kinds import KINDS
from cluster.spec import ClusterSpec
from cluster.wall_time import check_wall_time
from pipeline.coarseness import GRAINS
from pipeline.errors import ModelError
from pipeline.metrics import METRICS
from pipeline.split import SPLITS
from pipeline.taxonomy import TASKS
from pipeline.zoo import ALL_MODELS, STUDY, ZOO, find_model

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Embedded(Settings):
    """The synthetic data that a suite runs on when it is given none."""

    rows: Positive = 60_000
    files: Positive = 6
    seed: Seed = 0


class Suite(Settings):
    """What is run: every task on every split by every model.

    ``seed`` seeds the models, the folds and the bootstrap; ``split_seed`` the random split. Where
    ``seeds`` are given, every model is run with each of them instead, on the same folds, and the
    models that are kept are those of the first. Models whose scores differ by ``rope`` or less
    count as practically equivalent.
    ``models`` are the study's where none are named; ``["all"]`` stands for the whole zoo.
    So many of the best models are stacked (``stack``), and so many vote (``vote``).
    ``search`` holds for a model the values of parameters to try on the folds, every combination
    of them or ``search_candidates`` drawn by lot.
    ``fold_splits`` are the splits on which models are validated by folds, chosen and stacked; left
    out, all are. ``labels`` and ``families`` keep only such flows; empty keeps all. A model is
    fitted on at most as many distinct rows as it affords, times ``effort``; ``budgets`` overrides
    that by model.
    ``grain`` says how finely flows are told apart, ``distinct_rows`` how many may differ before
    ``auto`` and ``binned`` take fewer bins; what that costs each model is measured on about
    ``price_rows`` rows, or not at all (0).
    The ceiling's curve over the number of features is computed on at most ``ceiling_rows`` rows of
    each split; 0 leaves it out.
    ``null_case`` names the model that is run twice, which shows how far a time strays by itself;
    a case that looks changed against the nights before is run again ``reruns`` times.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    description: str = ""
    profile: str = "ciciot2023"
    families: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tasks: Annotated[tuple[str, ...], Field(min_length=1)] = ("attack",)
    splits: Annotated[tuple[str, ...], Field(min_length=1)] = ("random",)
    test_size: Annotated[float, Field(gt=0, lt=1)] = 0.2
    split_seed: Seed = 42
    seed: Seed = 0
    seeds: tuple[Seed, ...] = ()
    features: Positive = 10
    select_on: Literal["all", "train"] = "train"
    choose_on: Literal["cv", "test"] = "cv"
    choose_by: str = "accuracy"
    ceiling_rows: Annotated[int, Field(ge=0)] = 250_000
    folds: Annotated[int, Field(ge=2)] = 5
    fold_splits: tuple[str, ...] | None = None
    stack: Annotated[int, Field(ge=0)] = 3
    vote: Annotated[int, Field(ge=0)] = 0
    rope: Annotated[float, Field(ge=0, lt=1)] = 0.001
    models: Annotated[tuple[str, ...], Field(min_length=1)] = STUDY
    params: dict[str, dict[str, Any]] = Field(default_factory=dict)
    effort: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    budgets: dict[str, Positive] = Field(default_factory=dict)
    search: dict[str, Grid] = Field(default_factory=dict)
    search_candidates: Positive = 20
    grain: str = "auto"
    distinct_rows: Positive | None = None
    price_rows: Annotated[int, Field(ge=0)] = 20_000
    null_case: str = ""
    reruns: Annotated[int, Field(ge=0)] = 0
    embedded: Embedded = Embedded()
    limits: Limits = Limits()
    cluster: ClusterSpec = ClusterSpec()

    @field_validator("tasks")
    @classmethod
    def _tasks_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known("task", names, TASKS)

    @field_validator("splits")
    @classmethod
    def _splits_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known("split", names, SPLITS)

    @field_validator("stack", "vote")
    @classmethod
    def _ensemble_is_of_several(cls, members: int) -> int:
        if members == 1:
            raise ValueError("an ensemble of one is that one; give 0 for none, or at least 2")
        return members

    @field_validator("choose_by")
    @classmethod
    def _metric_is_known(cls, name: str) -> str:
        return known("metric", (name,), METRICS)[0]

    @field_validator("grain")
    @classmethod
    def _grain_is_known(cls, name: str) -> str:
        return known("grain", (name,), GRAINS)[0]

    @field_validator("models")
    @classmethod
    def _models_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(ZOO) if names == ("all",) else known("model", names, ALL_MODELS)

    @field_validator("seeds")
    @classmethod
    def _seeds_differ(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(seeds)) < len(seeds):
            raise ValueError(f"a seed is named twice: {', '.join(map(str, seeds))}")
        return seeds

    @field_validator("budgets")
    @classmethod
    def _budgets_name_models(cls, budgets: dict[str, int]) -> dict[str, int]:
        known("model", tuple(budgets), ALL_MODELS)
        return budgets

    @field_validator("cluster")
    @classmethod
    def _cluster_kind_is_known(cls, spec: ClusterSpec) -> ClusterSpec:
        known("cluster kind", (spec.kind,), KINDS)
        return spec

    @model_validator(mode="after")
    def _null_case_is_a_case(self) -> Self:
        if self.null_case and self.null_case not in self.models:
            raise ValueError(f"null_case: '{self.null_case}' is none of the suite's models")
        return self

    @model_validator(mode="after")
    def _a_case_can_end_within_the_wall_time(self) -> Self:
        check_wall_time(self.limits.seconds, self.cluster.wall_seconds)
        return self

    @model_validator(mode="after")
    def _params_fit_their_models(self) -> Self:
        for name, params in self.params.items():
            try:
                find_model(name).check_params(params)
            except ModelError as error:
                raise ValueError(f"params.{name}: {error}") from error
        return self

    @model_validator(mode="after")
    def _grids_fit_their_models(self) -> Self:
        check_search(self.search, models=self.models, splits=self.chosen_splits)
        return self

    @model_validator(mode="after")
    def _fold_splits_are_run(self) -> Self:
        for split in self.fold_splits or ():
            if split not in self.splits:
                raise ValueError(f"fold_splits: '{split}' is none of the splits of this suite")
        return self

    @property
    def chosen_splits(self) -> tuple[str, ...]:
        """The splits on which models are chosen and stacked."""
        return self.splits if self.fold_splits is None else self.fold_splits

    @property
    def model_seeds(self) -> tuple[int, ...]:
        """The seeds that every model is run with."""
        return self.seeds or (self.seed,)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every model on every task and split with every seed, in the order of the suite."""
        return tuple(
            Case(task=task, split=split, model=model, seed=seed)
            for task in self.tasks
            for split in self.splits
            for seed in self.model_seeds
            for model in self.models
        )
