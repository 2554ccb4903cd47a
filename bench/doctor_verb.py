"""What `threatbench doctor` prints."""

from __future__ import annotations

import json
from dataclasses import asdict

from bench.doctor import diagnose
from bench.failures import DONE, FAILED
from bench.finding import findings_text
from bench.places import Places


def examine(cluster: str, places: Places) -> tuple[str, str, int]:
    """The diagnosis in words, as JSON, and the exit status that it comes to."""
    found = diagnose(cluster, places)
    text = findings_text(found.findings)
    if found.job_script is not None:
        text = f"The script of a worker's job:\n\n{found.job_script}\n{text}"
    facts = {**asdict(found), "is_ok": found.is_ok}
    return text, json.dumps(facts, indent=1), DONE if found.is_ok else FAILED
