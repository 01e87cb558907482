"""The site's navigation: features register what they have to offer, each page shows what fits.

A feature says ``register(Entry(lazy("Mi equipo"), "pegup.teams.index", order=30))``; entries whose
endpoint the site does not have are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import current_app, request, url_for
from flask_babel.speaklater import LazyString

Reader = Any
"""A ``Person``, or None for a stranger; this layer knows nothing of people."""


def strangers(person: Reader) -> bool:
    """Only for who has not signed in."""
    return person is None


def everybody_signed_in(person: Reader) -> bool:
    """For every person, whatever they may do."""
    return person is not None


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of the navigation; it is itself and no other, whatever it says in which language."""

    label: LazyString
    endpoint: str
    shown: Callable[[Reader], bool] = everybody_signed_in
    order: int = 50


class Link(NamedTuple):
    """An entry on a page; ``current`` is the value of ``aria-current``, empty elsewhere."""

    label: str
    address: str
    current: str


entries: list[Entry] = []


def register(entry: Entry) -> None:
    """Adds a line; once, however often the feature is mounted."""
    if entry.endpoint not in {each.endpoint for each in entries if each.shown is entry.shown}:
        entries.append(entry)


def links_for(person: Reader) -> list[Link]:
    """What this reader may go to, in order, with the current place marked."""
    shown = sorted(offered(person), key=lambda each: each.order)
    here = current_entry(request.endpoint or "", [each.endpoint for each in shown])
    return [
        Link(str(each.label), url_for(each.endpoint), _mark(each.endpoint, here)) for each in shown
    ]


def offered(person: Reader) -> tuple[Entry, ...]:
    """The lines that this reader sees, as they were registered."""
    known = (each for each in entries if each.endpoint in current_app.view_functions)
    return tuple(each for each in known if each.shown(person))


def current_entry(endpoint: str, offered: Iterable[str]) -> str:
    """Which offered endpoint this page belongs to: itself, else the first of its feature, or none."""
    places = list(offered)
    if endpoint in places:
        return endpoint
    feature, _dot, _view = endpoint.rpartition(".")
    return next((each for each in places if feature.count(".") and _feature(each) == feature), "")


def _feature(endpoint: str) -> str:
    return endpoint.rpartition(".")[0]


def _mark(endpoint: str, here: str) -> str:
    if endpoint != here:
        return ""
    return "page" if request.endpoint == endpoint else "true"


def here() -> str:
    """The address of this page, to come back to; the home page where a page cannot be asked for."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return url_for("pegup.home")
    return request.script_root + request.full_path.rstrip("?")
