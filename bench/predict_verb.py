"""What `threatbench predict` does: a line of answer for every line of flows, none of them lost."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from bench.winner import Winner, read_winner
from pipeline.manifest import replaced_whole
from pipeline.new_flows import NewFlows, check_columns, read_new_flows
from pipeline.sources import find_sources
from reports.store import writing_to

COLUMNS: Final = ("file", "line", "predicted", "probability", "fault")

Answer = tuple[int, str, float | str, str]
"""All but the file; what there is nothing to say of is empty."""


@contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    """Where the answers go: stdout, or a file that takes its place when all are there."""
    if output is None:
        yield sys.stdout
        return
    with writing_to(output), replaced_whole(output) as answers:
        yield answers


def predict(
    run: Path, paths: Sequence[Path], *, task: str | None, split: str | None, answers: TextIO
) -> str:
    """Write the answers as CSV; a sentence on how many flows were labelled, and how many lines not.

    Files are read one at a time. Nothing is written before every file is known to have the columns
    that the model needs.
    """
    winner = read_winner(run, task=task, split=split)
    sources = find_sources(paths)
    check_columns(sources, winner.dataset)
    table = csv.writer(answers, lineterminator="\n")
    table.writerow(COLUMNS)
    labelled = faulty = 0
    for source in sources:
        for flows in read_new_flows(source, winner.dataset):
            table.writerows((source.path, *answer) for answer in _answers(flows, winner))
            labelled, faulty = labelled + len(flows.lines), faulty + len(flows.faults)
    without = f", {faulty:,} lines without a label; their faults stand beside them"
    return f"{labelled:,} flows labelled by {winner.name}{without if faulty else ''}"


def _answers(flows: NewFlows, winner: Winner) -> Iterator[Answer]:
    """In the order of the lines."""
    found: dict[int, Answer] = {line: (line, "", "", why) for line, why in flows.faults.items()}
    if len(flows.lines):
        names, probabilities = winner.label(flows.X)
        for place, line in enumerate(flows.lines.tolist()):
            sure = "" if probabilities is None else probabilities[place]
            found[line] = (line, names[place], sure, "")
    return (found[line] for line in sorted(found))
