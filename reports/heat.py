"""A heat map as a table: every cell a number that can be read, shaded by its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reports.tables import Column, Table, make_table, slug

Shade = Literal["", "hit", "miss"]


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """One number: its text, how dark it is (0 to 1), and what more there is to say of it."""

    value: float | None
    text: str
    level: float = 0.0
    shade: Shade = ""
    count: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Rows by columns of shaded numbers."""

    key: str
    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[HeatCell, ...]]

    @property
    def anchor(self) -> str:
        """Its key as a page's anchor."""
        return slug(self.key)


def heat_table(heat: Heat, *, kind: str) -> Table:
    """The numbers of a heat map as a table to export: counts where it has them."""
    columns = [
        Column(key="row", title=heat.corner),
        *(Column(key=f"column {name}", title=name, kind=kind) for name in heat.columns),
    ]
    rows = [
        {"row": label}
        | {
            f"column {name}": cell.value if cell.count is None else cell.count
            for name, cell in zip(heat.columns, cells, strict=True)
        }
        for label, cells in heat.rows.items()
    ]
    return make_table(heat.key, heat.caption, columns, rows)
