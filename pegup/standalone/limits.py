"""How long somebody must wait after wrong tries: growing, and never more than fifteen minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_WAIT = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=15)
MEMORY = timedelta(hours=1)
"""Wrong tries older than this no longer count."""


class Door(StrEnum):
    """What is being tried."""

    PASSWORD = "password"  # noqa: S105  # the name of a door
    CODE = "code"
    SECOND_FACTOR = "second_factor"
    RESET = "reset"
    REGISTER = "register"


@dataclass(frozen=True)
class Allowance:
    """Tries that cost no waiting: by one account from one address, by one address, by one account."""

    pair: int
    address: int
    account: int


ALLOWANCES = {
    Door.PASSWORD: Allowance(pair=5, address=40, account=20),
    Door.CODE: Allowance(pair=10, address=10, account=10),
    Door.SECOND_FACTOR: Allowance(pair=5, address=40, account=10),
    Door.RESET: Allowance(pair=5, address=40, account=10),
    Door.REGISTER: Allowance(pair=5, address=60, account=10),
}
"""An office or an internet café shares one address: that bound is wide."""


@dataclass(frozen=True)
class Past:
    """The times of earlier wrong tries, in any order, and whether this address is known."""

    pair: Sequence[datetime]
    address: Sequence[datetime]
    account: Sequence[datetime]
    is_known_address: bool
    """The account was entered from here before: an attack from elsewhere does not count."""


def wait(door: Door, past: Past, at: datetime) -> timedelta:
    """How long to wait before the next try; zero if it may be made now."""
    allowed = ALLOWANCES[door]
    waits = [_wait(past.pair, allowed.pair, at), _wait(past.address, allowed.address, at)]
    if not past.is_known_address:
        waits.append(_wait(past.account, allowed.account, at))
    return max(waits)


def _wait(failures: Sequence[datetime], allowed: int, at: datetime) -> timedelta:
    """Doubles with each wrong try beyond what is allowed, counted from the last one."""
    recent = [time for time in failures if time > at - MEMORY]
    excess = len(recent) - allowed
    if excess < 0 or not recent:
        return timedelta(0)
    length = min(FIRST_WAIT * (1 << min(excess, 10)), LONGEST_WAIT)
    return max(max(recent) + length - at, timedelta(0))
