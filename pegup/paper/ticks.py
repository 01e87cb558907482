"""What stands on a sheet, as it is typed in: letters and numbers to answers and back."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pegup.assessments.kinds import LONGEST_NUMBER, Given, Spec, numbers

LETTERS = string.ascii_uppercase
BLANK = "-"
"""Typed where one place of several was left open."""
BETWEEN = str.maketrans("", "", " ,.;/")
ONE = {"single", "true_false"}


class Slip(StrEnum):
    """Why what was typed cannot be what stands on the paper."""

    ONE_LETTER = "one letter"
    LETTERS = "letters"
    EACH = "each"
    TWICE = "twice"
    LONG = "long"


class Mistyped(ValueError):
    """``slip`` says why."""

    def __init__(self, slip: Slip) -> None:
        super().__init__(slip)
        self.slip = slip


@dataclass(frozen=True)
class Line:
    """A question of a sheet: ``shown`` are the keys behind A, B, C … on the paper."""

    position: int
    spec: Spec
    shown: Sequence[str]

    @property
    def kind(self) -> str:
        return str(self.spec["kind"])

    @property
    def letters(self) -> str:
        """The letters that the paper offers."""
        return LETTERS[: len(self.shown)]

    @property
    def places(self) -> int:
        """How many letters are written, where each place gets one."""
        return len(self.shown) if self.kind in {"match", "order"} else 0


@dataclass(frozen=True)
class Answers:
    """A whole sheet: the lessons that are ticked as read, and what was given, both by position."""

    read: frozenset[int]
    given: Mapping[int, Given]
    """Without what is blank."""

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        given = {str(position): each for position, each in sorted(self.given.items())}
        return {"read": sorted(self.read), "given": given}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Answers:
        given = {int(position): each for position, each in stored["given"].items()}
        return cls(frozenset(stored["read"]), given)


def read(line: Line, typed: str) -> Given:
    """The answer as its kind keeps it; None for a blank."""
    if line.kind == "numeric":
        number = typed.strip()
        if len(number) > LONGEST_NUMBER:
            raise Mistyped(Slip.LONG)
        return None if number in {"", BLANK} else number
    marks = typed.upper().translate(BETWEEN)
    if not set(marks) <= {*line.letters, BLANK}:
        raise Mistyped(Slip.LETTERS)
    if not marks.strip(BLANK):
        return None
    if line.places:
        return _placed(line, marks)
    chosen = {line.shown[LETTERS.index(mark)] for mark in marks.replace(BLANK, "")}
    if line.kind in ONE:
        if len(chosen) > 1:
            raise Mistyped(Slip.ONE_LETTER)
        return chosen.pop()
    return [option["key"] for option in line.spec["options"] if option["key"] in chosen]


def write(line: Line, given: Given) -> str:
    """The answer as it stands on the paper; empty for a blank."""
    if given is None:
        return ""
    if line.kind == "numeric":
        return str(given)
    letters = dict(zip(line.shown, LETTERS, strict=False))
    if line.kind == "match":
        lefts = [pair["key"] for pair in line.spec["pairs"]]
        return " ".join(letters.get(given.get(left, ""), BLANK) for left in lefts)
    if line.kind == "order":
        at = {place: key for key, place in given.items()}
        places = range(1, line.places + 1)
        return " ".join(letters.get(at.get(place, ""), BLANK) for place in places)
    chosen = [given] if line.kind in ONE else given
    return " ".join(sorted(letters[key] for key in chosen))


def same(line: Line, one: Given, other: Given) -> bool:
    """Whether two people read the same on the paper; ``48,5`` and ``48.5 %`` are the same number."""
    if one == other:
        return True
    if line.kind != "numeric" or one is None or other is None:
        return False
    read, again = _values(one), _values(other)
    return bool(read) and read == again


def differing(lines: Sequence[Line], one: Answers, other: Answers) -> list[Line]:
    """The questions that two people read differently."""
    return [
        line
        for line in lines
        if not same(line, one.given.get(line.position), other.given.get(line.position))
    ]


def _placed(line: Line, marks: str) -> Given:
    if len(marks) != line.places:
        raise Mistyped(Slip.EACH)
    keys = [None if mark == BLANK else line.shown[LETTERS.index(mark)] for mark in marks]
    if line.kind == "match":
        lefts = [pair["key"] for pair in line.spec["pairs"]]
        return {left: key for left, key in zip(lefts, keys, strict=True) if key is not None}
    named = [key for key in keys if key is not None]
    if len(set(named)) != len(named):
        raise Mistyped(Slip.TWICE)
    return {key: place for place, key in enumerate(keys, 1) if key is not None}


def _values(typed: str) -> set[Decimal]:
    return set(numbers(typed))
