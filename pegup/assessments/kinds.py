"""The kinds of question: how an answer is read from a form, and what it is worth.

A question's ``spec`` is the JSON that the course import stores (see ``docs/content.md``); options,
pairs and items carry stable keys. What a person gave is JSON too. Points run from 0 to 1.
A new kind is a class here, a macro in ``templates/_kinds.html`` and a line in ``KINDS``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Protocol

Spec = Mapping[str, Any]
Given = Any
"""JSON of an answer; None where the question was left open."""

POINT_STEP = Decimal("0.000001")
LONGEST_NUMBER = 30
ONE_NUMBER = re.compile(
    r"""(?<![^\W_])(?:-\s?)?                      # no digit of m3 or CO2
    (?:\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?|\d(?:[\d.,]*\d)?)
    (?!\d|[eE][+-]?\d)""",
    re.VERBOSE,
)
APOSTROPHE = re.compile(r"(?<=\d)['\u2019](?=\d{3})")
"""As in 2'341,746."""


class Sent(Protocol):
    """What we need of a submitted form."""

    def get(self, key: str, default: str, /) -> str: ...

    def getlist(self, key: str, /) -> list[str]: ...


class Kind(Protocol):
    """One way of asking."""

    def order(self, spec: Spec, chance: random.Random) -> list[str]:
        """The keys of what is shown, in the order of this attempt."""
        ...

    def read(self, spec: Spec, sent: Sent, name: str) -> Given:
        """The answer in the form's fields that begin with ``name``; None where nothing was given."""
        ...

    def points(self, spec: Spec, given: Given) -> Decimal:
        """What the answer is worth, 0 to 1."""
        ...


class Single:
    """One option of several; true or false is the same with two."""

    def order(self, spec: Spec, chance: random.Random) -> list[str]:
        keys = [option["key"] for option in spec["options"]]
        return _shuffled(keys, chance) if spec.get("shuffle", True) else keys

    def read(self, spec: Spec, sent: Sent, name: str) -> Given:
        chosen = sent.get(name, "")
        return chosen if chosen in _keys(spec["options"]) else None

    def points(self, spec: Spec, given: Given) -> Decimal:
        return Decimal(any(o["right"] and o["key"] == given for o in spec["options"]))


class Multiple(Single):
    """Several options: each wrong choice takes back one right choice, never below nothing."""

    def read(self, spec: Spec, sent: Sent, name: str) -> Given:
        chosen = set(sent.getlist(name))
        return [o["key"] for o in spec["options"] if o["key"] in chosen] or None

    def points(self, spec: Spec, given: Given) -> Decimal:
        right = {o["key"] for o in spec["options"] if o["right"]}
        chosen = set(given or [])
        return share(max(len(chosen & right) - len(chosen - right), 0), len(right))


class Numeric:
    """A number within its tolerance, typed with a point or a comma, with or without its unit."""

    def order(self, spec: Spec, chance: random.Random) -> list[str]:
        return []

    def read(self, spec: Spec, sent: Sent, name: str) -> Given:
        return sent.get(name, "").strip()[:LONGEST_NUMBER] or None

    def points(self, spec: Spec, given: Given) -> Decimal:
        answer, tolerance = Decimal(spec["answer"]), Decimal(spec.get("tolerance") or 0)
        return Decimal(any(abs(n - answer) <= tolerance for n in numbers(given or "")))


class Match:
    """Each left side with its right side; every pair counts the same."""

    def order(self, spec: Spec, chance: random.Random) -> list[str]:
        return _shuffled([pair["key"] for pair in spec["pairs"]], chance)

    def read(self, spec: Spec, sent: Sent, name: str) -> Given:
        keys = _keys(spec["pairs"])
        chosen = {key: sent.get(f"{name}-{key}", "") for key in keys}
        return {left: right for left, right in chosen.items() if right in keys} or None

    def points(self, spec: Spec, given: Given) -> Decimal:
        texts = {pair["key"]: pair["right"] for pair in spec["pairs"]}
        chosen = given or {}
        # Two pairs may have the same right side: the words count, not the key.
        right = sum(texts.get(chosen.get(key, "")) == text for key, text in texts.items())
        return share(right, len(texts))


class Order:
    """Items put in order by their numbers; every item in its place counts the same."""

    def order(self, spec: Spec, chance: random.Random) -> list[str]:
        return _shuffled([item["key"] for item in spec["items"]], chance)

    def read(self, spec: Spec, sent: Sent, name: str) -> Given:
        keys = _keys(spec["items"])
        places = {key: sent.get(f"{name}-{key}", "") for key in keys}
        allowed = {str(place) for place in range(1, len(keys) + 1)}
        return {key: int(place) for key, place in places.items() if place in allowed} or None

    def points(self, spec: Spec, given: Given) -> Decimal:
        places = given or {}
        keys = [item["key"] for item in spec["items"]]
        right = sum(places.get(key) == place for place, key in enumerate(keys, 1))
        return share(right, len(keys))


KINDS: dict[str, Kind] = {
    "single": Single(),
    "true_false": Single(),
    "multiple": Multiple(),
    "numeric": Numeric(),
    "match": Match(),
    "order": Order(),
}


def share(part: int, whole: int) -> Decimal:
    """``part / whole`` to a millionth, half up."""
    if not whole:
        return Decimal(0)
    return (Decimal(part) / whole).quantize(POINT_STEP, rounding=ROUND_HALF_UP)


def mean(points: Sequence[Decimal]) -> Decimal:
    """The mean to a millionth, half up; an attempt's mark."""
    if not points:
        return Decimal(0)
    whole = sum(points, Decimal(0)) / len(points)
    return whole.quantize(POINT_STEP, rounding=ROUND_HALF_UP)


def numbers(typed: str) -> list[Decimal]:
    """What a typed number can mean: ``1.187`` is 1187 to one reader and 1.187 to another.

    A unit may stand beside it, as in ``48,5 µg/m3``; two numbers, as in ``5 de 10``, are none.
    """
    found = ONE_NUMBER.findall(APOSTROPHE.sub("", typed.replace("\N{MINUS SIGN}", "-")))
    if len(found) != 1:
        return []
    digits = re.sub(r"\s", "", found[0])
    readings = {
        _decimal(digits, point=".", thousands=","),
        _decimal(digits, point=",", thousands="."),
    }
    return [number for number in readings if number is not None]


def _decimal(digits: str, *, point: str, thousands: str) -> Decimal | None:
    if not re.fullmatch(rf"-?\d+(?:\{thousands}\d{{3}})*(?:\{point}\d+)?", digits):
        return None
    try:
        return Decimal(digits.replace(thousands, "").replace(point, "."))
    except InvalidOperation:
        return None


def _keys(parts: Sequence[Mapping[str, Any]]) -> set[str]:
    return {part["key"] for part in parts}


def _shuffled(keys: list[str], chance: random.Random) -> list[str]:
    return chance.sample(keys, len(keys))
