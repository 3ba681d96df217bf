"""Tables of measurements: how a figure is held against its bar, and how rows are printed."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

_BUSY_SHARE = 0.5
"""Work waiting per core, above which times say more about the neighbours than about reelgraph."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The most that one figure of a row may be."""

    column: str
    limit: float

    def holds(self, row: Row) -> bool:
        """Tell whether a row keeps the bar."""
        value = row.values[self.column]
        return value is not None and value <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured."""

    name: str
    values: Mapping[str, float | None]
    """Figures by column; None where there is nothing to measure."""
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong together."""

    name: str
    title: str
    rows: tuple[Row, ...]

    @property
    def missed(self) -> list[Row]:
        """The rows that miss their bar."""
        return [row for row in self.rows if row.bar and not row.bar.holds(row)]

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON data, with figures as they were measured."""
        return {
            "name": self.name,
            "title": self.title,
            "rows": [
                {
                    "name": row.name,
                    "values": dict(row.values),
                    "bar": row.bar and {"column": row.bar.column, "limit": row.bar.limit},
                    "holds": row.bar and row.bar.holds(row),
                }
                for row in self.rows
            ],
        }

    def __str__(self) -> str:
        columns = list(dict.fromkeys(column for row in self.rows for column in row.values))
        lines = [["", *columns, "bar", ""]]
        lines += [_cells(row, columns) for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join([self.title, *(_line(cells, widths) for cells in lines)])


def _cells(row: Row, columns: Iterable[str]) -> list[str]:
    figures = [_figure(row.values.get(column)) for column in columns]
    if row.bar is None:
        return [row.name, *figures, "", ""]
    verdict = "holds" if row.bar.holds(row) else "MISSED"
    return [row.name, *figures, f"{row.bar.column} <= {row.bar.limit:.4g}", verdict]


def _line(cells: list[str], widths: list[int]) -> str:
    first, *rest = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    first = cells[0].ljust(widths[0])
    return "  ".join(["", first, *rest]).rstrip()


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def machine() -> dict[str, str]:
    """Return what a reader must know of the machine; nothing that tells whose it is."""
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("anyio", "pydantic", "av", "pillow")},
    }


def machine_line() -> str:
    """Return the machine in one line."""
    return ", ".join(f"{name} {value}" for name, value in machine().items())


def load_line(own: float = 0.0) -> str:
    """Return the load average, with a warning where it spoils the figures.

    Args:
        own: As much of it is the benchmarks' own.
    """
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    line = f"load average {load:.2f} on {cores} cores"
    if load - own <= cores * _BUSY_SHARE:
        return line
    return f"{line}: WARNING, others use the machine; times are too long, ratios less certain"
