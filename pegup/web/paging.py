"""Long lists, a page at a time; ``?page=`` beyond the last one shows the last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from pegup.db import session

PAGE = 50
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Item = TypeVar("Item")


@dataclass(frozen=True)
class Paging:
    """Which part of a list is shown; templates hand it to the macro of ``macros/pager.html``."""

    number: int
    """From 1."""
    total: int
    """Items of the whole list."""
    size: int = PAGE
    keep: tuple[str, ...] = ()
    """Parts of the address that stay from page to page, such as the words of a search."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """How many items come before."""
        return (self.number - 1) * self.size

    def cut(self, query: Query) -> Query:
        """The items of this page."""
        return query.limit(self.size).offset(self.start)

    def from_nearer_end(
        self, query: Select[Item], order: Sequence[InstrumentedAttribute[Any]]
    ) -> list[Item]:
        """The entities of this page of the query in this order, whose last column tells any two apart.

        A database reads what it skips: of ten thousand pages the last are found from the end.
        """
        after = max(0, self.total - self.start - self.size)
        if self.start <= after:
            return list(session.scalars(self.cut(query.order_by(None).order_by(*order))))
        backwards = query.order_by(None).order_by(*(column.desc() for column in order))
        left = min(self.size, self.total - self.start)
        return list(session.scalars(backwards.limit(left).offset(after)))[::-1]

    def address(self, number: int) -> str:
        """Where page ``number`` is."""
        kept: dict[str, Any] = {
            name: request.args[name] for name in self.keep if name in request.args
        }
        return url_for(request.endpoint or "", **(request.view_args or {}), **kept, page=number)


def paging(total: int, *, size: int = PAGE, keep: Collection[str] = ()) -> Paging:
    """The page that the address asks for."""
    last = max(1, -(-total // size))
    asked = request.args.get("page", 1, type=int)
    return Paging(min(max(asked, 1), last), total, size, tuple(keep))


def count_of(query: Select[*tuple[Any, ...]]) -> int:
    """How many rows the query finds."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
