"""Links by which people make accounts while sign-up is by invitation."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from pegup.accounts import codes
from pegup.accounts.models import Person
from pegup.db import session
from pegup.standalone.models import SignUpLink

TOKEN_BITS = 80
LINK_DAYS = 14


def make_link(note: str, places: int, by: Person, at: datetime) -> str:
    """The secret part of a new link, shown once: only its digest is kept."""
    token = codes.plain(codes.new_code(TOKEN_BITS))
    session.add(
        SignUpLink(
            token_hash=codes.digest(token),
            note=note,
            places=places,
            created_by_id=by.id,
            created_at=at,
            expires_at=at + timedelta(days=LINK_DAYS),
        )
    )
    session.flush()
    return token


def open_link(token: str, at: datetime) -> SignUpLink | None:
    """The link, if somebody may still sign up with it; locked, so that places are not given twice."""
    query = select(SignUpLink).where(SignUpLink.token_hash == codes.digest(token))
    link = session.scalar(query.with_for_update())
    return link if link is not None and link.is_open(at) else None
