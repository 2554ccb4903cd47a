from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from bench.suite import Suite
from bench.suite_faults import first_fault

ODD_VALUES = (
    3, -1, 0.5, "", "x", "../up", [], [1], ["x"], ["svc", "svc"], {}, {"x": 1}, True, "9" * 99,
    {"svc": -1}, {"svc": "x"}, {"svc": {"C": "x"}}, float("inf"), float("nan"),
)  # fmt: skip
PYDANTICS = ("valid", "Input", "String", "Tuple", "input", "dictionary", "validation", "parse")


def fields(settings: type[BaseModel], above=()):
    """The place of every key of a suite, also in its tables."""
    for name, field in settings.model_fields.items():
        yield (*above, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, (*above, name))


def faults_at(place):
    """Every sentence that some odd value for this key is answered with."""
    for value in ODD_VALUES:
        table = value
        for key in reversed(place):
            table = {key: table}
        try:
            Suite.model_validate({"name": "odd"} | table)
        except ValidationError as error:
            yield first_fault(error, Suite)


@pytest.mark.parametrize("place", list(fields(Suite)), ids=".".join)
def test_what_a_key_cannot_be_is_a_plain_sentence_that_names_it(place):
    faults = set(faults_at(place))
    assert faults
    for fault in faults:
        assert fault.split(":")[0].removeprefix("unknown key ").strip("'").startswith(place[0])
        assert not any(word in fault for word in PYDANTICS), fault
        assert len(fault) < 400


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"tasks": "attack"}, 'tasks: expected a list, such as ["one", "two"], not "attack"'),
        ({"tasks": []}, "tasks: expected a list of at least 1, not []"),
        ({"folds": "three"}, 'folds: expected a whole number, not "three"'),
        ({"test_size": 1}, "test_size: expected less than 1, not 1"),
        ({"select_on": "test"}, "select_on: expected 'all' or 'train', not \"test\""),
        ({"cluster": "local"}, 'cluster: expected a table, not "local"'),
        ({"limits": {"memory": "lots"}}, "limits.memory: expected a size, such as 4GiB, not"),
        ({"limits": {"second": 3}}, "unknown key 'limits.second'; did you mean 'seconds'?"),
        ({"name": "../up"}, "name: expected letters, digits, '.', '_' and '-', not"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_fault_says_what_was_expected_and_what_was_given(values, fault):
    with pytest.raises(ValidationError) as raised:
        Suite.model_validate({"name": "odd"} | values)
    assert first_fault(raised.value, Suite).startswith(fault)
