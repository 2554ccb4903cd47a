from __future__ import annotations

import pytest

from reports.example import write_example
from reports.history import read_report
from reports.report import report_parts
from reports.sections.glossary import glossary
from reports.terms import TERMS

# Of a map, or of rows as they are, a cell says what it is by its row and its column.
CELLS = "column "


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    write_example(runs)
    return read_report(write_example(runs))


def test_every_column_of_numbers_is_explained(report):
    columns = [
        (table.key, column)
        for part in report_parts(report)
        for table in part.fragment.tables
        for column in table.columns
        if column.is_number and not column.key.startswith(CELLS)
    ]
    assert len({table for table, _ in columns}) > 20
    unexplained = [
        (table, column.title)
        for table, column in columns
        if (column.term or column.key) not in TERMS and not column.key.endswith(("_low", "_high"))
    ]
    assert unexplained == []


def test_the_glossary_holds_every_term_and_each_says_something(report):
    html = str(glossary(report).html)
    assert all(f'id="term-{key}"' in html for key in TERMS)
    assert [key for key, term in TERMS.items() if len(term.meaning) < 15] == []
