"""What an entry of the zoo is: a classifier, how counts enter it, and what it affords."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.errors import ModelError, unknown

MEASURED_CLASSES: Final = 34

# Parameters that take each distinct row for one flow, with what says the same of flows.
ROW_PARAMS: Final[Mapping[str, str]] = {
    "min_samples_split": "use min_weight_fraction_leaf, a share of the flows",
    "min_samples_leaf": "use min_weight_fraction_leaf, a share of the flows",
    "subsample": "leave it at 1.0",
    "n_iter_no_change": "leave it at None",
    "early_stopping": "leave it at False",
    "class_weight": "leave it at None",
}


@dataclass(frozen=True, kw_only=True)
class Model:
    """One entry of the zoo.

    Attributes
    ----------
    name
        The key in ``ZOO``, in suites and in records.
    title
        The name that a person reads.
    estimator
        A scikit-learn classifier class whose ``fit(X, y, sample_weight=counts)`` gives what the
        original gives when each row is repeated ``counts`` times.
    params
        Parameters that differ from the estimator's own defaults.
    row_params
        Parameters of the estimator that cannot change, as they would take each distinct row for
        one flow; keys of ``ROW_PARAMS``.
    role
        ``"model"``, or ``"control"``: a floor that every model should beat.
    counts_enter
        How counts enter the fit, as the report says it.
    affords_distinct_rows
        How many distinct rows of 34 classes one fit takes in about ten seconds of one core.
    fits_each_class
        True where each class is fitted in turn, so that fewer classes afford more distinct rows.
    takes_threads
        True where the library has to be told its threads (``n_jobs``); others are limited from
        outside.
    affords_test_rows
        How many rows, of a test part or of all folds together, it predicts in some minutes of one
        core, where all of a large set would take hours; None where it affords them all.
    is_distributed
        True where the whole cluster fits one model together, on rows where they lie.
    """

    name: str
    title: str
    estimator: Callable[..., Any]
    params: Mapping[str, object] = field(default_factory=dict)
    row_params: tuple[str, ...] = ()
    role: str = "model"
    counts_enter: str
    affords_distinct_rows: int
    fits_each_class: bool = False
    takes_threads: bool = False
    affords_test_rows: int | None = None
    is_distributed: bool = False

    def build(
        self, seed: int, params: Mapping[str, object] | None = None, *, threads: int = 1
    ) -> Any:  # noqa: ANN401
        """An unfitted estimator, seeded where it uses chance, with ``params`` over the defaults."""
        estimator = self.estimator(**self.params)
        known = estimator.get_params()
        self._check_names(params or {}, known)
        seeded = {"random_state": seed} if "random_state" in known else {}
        threaded = {"n_jobs": threads} if self.takes_threads else {}
        estimator.set_params(**seeded | threaded | dict(params or {}))
        self._check_values(estimator)
        return estimator

    def affords(self, *, classes: int) -> int:
        """How many distinct rows of so many classes one fit takes in about ten seconds."""
        if not self.fits_each_class:
            return self.affords_distinct_rows
        return self.affords_distinct_rows * MEASURED_CLASSES // classes

    def check_params(self, params: Mapping[str, object]) -> None:
        """Nothing, or a ModelError that says which of ``params`` is wrong and what is right."""
        self.build(0, params)

    def _check_names(self, params: Mapping[str, object], known: Iterable[str]) -> None:
        for name in params:
            if name not in known:
                raise ModelError(unknown(f"parameter of model {self.name!r}", name, known))
            if name in self.row_params:
                fault = "would take each distinct row for one flow"
                raise ModelError(f"model {self.name!r}: {name} {fault}; {ROW_PARAMS[name]}")

    def _check_values(self, estimator: Any) -> None:  # noqa: ANN401
        if not hasattr(estimator, "_parameter_constraints"):  # boosting libraries check in fit
            return
        try:
            estimator._validate_params()
        except ValueError as error:
            raise ModelError(f"model {self.name!r}: {error}") from error
