"""Suite and Case: TOML to validated values, or one error that says where."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import tomli_w
from pydantic import (
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bench.case import Case, Limits, Positive, Settings
from bench.errors import SuiteError, nearest
from cluster.kinds import KINDS
from cluster.spec import ClusterSpec
from pipeline.errors import ModelError
from pipeline.metrics import METRICS
from pipeline.split import SPLITS
from pipeline.taxonomy import TASKS
from pipeline.zoo import ZOO, find_model


class Embedded(Settings):
    """The synthetic data that a suite runs on when it is given none."""

    rows: Positive = 60_000
    files: Positive = 6
    seed: int = 0


class Suite(Settings):
    """What is run: every task on every split by every model.

    ``seed`` seeds the models, the folds and the bootstrap; ``split_seed`` the random split.
    ``labels`` and ``families`` keep only such flows; empty keeps all. A model is fitted on at most
    as many distinct rows as it affords, times ``effort``; ``budgets`` overrides that by model.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    description: str = ""
    profile: str = "ciciot2023"
    families: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tasks: Annotated[tuple[str, ...], Field(min_length=1)] = ("attack",)
    splits: Annotated[tuple[str, ...], Field(min_length=1)] = ("random",)
    test_size: Annotated[float, Field(gt=0, lt=1)] = 0.2
    split_seed: Annotated[int, Field(ge=0)] = 42
    seed: Annotated[int, Field(ge=0)] = 0
    features: Positive = 10
    select_on: Literal["all", "train"] = "train"
    choose_on: Literal["cv", "test"] = "cv"
    choose_by: str = "accuracy"
    folds: Annotated[int, Field(ge=2)] = 5
    stack: Annotated[int, Field(ge=0)] = 3
    models: Annotated[tuple[str, ...], Field(min_length=1)] = tuple(ZOO)
    params: dict[str, dict[str, Any]] = Field(default_factory=dict)
    effort: Annotated[float, Field(gt=0)] = 1.0
    budgets: dict[str, Positive] = Field(default_factory=dict)
    embedded: Embedded = Embedded()
    limits: Limits = Limits()
    cluster: ClusterSpec = ClusterSpec()

    @field_validator("tasks")
    @classmethod
    def _tasks_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known("task", names, TASKS)

    @field_validator("splits")
    @classmethod
    def _splits_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known("split", names, SPLITS)

    @field_validator("choose_by")
    @classmethod
    def _metric_is_known(cls, name: str) -> str:
        return _known("metric", (name,), METRICS)[0]

    @field_validator("models")
    @classmethod
    def _models_are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _known("model", names, ZOO)

    @field_validator("budgets")
    @classmethod
    def _budgets_name_models(cls, budgets: dict[str, int]) -> dict[str, int]:
        _known("model", tuple(budgets), ZOO)
        return budgets

    @field_validator("cluster")
    @classmethod
    def _cluster_kind_is_known(cls, spec: ClusterSpec) -> ClusterSpec:
        _known("cluster kind", (spec.kind,), KINDS)
        return spec

    @model_validator(mode="after")
    def _params_fit_their_models(self) -> Self:
        for name, params in self.params.items():
            try:
                find_model(name).check_params(params)
            except ModelError as error:
                raise ValueError(f"params.{name}: {error}") from error
        return self

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every model on every task and split, in the order of the suite."""
        return tuple(
            Case(task=task, split=split, model=model, seed=self.seed)
            for task in self.tasks
            for split in self.splits
            for model in self.models
        )


def load_suite(name_or_path: str, *, overrides: Sequence[str] = ()) -> Suite:
    """The suite that ships under this name or stands in this file, with ``KEY=VALUE`` overrides.

    Raises
    ------
    SuiteError
        For a name that is neither, and for any key or value that does not fit: in one sentence.
    """
    place, text = _suite_text(name_or_path)
    values = _parsed(text, place)
    for override in overrides:
        _override(values, override)
    return _validated({"name": Path(place).stem} | values, place)


def suite_toml(suite: Suite) -> str:
    """The suite with every default filled in; :func:`load_suite` gives the same suite back."""
    values = suite.model_dump(mode="json", exclude_none=True)
    return tomli_w.dumps(values)


def shipped_suites() -> dict[str, str]:
    """The text of every suite that ships, by name."""
    files = (resources.files("bench") / "suites").iterdir()
    shipped = [file for file in files if file.name.endswith(".toml")]
    return {file.name.removesuffix(".toml"): file.read_text("utf-8") for file in shipped}


def _suite_text(name_or_path: str) -> tuple[str, str]:
    shipped = shipped_suites()
    if name_or_path in shipped:
        return f"{name_or_path}.toml", shipped[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return name_or_path, _file_text(path)
    raise SuiteError(f"unknown suite '{name_or_path}'{nearest(name_or_path, shipped)}")


def _file_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _parsed(text: str, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{place}: not valid TOML: {error}") from error


def _override(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise SuiteError(f"--set {override}: expected KEY=VALUE, such as cluster.workers=2")
    *tables, last = key.strip().split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise SuiteError(f"--set {override}: '{table}' is not a table")
    values[last] = _toml_value(text.strip())


def _toml_value(text: str) -> Any:  # noqa: ANN401 - whatever TOML holds
    """The value as TOML reads it; text that is no TOML value is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _validated(values: Mapping[str, Any], place: str) -> Suite:
    try:
        return Suite.model_validate(values)
    except ValidationError as error:
        raise SuiteError(f"{place}: {_first_fault(error)}") from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key '{key}'{nearest(str(fault['loc'][-1]), _keys_at(fault['loc']))}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{key}: {message}" if key else message


def _keys_at(place: tuple[int | str, ...]) -> list[str]:
    model: Any = Suite
    for step in place[:-1]:
        model = model.model_fields[step].annotation
    return list(model.model_fields)


def _known(kind: str, names: tuple[str, ...], table: Mapping[str, object]) -> tuple[str, ...]:
    for name in names:
        if name not in table:
            raise ValueError(f"unknown {kind} '{name}'{nearest(name, table)}")
    if len(set(names)) < len(names):
        raise ValueError(f"a {kind} is named twice: {', '.join(names)}")
    return names
