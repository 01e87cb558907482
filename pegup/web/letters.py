"""Mails that features write to people; how they travel is the site's affair.

``current_app.extensions["pegup"].post`` opens the way: ``with post() as send: send(letter)``. A host
that gives none sends no mail, and everything stands on the pages all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum

from flask import current_app


class Fate(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    """The server took it."""
    REFUSED = "refused"
    """The server will not take it, also later: the address is wrong or closed."""
    LATER = "later"
    """It was certainly not taken, and may be tried again."""
    UNSURE = "unsure"
    """The connection ended while the server was deciding: trying again could send it twice."""


@dataclass(frozen=True)
class Letter:
    """One mail to one person."""

    to: str
    name: str
    """Whose address it is."""
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Send = Callable[[Letter], Fate]
PostOffice = Callable[[], AbstractContextManager[Send]]


def post_office() -> PostOffice | None:
    """The site's way of sending; None where it sends nothing."""
    found: PostOffice | None = current_app.extensions["pegup"].post
    return found
