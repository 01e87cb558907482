"""Counts wrong tries where every process sees them, stored whatever becomes of the request."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import delete, select, update

from pegup.db import now, session, transaction
from pegup.standalone.limits import MEMORY, Door, Past, wait
from pegup.standalone.models import SignInAttempt

KEPT = timedelta(days=90)
"""How long a place from where somebody signed in counts as known."""
MOST_COUNTED = 200
"""More recent wrong tries than this change nothing."""


class MustWait(Exception):
    """Too many wrong tries; ``seconds`` until the next may be made."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def begin_attempt(door: Door, account: str = "", at: datetime | None = None) -> int:
    """Counts one try before it is checked, so that many at once cannot slip through.

    Returns its number for ``succeed``; raises ``MustWait`` and counts nothing if it comes too soon.
    Stores what the request has done so far: call it before anything is changed.
    """
    at = at or clock()
    account_key = _digest(account.strip().lower()) if account else ""
    address_key = _digest(_address())
    with transaction():
        seconds = wait(door, _past(door, account_key, address_key, at), at).total_seconds()
        if seconds > 0:
            raise MustWait(int(seconds) + 1)
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
        attempt = SignInAttempt(door=door, account=account_key, address=address_key, at=at)
        session.add(attempt)
        session.flush()
        return attempt.id


def succeed(number: int) -> None:
    """The try was right: it and the earlier wrong ones from this address no longer count."""
    attempt = session.get(SignInAttempt, number)
    if attempt is None:
        return  # who pressed twice: the other try of the same moment was right and took this one along
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.door == attempt.door,
            SignInAttempt.account == attempt.account,
            SignInAttempt.address == attempt.address,
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.id != number,
        )
    )
    session.execute(update(SignInAttempt).where(SignInAttempt.id == number).values(succeeded=True))


def clock() -> datetime:
    """The time by which tries are counted; tests turn it."""
    return now()


def _past(door: Door, account: str, address: str, at: datetime) -> Past:
    recent = (
        select(SignInAttempt.account, SignInAttempt.address, SignInAttempt.at)
        .where(
            SignInAttempt.door == door,
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.at > at - MEMORY,
        )
        .order_by(SignInAttempt.at.desc())
        .limit(MOST_COUNTED)
    )
    by_account = (
        session.execute(recent.where(SignInAttempt.account == account)).all() if account else []
    )
    by_address = session.execute(recent.where(SignInAttempt.address == address)).all()
    known = select(SignInAttempt.id).where(
        SignInAttempt.account == account,
        SignInAttempt.address == address,
        SignInAttempt.succeeded.is_(True),
        SignInAttempt.door.in_([Door.PASSWORD, Door.SECOND_FACTOR]),
    )
    return Past(
        pair=[row.at for row in by_address if row.account == account],
        address=[row.at for row in by_address],
        account=[row.at for row in by_account],
        is_known_address=session.scalar(known.limit(1)) is not None,
    )


def _address() -> str:
    """Where the request comes from; an IPv6 household counts as one."""
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(ipaddress.ip_network(f"{text.split('%')[0]}/64", strict=False))


def _digest(text: str) -> str:
    """Tells equal from different without keeping who it was."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
