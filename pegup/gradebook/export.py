"""A course's grades as a CSV that spreadsheets in Peru open rightly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel reads UTF-8 as Windows-1252 and spoils every accent."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Row:
    """One student."""

    code: str
    name: str
    university: str
    lessons_read: int
    lessons: int
    grade: Decimal | None
    result: str
    """passed or not, in words"""
    completed: str
    """whether the person completed the course, in words"""


@dataclass(frozen=True)
class File:
    """A finished file: ``rows`` counts students, not the line of headings."""

    content: bytes
    rows: int

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def csv_file(headings: Sequence[str], rows: Iterable[Row]) -> File:
    """Semicolons and decimal commas, as spreadsheets with Spanish settings expect; CRLF lines."""
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    lines = [_cells(row) for row in rows]
    writer.writerows(lines)
    return File(out.getvalue().encode(), len(lines))


def harmless(cell: str) -> str:
    """Text that no spreadsheet runs: an apostrophe goes before what would begin a formula."""
    return "'" + cell if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _cells(row: Row) -> list[str]:
    return [
        harmless(row.code),
        harmless(row.name),
        harmless(row.university),
        str(row.lessons_read),
        str(row.lessons),
        "" if row.grade is None else str(row.grade).replace(".", ","),
        row.result,
        row.completed,
    ]
