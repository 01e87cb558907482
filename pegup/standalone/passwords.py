"""Which passwords are refused: too short, too long, too common, or made of the person's own name."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

SHORTEST = 8
LONGEST = 128
LIST = Path(__file__).parent / "common-passwords.txt"


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    PERSONAL = "personal"


def weakness(password: str, personal: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with the password, if anything; ``personal`` is the name and the address."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    plain = password.casefold()
    if plain in common_passwords() or len(set(plain)) < 4 or _is_a_run(plain):
        return Weakness.COMMON
    own = {part for text in personal for part in _parts(text) if len(part) >= 3}
    rest = plain
    for part in sorted(own, key=len, reverse=True):
        rest = rest.replace(part, "")
    if len(plain) - len(rest) >= 3 and len([c for c in rest if c.isalpha()]) < 4:
        return Weakness.PERSONAL
    return None


@cache
def common_passwords() -> frozenset[str]:
    """The list, in small letters."""
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))


def _parts(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.casefold()).split()


def _is_a_run(text: str) -> bool:
    """Neighbours all the way, such as 23456789 or zyxwvuts."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps in ({1}, {-1})
