"""Pages that many see alike: such a page is made and packed once, with a place for who reads it.

Two learners who open a lesson in the same state get the same page but for the name in its header.
Made anew for each, it took two thirds of the time of the page that most people open.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, MutableMapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha1
from typing import Any

import brotli
from flask import Response, current_app, g, request, session
from markupsafe import Markup, escape
from werkzeug.http import parse_accept_header

from pegup.web.language import language
from pegup.web.navigation import here, offered
from pegup.web.packing import CLOSE, QUICK, SEAM, Packed, Unfit

GAP = "\0"
"""Stands in a page for what comes later: no text of ours or of a person holds it."""
STEP = 16
"""Places are as long as what stands in them, up to the next multiple of this; blanks fill them."""
OFTEN = 100
"""A page that was asked for so many times is packed more closely: one in a hundred waits 10 ms for it."""
MOST = 500
"""Pages kept; each takes some six kilobytes."""

Reader = Any
"""A ``Person``; this layer knows nothing of people."""


def who(reader: Reader) -> Markup:
    """The reader's name, in the header of every page; by the key a phone knows whose work it keeps."""
    if g.get("pegup_is_for_many"):
        return Markup(GAP)  # noqa: S704  # our own
    return Markup(f'<span data-person="{reader.uuid}">{escape(reader.name)}</span>')  # noqa: S704


def for_many(
    kept: MutableMapping[Hashable, Shared], state: Hashable, make: Callable[[], str]
) -> str | Response:
    """The page that ``make`` makes, from ``kept`` where somebody has had it in this state.

    ``state`` names all that the page's own part depends on; what its frame depends on is added
    here. A host's frame may depend on anything, so there each page is made for who asks. The same
    holds for a page that says something once, or that was asked for with a query.
    """
    is_alone = current_app.extensions["pegup"].is_alone
    if not is_alone or "_flashes" in session or request.query_string:
        return make()
    place = who(g.person).encode()
    place = place.ljust(-(-len(place) // STEP) * STEP)
    key = (state, here(), offered(g.person), language(), len(place))
    page = kept.get(key)
    if page is None:
        try:
            page = Shared(_with_gap(make), len(place))
        except Unfit:
            return make()
        _keep(kept, key, page)
    return page.answer(place)


def _keep(kept: MutableMapping[Hashable, Shared], key: Hashable, page: Shared) -> None:
    if len(kept) >= MOST:
        for old in list(kept)[: MOST // 2]:
            kept.pop(old, None)
    kept[key] = page


def _with_gap(make: Callable[[], str]) -> str:
    g.pegup_is_for_many = True
    try:
        return make()
    finally:
        g.pegup_is_for_many = False


class Shared:
    """A page with one place, packed; ``length`` is the place's, in bytes.

    Raises ``Unfit`` where it has not one place, or cannot be packed around it.
    """

    def __init__(self, page: str, length: int) -> None:
        before, *afters = page.encode().split(GAP.encode())
        if len(afters) != 1:
            raise Unfit
        (after,) = afters
        self._tag = sha1(before + after, usedforsecurity=False)
        self._start, self._length = len(before), length
        self._packed = Packed(before, length, after, quality=QUICK)
        self._asked = 0

    def answer(self, place: bytes) -> Response:
        """The whole page as it goes over the line, tagged by its words."""
        self._asked = asked = self._asked + 1
        if asked == OFTEN:
            self._pack_closely()
        packed = self._packed.holding(place)
        if _takes_brotli(request.headers.get("Accept-Encoding", "")):
            response = Response(packed, mimetype="text/html")
            response.headers["Content-Encoding"] = "br"
        else:
            response = Response(brotli.decompress(packed), mimetype="text/html")
        tag = self._tag.copy()
        tag.update(place)
        response.set_etag(tag.hexdigest(), weak=True)
        return response

    def _pack_closely(self) -> None:
        page = brotli.decompress(self._packed.holding(b" " * self._length))
        before, after = page[: self._start], page[self._start + self._length + len(SEAM) :]
        with suppress(Unfit):
            self._packed = Packed(before, self._length, after, quality=CLOSE)


@lru_cache(maxsize=64)
def _takes_brotli(accepted: str) -> bool:
    """Whether a browser takes it, and no other way rather; there are few browsers."""
    wanted = parse_accept_header(accepted)
    return wanted["br"] > 0 and wanted["br"] >= wanted["gzip"]
