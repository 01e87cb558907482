"""The search page, and the box in the header of every page."""

from __future__ import annotations

from functools import cache

from flask import g, render_template, request, url_for
from markupsafe import Markup

from pegup.courses.outline import outline_of
from pegup.search.access import reach_of
from pegup.search.models import Document, Kind
from pegup.search.operations import search
from pegup.search.words import LONGEST_QUERY
from pegup.web.access import public
from pegup.web.feature import Feature
from pegup.web.language import language
from pegup.web.navigation import Reader
from pegup.web.pages import header_parts
from pegup.web.paging import paging

PAGE = 20
MOST_COURSES = 3
"""Courses that a page names where it found nothing."""

blueprint = Feature("search", __name__)


@blueprint.get("")
@public
def index() -> str:
    """What the words of ``?q=`` find among what this reader may open."""
    reach = reach_of(g.person)
    asked = search(request.args.get("q", ""), reach.documents(language()))
    pages = paging(asked.total, size=PAGE, keep=["q"])
    return render_template(
        "pegup/search/index.html",
        search=asked,
        found=asked.page(pages.size, pages.start),
        nearest=asked.nearest() if asked.terms and (asked.any_of or not asked.total) else "",
        paging=pages,
        reach=reach,
        courses=[outline_of(each, language()) for each in reach.courses[:MOST_COURSES]],
        kinds=Kind,
        address=address,
        longest=LONGEST_QUERY,
    )


def address(document: Document, anchor: str = "") -> str:
    """Where the document is read, at the heading where it was found."""
    if document.kind == Kind.LESSON:
        return url_for(
            "pegup.courses.lesson",
            slug=document.parent,
            lesson_slug=document.slug,
            _anchor=anchor or None,
        )
    if document.kind == Kind.TERM:
        return url_for("pegup.courses.glossary", slug=document.parent, _anchor=document.slug)
    return url_for(
        "pegup.profiles.published",
        team=document.parent,
        template=document.slug,
        _anchor=anchor or None,
    )


def header_part(_reader: Reader) -> Markup:
    """The box; a link on phones."""
    is_here = request.endpoint == "pegup.search.index"
    return _box(language(), url_for("pegup.search.index"), is_here)


@cache
def _box(_language: str, address: str, is_here: bool) -> Markup:
    """The same on every page of a site: made once for each language."""
    page = render_template(
        "pegup/search/_box.html", address=address, is_here=is_here, longest=LONGEST_QUERY
    )
    return Markup(page)  # noqa: S704  # our own template


header_parts.append(header_part)
