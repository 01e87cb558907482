"""Reads a list of people from a CSV file as spreadsheets write it: whole, or every line that is wrong."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_PEOPLE = 5000
NAME_LENGTH = 200
EMAIL_LENGTH = 254
PLACE_LENGTH = 120
HEADINGS = {
    "nombre": "name",
    "nombres": "name",
    "name": "name",
    "correo": "email",
    "email": "email",
    "e-mail": "email",
    "ciudad": "place",
    "city": "place",
}
EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"'.]+")


class Wrong(StrEnum):
    """What can be wrong with a file or a line."""

    NOT_TEXT = "not_text"
    NO_NAME_COLUMN = "no_name_column"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    BAD_EMAIL = "bad_email"
    TWICE = "twice"
    KNOWN_EMAIL = "known_email"


@dataclass(frozen=True)
class Finding:
    """One thing to mend; ``line`` counts from 1 as a spreadsheet does."""

    line: int
    wrong: Wrong
    text: str = ""


@dataclass(frozen=True)
class Entry:
    """One person of the list; ``email`` is lower case or None."""

    line: int
    name: str
    email: str | None
    place: str


def read_roster(
    content: bytes, known_emails: Collection[str] = ()
) -> tuple[list[Entry], list[Finding]]:
    """The people of the file and all that is wrong with it; use the people only if nothing is."""
    text = _decoded(content)
    if text is None:
        return [], [Finding(1, Wrong.NOT_TEXT)]
    rows = list(_rows(text))
    if not rows:
        return [], [Finding(1, Wrong.EMPTY)]
    columns = [HEADINGS.get(_tidy(heading).casefold(), "") for heading in rows[0][1]]
    if "name" not in columns:
        return [], [Finding(rows[0][0], Wrong.NO_NAME_COLUMN, ", ".join(rows[0][1])[:200])]
    if len(rows) == 1:
        return [], [Finding(rows[0][0], Wrong.EMPTY)]
    if len(rows) - 1 > MOST_PEOPLE:
        return [], [Finding(rows[MOST_PEOPLE + 1][0], Wrong.TOO_MANY, str(MOST_PEOPLE))]
    entries = [_entry(line, dict(zip(columns, row, strict=False))) for line, row in rows[1:]]
    return entries, list(_findings(entries, frozenset(known_emails)))


def _decoded(content: bytes) -> str | None:
    """UTF-8, or what Excel writes in Spanish; None for what is not text."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every line that is not blank."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        return


def _entry(line: int, cells: dict[str, str]) -> Entry:
    return Entry(
        line=line,
        name=_tidy(cells.get("name", "")),
        email=_tidy(cells.get("email", "")).lower() or None,
        place=_tidy(cells.get("place", "")),
    )


def _tidy(cell: str) -> str:
    """Accents in one form, single spaces, no control characters."""
    printable = "".join(" " if unicodedata.category(c).startswith("C") else c for c in cell)
    return " ".join(unicodedata.normalize("NFC", printable).split())


def _findings(entries: list[Entry], known_emails: frozenset[str]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = (entry.email, "") if entry.email else (entry.name.casefold(), entry.place.casefold())
        if not entry.name:
            yield Finding(entry.line, Wrong.NO_NAME)
        elif len(entry.name) > NAME_LENGTH or len(entry.place) > PLACE_LENGTH:
            yield Finding(entry.line, Wrong.TOO_LONG, entry.name[:60])
        elif entry.email and (len(entry.email) > EMAIL_LENGTH or not EMAIL.fullmatch(entry.email)):
            yield Finding(entry.line, Wrong.BAD_EMAIL, entry.email[:60])
        elif entry.email in known_emails:
            yield Finding(entry.line, Wrong.KNOWN_EMAIL, entry.email or "")
        elif key in seen:
            yield Finding(entry.line, Wrong.TWICE, str(seen[key]))
        else:
            seen[key] = entry.line
