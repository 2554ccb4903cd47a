"""What the data holds, column by column, over all rows."""

from __future__ import annotations

from reports.described import Profile
from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.tables import Column, Table, Value, make_table

STATISTICS = ("mean", "std", "min", "25%", "50%", "75%", "max")


def profile(report: Report) -> Fragment:
    """The schema with its nulls and statistics, and the first rows."""
    found = report.run.profile
    if not found.columns and not found.describe:
        return empty("The run folder has no profile: the columns were not described.")
    tables = [_schema_table(found), *_head_tables(found), *_quarantine_tables(found)]
    return tables_fragment(_intro(found), tables)


def _intro(profile: Profile) -> str:
    facts = [
        f"{profile.rows:,} rows" if profile.rows is not None else "rows not counted",
        f"{len(profile.columns or profile.describe)} columns",
        f"{profile.rows_incomplete or 0:,} incomplete rows (a null or an infinity)",
        f"{profile.rows_quarantined or 0:,} quarantined",
    ]
    return f"{', '.join(facts)}. {_exactness(profile)}"


def _exactness(profile: Profile) -> str:
    worst = max(profile.quantile_rank_error.values(), default=0.0)
    if not worst:
        return "Quartiles are exact."
    return f"Quartiles are estimates: their rank is off by at most {100 * worst:.2g} % of the rows."


def _schema_table(profile: Profile) -> Table:
    columns = [
        Column(key="column", title="Column"),
        Column(key="dtype", title="Type"),
        Column(key="nulls", title="Nulls", kind="count"),
        Column(key="infinities", title="Infinities", kind="count"),
        *(Column(key=name, title=name, kind="plain") for name in STATISTICS),
    ]
    rows: list[dict[str, Value]] = [
        {
            "column": name,
            "dtype": profile.dtypes.get(name),
            "nulls": profile.nulls.get(name, 0),
            "infinities": profile.infinities.get(name, 0),
            **profile.describe.get(name, {}),
        }
        for name in profile.columns or tuple(profile.describe)
    ]
    return make_table("profile", "Columns: type, gaps and spread over all rows", columns, rows)


def _head_tables(profile: Profile) -> list[Table]:
    if not profile.head:
        return []
    names = profile.columns or tuple(profile.head[0])
    columns = [
        Column(key="row", title="Row", kind="count"),
        *(Column(key=f"column {name}", title=name, kind="plain") for name in names),
    ]
    rows = [
        {"row": number} | {f"column {name}": _plain(row.get(name)) for name in names}
        for number, row in enumerate(profile.head)
    ]
    return [make_table("head", f"The first {len(rows)} rows", columns, rows)]


def _quarantine_tables(profile: Profile) -> list[Table]:
    """How many lines of each file are no flow, and the first of them with their reasons."""
    files = [
        Column(key="file", title="File"),
        Column(key="quarantined_lines", title="Quarantined lines", kind="count", bar=True),
    ]
    counted: list[dict[str, Value]] = [
        {"file": name, "quarantined_lines": count}
        for name, count in sorted(profile.quarantined_files.items(), key=lambda item: -item[1])
    ]
    lines = [
        Column(key="file", title="File"),
        Column(key="line", title="Line", kind="count"),
        Column(key="reason", title="Why it is no flow"),
        Column(key="text", title="How it begins"),
    ]
    told: list[dict[str, Value]] = [one.model_dump() for one in profile.quarantine]
    found = [
        make_table("quarantine-files", "Quarantined lines by file", files, counted),
        make_table("quarantine", f"The first {len(told)} quarantined lines", lines, told),
    ]
    return [table for table in found if table.rows]


def _plain(value: object) -> Value:
    return value if isinstance(value, int | float | str) or value is None else str(value)
