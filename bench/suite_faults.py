"""What is wrong with a value of a suite, in the words of a person who writes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from pipeline.errors import nearest

EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "a text",
    "string_pattern_mismatch": "letters, digits, '.', '_' and '-', not beginning with '.' or '-'",
    "tuple_type": 'a list, such as ["one", "two"]',
    "list_type": "a list, such as [1, 2]",
    "too_short": "a list of at least {min_length}",
    "dict_type": "a table",
    "model_type": "a table",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "literal_error": "{expected}",
    "path_type": "a path",
    "byte_size": "a size, such as 4GiB",
    "byte_size_unit": "a size, such as 4GiB",
}
"""What pydantic wanted, by its name for the fault."""

SHOWN_CHARACTERS: Final = 60


def first_fault(error: ValidationError, settings: type[BaseModel]) -> str:
    """Key, fault and remedy of the first thing that does not fit ``settings``.

    >>> from bench.case import Limits
    >>> try:
    ...     Limits.model_validate({"threads": 0})
    ... except ValidationError as error:
    ...     first_fault(error, Limits)
    'threads: expected at least 1, not 0'
    """
    fault: Mapping[str, Any] = error.errors()[0]
    key = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = _keys_at(fault["loc"], settings)
        return f"unknown key '{key}'{nearest(str(fault['loc'][-1]), known)}"
    return f"{key}: {_message(fault)}" if key else _message(fault)


def _keys_at(place: tuple[int | str, ...], settings: type[BaseModel]) -> list[str]:
    model: Any = settings
    for step in place[:-1]:
        model = _table_of(model.model_fields[step].annotation)
    return list(model.model_fields)


def _table_of(annotation: Any) -> Any:  # noqa: ANN401 - a type, or a union of types
    return next((kind for kind in get_args(annotation) if kind is not type(None)), annotation)


def _message(fault: Mapping[str, Any]) -> str:
    expected = EXPECTED.get(fault["type"])
    if expected is None:  # our own validators', which say it in a sentence
        return str(fault["msg"]).removeprefix("Value error, ")
    wanted = expected.format(**fault.get("ctx", {}))
    return f"expected {wanted}, not {_shown(fault['input'])}"


def _shown(given: object) -> str:
    text = json.dumps(given, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
