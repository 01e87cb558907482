"""The engine's own index: what is put in, and what a search finds.

The words come folded and without plurals from ``pegup.search.words``; neither engine changes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from pegup.db import session
from pegup.search.models import Document
from pegup.search.words import Term, indexed

LARGEST = 500_000
"""Bytes of a text's words; PostgreSQL takes a million of them. A lesson has some 10,000."""
MOST_FOUND = 200
"""Results of one search: who gets more adds a word."""
FURTHEST = 16_000
"""The last place of a word that PostgreSQL keeps apart from others."""
MOST_KEPT = 200
"""Places of one word; more say nothing."""
TITLE_WEIGHT = 10.0
"""A word in a title says as much as so many in the text."""

_FTS = table("pegup_search_index", column("rowid"))
_GIN = table("pegup_search_index", column("id"), column("title"), column("words"))
_NAME: ColumnElement[Any] = literal_column("pegup_search_index")
_ROW: ColumnElement[int] = literal_column("+pegup_search_index.rowid")
"""The sign keeps SQLite from asking its index anew for every document that the reader may see."""
_PUT = {
    "sqlite": text(
        "INSERT INTO pegup_search_index (rowid, title, words) VALUES (:id, :title, :words)"
    ),
    "postgresql": text(
        "INSERT INTO pegup_search_index (id, title, words)"
        " VALUES (:id, CAST(:title AS tsvector), CAST(:words AS tsvector))"
    ),
}


@dataclass(frozen=True)
class Entry:
    """What the index learns of a document."""

    id: int
    titles: tuple[str, ...]
    """Its title and other names."""
    text: str


def put(entries: Iterable[Entry]) -> None:
    """Adds documents that the index does not have."""
    engine = _engine()
    made = _row_there if engine == "postgresql" else _row
    rows = [
        {"id": entry.id} | made(_cut(indexed(entry.titles)), _cut(indexed([entry.text])))
        for entry in entries
    ]
    if rows:
        session.execute(_PUT[engine], rows)


def counted(terms: Sequence[Term], seen: Select[Document], *, any_of: bool = False) -> Select[int]:
    """How many of the seen documents have the words, counted to one more than ``MOST_FOUND``."""
    found = _matching(terms, any_of)
    some = select(found.key).where(found.condition, found.among(seen)).limit(MOST_FOUND + 1)
    return select(func.count()).select_from(some.subquery())


def ranked(
    terms: Sequence[Term], seen: Select[Document], *, any_of: bool = False, all_of_them: bool = True
) -> Select[int]:
    """The ids of the seen documents that have the words, best first.

    Where they are too many to be weighed: those with the words in their title, then some others.
    """
    found = _matching(terms, any_of)
    seen_one = found.among(seen)
    if all_of_them:
        query = select(found.key).where(found.condition, seen_one)
        return query.order_by(*found.order, found.key)
    weighed = select(found.key.label("key"), found.weight.label("weight"))
    titled = weighed.where(found.in_title, seen_one).limit(MOST_FOUND).cte("titled")
    untitled = found.row.not_in(select(titled.c.key))
    others = weighed.where(found.condition, seen_one, untitled).limit(MOST_FOUND).subquery()
    both = union_all(
        select(titled, literal(0).label("place")), select(others, literal(1).label("place"))
    ).subquery()
    return select(both.c.key).order_by(both.c.place, both.c.weight, both.c.key)


@dataclass(frozen=True)
class _Matching:
    """The parts of a question to one of the engines."""

    key: ColumnElement[int]
    row: ColumnElement[int]
    """The key where it must not be what the engine begins with."""
    condition: ColumnElement[bool]
    in_title: ColumnElement[bool]
    weight: ColumnElement[float]
    """The less, the better."""
    order: Sequence[ColumnElement[Any]]

    def among(self, seen: Select[Document]) -> ColumnElement[bool]:
        """Asked of each that has the words, until there are enough: all that are seen may be many."""
        return seen.with_only_columns(Document.id).where(Document.id == self.row).exists()


def _engine() -> str:
    return session.get_bind().dialect.name


def _matching(terms: Sequence[Term], any_of: bool) -> _Matching:
    if _engine() == "postgresql":
        wanted = cast(_query_there(terms, any_of), TSQUERY)
        in_title = _GIN.c.title.op("@@")(wanted)
        weight: ColumnElement[float] = -func.ts_rank(_GIN.c.words, wanted)
        return _Matching(
            key=_GIN.c.id,
            row=_GIN.c.id,
            condition=_GIN.c.words.op("@@")(wanted),
            in_title=in_title,
            weight=weight,
            order=(in_title.desc(), weight),
        )
    query = _query(terms, any_of)
    weight = func.bm25(_NAME, TITLE_WEIGHT, 1.0)
    return _Matching(
        key=_FTS.c.rowid,
        row=_ROW,
        condition=_NAME.op("MATCH")(query),
        in_title=_NAME.op("MATCH")(f"{{title}} : ({query})"),
        weight=weight,
        order=(weight,),
    )


def _query(terms: Sequence[Term], any_of: bool) -> str:
    """As FTS5 reads it. Words are letters and digits alone, and stand in quotes."""
    either = []
    for term in terms:
        forms = [f'"{term.stem}"']
        forms += [f'"{term.exact}"'] if term.exact else []
        forms += [f'"{term.prefix}" *'] if term.prefix else []
        either.append(f"({' OR '.join(forms)})")
    return (" OR " if any_of else " AND ").join(either)


def _query_there(terms: Sequence[Term], any_of: bool) -> str:
    """As PostgreSQL reads it."""
    either = []
    for term in terms:
        forms = [f"'{term.stem}'"]
        forms += [f"'{term.exact}'"] if term.exact else []
        forms += [f"'{term.prefix}':*"] if term.prefix else []
        either.append(f"({' | '.join(forms)})")
    return (" | " if any_of else " & ").join(either)


def _cut(words: Sequence[str]) -> list[str]:
    sizes = accumulate(len(word.encode()) + 8 for word in words)
    return [word for word, size in zip(words, sizes, strict=True) if size <= LARGEST]


def _row(title: Sequence[str], words: Sequence[str]) -> dict[str, Any]:
    return {"title": " ".join(title), "words": " ".join(words)}


def _row_there(title: Sequence[str], words: Sequence[str]) -> dict[str, Any]:
    return {
        "title": _vector(title, ""),
        "words": f"{_vector(title, 'A')} {_vector(words, '', len(title))}",
    }


def _vector(words: Sequence[str], weight: str, after: int = 0) -> str:
    """Each word with its places, as PostgreSQL reads a ``tsvector``."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, after + 1):
        kept = places.setdefault(word, [])
        if len(kept) < MOST_KEPT:
            kept.append(f"{min(place, FURTHEST)}{weight}")
    return " ".join(f"'{word}':{','.join(kept)}" for word, kept in places.items())
