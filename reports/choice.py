"""What a reader has to know of how the run chose its models."""

from __future__ import annotations

import tomllib
from typing import Final

from reports.run import Run

ON_TEST: Final = (
    "Models and the members of ensembles were chosen by their scores on the test part itself"
    ' (choose_on = "test"), so the best of these scores are optimistic.'
)


def choice_caution(run: Run) -> str:
    """What to say where models were chosen by the flows they were tested on; else nothing."""
    try:
        chosen_on = tomllib.loads(run.suite_text).get("choose_on")
    except tomllib.TOMLDecodeError:
        return ""
    return ON_TEST if chosen_on == "test" else ""
