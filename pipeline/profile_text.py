"""A profile as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipeline.profile import Profile, Row

_STATISTICS: Final = ("mean", "std", "min", "25%", "50%", "75%", "max")


def profile_text(profile: Profile) -> str:
    """What is in a store, section by section: shape, labels, columns, first rows."""
    sections = (_shape(profile), _labels(profile), _columns(profile), _head(profile))
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _shape(profile: Profile) -> Iterator[str]:
    yield f"{profile.rows:,} flows in {len(profile.columns)} columns"
    yield f"{profile.rows_incomplete:,} with a null or an infinity"
    yield f"{profile.rows_quarantined:,} lines set aside"
    for kind, found in (
        ("float64", profile.duplicates.exact),
        ("float32", profile.duplicates.float32),
    ):
        repeats = sum(found.values())
        share = repeats / profile.rows
        yield f"{repeats:,} repeat an earlier flow at {kind} precision ({share:.1%})"


def _labels(profile: Profile) -> Iterable[str]:
    rows: list[tuple[str, ...]] = [("label", "flows", "share", "repeats", "at float32")]
    for label, flows in sorted(profile.labels.items(), key=lambda item: (-item[1], item[0])):
        mark = " (unknown)" if label in profile.unknown_labels else ""
        repeats = profile.duplicates.exact[label], profile.duplicates.float32[label]
        shares = (f"{count:,}" for count in repeats)
        rows.append((_shown(label) + mark, f"{flows:,}", f"{flows / profile.rows:.2%}", *shares))
    return _table(rows)


def _columns(profile: Profile) -> Iterable[str]:
    rows: list[tuple[str, ...]] = [("column", "nulls", "inf", *_STATISTICS)]
    for name, described in profile.describe.items():
        numbers = (_number(described[key]) for key in _STATISTICS)
        mark = " ~" if profile.quantile_rank_error[name] else ""
        rows.append(
            (name + mark, f"{profile.nulls[name]:,}", f"{profile.infinities[name]:,}", *numbers)
        )
    yield from _table(rows)
    if worst := max(profile.quantile_rank_error.values()):
        yield f"~ quartiles of this column are true to {worst:.2%} of the rows; others are exact"


def _head(profile: Profile) -> Iterable[str]:
    yield f"the first {len(profile.head)} flows"
    yield from _table([_cells(name, profile.head) for name in profile.columns])


def _cells(name: str, head: Sequence[Row]) -> tuple[str, ...]:
    return (name, *(_number(row[name]) for row in head))


def _number(value: float | str | None) -> str:
    if value is None:
        return "-"
    return _shown(value) if isinstance(value, str) else f"{value:.6g}"


def _shown(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with the first column to the left and the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()
