"""The code in which a handout's reading and answers come back: short, signed, and honest about slips.

A code is the file's number; then, for a file that is for anybody, the mark of the copy; then one whole
number that holds everything in mixed radix; then the signature. All of it is written in Crockford's
base 32, in lines of eight letters of which the last shows a slip: a wrong letter, two that changed
places, a line in another's place. So a slip is told, with its line, before anything is called forged.

``frontend/js/lib/handout-code.js`` writes what is read here; ``tests/browser/test_handout_code.py``
holds them together.

Of each lesson, one digit of base 6: whether it is read, and whether its questions were not tried,
all answered, or answered with gaps. Then, where they were tried, its questions in their order:

============  ==============================================================================
single        the place of the option in the order shown
multiple      the set of places, less one: nothing chosen is no answer
numeric       how many digits (12: a minus, and then how many), how many of them are decimals,
              the digits
match         for each left side the place of its right side among those not yet taken
order         for each item, as it stands in the specification, its place among those not yet taken
============  ==============================================================================

Where there are gaps, every first digit is one more and 0 means "no answer"; a match may have gaps
within. The first lesson holds the lowest digits, so what was not tried yet costs nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pegup.accounts.codes import ALPHABET, BITS_PER_CHARACTER, grouped, plain
from pegup.assessments.kinds import Given
from pegup.paper.numbers import read_number

VERSION = 1
"""Of this way of writing; part of what is signed, and of the file."""
SIGNATURE = 8
"""Letters, 40 bits: who guesses is right once in a million million tries."""
COPY = 5
"""Letters by which a phone's copy of a file for anybody is told from other phones'."""
LINE = 8
"""Letters of a line, the last of which is its check."""
LONGEST = 400
"""Letters that are looked at; the longest theme gives some sixty."""
MOST_DIGITS = 12
MINUS = MOST_DIGITS
TRIED, GAPS = 1, 2
FIELD = 0b100101
"""x⁵ + x² + 1: letters are added and multiplied as elements of GF(32)."""


class Slip(StrEnum):
    """What can be seen to be wrong without knowing the file."""

    NUMBER = "number"
    """The first line is no number of a file."""
    LETTER = "letter"
    """A line has a wrong letter, or two that changed places."""
    LENGTH = "length"
    """A line has too few letters or too many."""
    SHORT = "short"
    """The end is missing."""
    LONG = "long"
    """It goes on and on."""


class Mistyped(Exception):
    """The code was not copied rightly: ``slip``, in line ``line`` from 1."""

    def __init__(self, slip: Slip, line: int) -> None:
        super().__init__(slip, line)
        self.slip = slip
        self.line = line


class Forged(Exception):
    """It was copied rightly, as far as one sees, and did not come out of this file."""


@dataclass(frozen=True)
class Typed:
    """A code whose lines are whole."""

    number: str
    """Of the file."""
    body: str
    """Copy, if any, and contents: what is signed beside the number."""
    signature: str


@dataclass(frozen=True)
class Asked:
    """A question as far as its answer takes room: ``keys`` of what can be chosen, in the order shown."""

    kind: str
    keys: Sequence[str]
    own: Sequence[str] = ()
    """Of a match its left sides, of an order its items, in the order of the specification."""


@dataclass(frozen=True)
class Done:
    """A lesson: read or not, and what was answered of its questions; empty: not tried."""

    is_read: bool
    given: Mapping[int, Given]
    """Place of the question, from 0, to its answer as ``pegup.assessments.kinds`` stores it."""


def asked_of(spec: Mapping[str, Any], shown: Sequence[str]) -> Asked:
    """What the code has to know of a question."""
    if spec["kind"] == "match":
        return Asked("match", list(shown), [pair["key"] for pair in spec["pairs"]])
    if spec["kind"] == "order":
        return Asked("order", [], [item["key"] for item in spec["items"]])
    kind = "single" if spec["kind"] == "true_false" else spec["kind"]
    return Asked(kind, list(shown))


def read_lines(typed: str) -> Typed:
    """What was typed, however it was spaced; raises ``Mistyped`` at the first line that cannot be.

    Where it was typed line by line, each is looked at by itself: a letter too few spoils no other line.
    Else it is cut into lines here.
    """
    lines = [letters for letters in map(plain, typed.splitlines()) if letters]
    if len(lines) < 2 or len(lines[0]) != LINE:
        whole = "".join(lines)
        lines = [whole[at : at + LINE] for at in range(0, len(whole), LINE)]
    if not lines or read_number(lines[0]) is None:
        raise Mistyped(Slip.NUMBER, 1)
    if sum(map(len, lines)) > LONGEST:
        raise Mistyped(Slip.LONG, LONGEST // LINE)
    letters = ""
    for line, found in enumerate(lines[1:], 2):
        is_last = line == len(lines)
        if len(found) > LINE or (len(found) < LINE and not is_last) or len(found) < 2:
            raise Mistyped(Slip.LENGTH, line)
        if not set(found) <= set(ALPHABET) or found[-1] != check(found[:-1], line):
            raise Mistyped(Slip.LETTER, line)
        letters += found[:-1]
    if len(letters) <= SIGNATURE:
        raise Mistyped(Slip.SHORT, len(lines) + 1)
    return Typed(lines[0], letters[:-SIGNATURE], letters[-SIGNATURE:])


def write_lines(number: str, body: str, key: bytes) -> list[str]:
    """The code as the file shows it, line by line."""
    letters = body + sign(number, body, key)
    step = LINE - 1
    parts = [letters[at : at + step] for at in range(0, len(letters), step)]
    lines = [number, *(part + check(part, line) for line, part in enumerate(parts, 2))]
    return [grouped(line) for line in lines]


def open_code(
    typed: Typed, key: bytes, lessons: Sequence[Sequence[Asked]], *, has_copy: bool
) -> tuple[str, list[Done]]:
    """The mark of the copy and what was done in each lesson; raises ``Forged``."""
    if not hmac.compare_digest(typed.signature, sign(typed.number, typed.body, key)):
        raise Forged
    length = COPY if has_copy else 0
    copy, contents = typed.body[:length], typed.body[length:]
    if len(copy) != length or not contents:
        raise Forged
    return copy, unpack(contents, lessons)


def sign(number: str, body: str, key: bytes) -> str:
    """Letters that only somebody who has the file can make."""
    words = f"pegup handout {VERSION}:{number}:{body}".encode()
    bits = int.from_bytes(hmac.new(key, words, hashlib.sha256).digest()[:5], "big")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(SIGNATURE - 1, -1, -1))


def pack(done: Sequence[Done], lessons: Sequence[Sequence[Asked]]) -> str:
    """What was done, as letters; the phone does the same."""
    digits: list[tuple[int, int]] = []
    for each, asked in zip(done, lessons, strict=True):
        gaps = any(_is_open(question, each.given.get(at)) for at, question in enumerate(asked))
        tried = (GAPS if gaps else TRIED) if each.given else 0
        digits.append((2 * tried + each.is_read, 6))
        if tried:
            for at, question in enumerate(asked):
                digits += _write(question, each.given.get(at), gaps)
    value = 0
    for digit, radix in reversed(digits):
        value = value * radix + digit
    return _letters(value)


def unpack(letters: str, lessons: Sequence[Sequence[Asked]]) -> list[Done]:
    """What ``pack`` wrote; raises ``Forged`` for what it cannot have written."""
    reader = _Reader(letters)
    found = []
    for asked in lessons:
        tried, is_read = divmod(reader.take(6), 2)
        given = {}
        if tried:
            read = {at: _read(each, reader, tried == GAPS) for at, each in enumerate(asked)}
            given = {at: answer for at, answer in read.items() if answer is not None}
        found.append(Done(bool(is_read), given))
    if reader.value or pack(found, lessons) != letters:
        raise Forged
    return found


def check(letters: str, line: int) -> str:
    """The letter at the end of a line: every single wrong letter, and every two that changed places, show."""
    total, weight = line % 32, 1
    for letter in letters:
        weight = _times(weight, 2)
        total ^= _times(weight, ALPHABET.index(letter))
    return ALPHABET[total]


class _Reader:
    """Takes digits of a number, the lowest first."""

    def __init__(self, letters: str) -> None:
        self.value = 0
        for letter in letters:
            self.value = self.value << BITS_PER_CHARACTER | ALPHABET.index(letter)

    def take(self, radix: int) -> int:
        self.value, digit = divmod(self.value, radix)
        return digit


def _write(asked: Asked, given: Given, gaps: bool) -> list[tuple[int, int]]:
    """The digits of an answer, each with its radix."""
    if asked.kind == "match":
        return _write_match(asked, given or {}, gaps)
    if given is None:
        return [(0, _first_radix(asked) + 1)]
    if asked.kind == "single":
        digits = [(asked.keys.index(given), len(asked.keys))]
    elif asked.kind == "multiple":
        chosen = sum(1 << place for place, key in enumerate(asked.keys) if key in given)
        digits = [(chosen - 1, 2 ** len(asked.keys) - 1)]
    elif asked.kind == "numeric":
        digits = _write_number(given)
    else:
        left = list(range(1, len(asked.own) + 1))
        digits = []
        for key in asked.own:
            digits.append((left.index(given[key]), len(left)))
            left.remove(given[key])
    first, radix = digits[0]
    return [(first + gaps, radix + gaps), *digits[1:]]


def _read(asked: Asked, reader: _Reader, gaps: bool) -> Given:
    if asked.kind == "match":
        return _read_match(asked, reader, gaps)
    first = reader.take(_first_radix(asked) + gaps) - gaps
    if first < 0:
        return None
    if asked.kind == "single":
        return asked.keys[first]
    if asked.kind == "multiple":
        chosen = {key for place, key in enumerate(asked.keys) if first + 1 >> place & 1}
        return [key for key in asked.keys if key in chosen]
    if asked.kind == "numeric":
        return _read_number(first, reader)
    left = list(range(1, len(asked.own) + 1))
    places = {asked.own[0]: left.pop(first)}
    for key in asked.own[1:]:
        places[key] = left.pop(reader.take(len(left)))
    return places


def _write_match(asked: Asked, given: Mapping[str, str], gaps: bool) -> list[tuple[int, int]]:
    left = list(asked.keys)
    digits = []
    for key in asked.own:
        chosen = given.get(key)
        digits.append((left.index(chosen) + gaps if chosen else 0, len(left) + gaps))
        if chosen:
            left.remove(chosen)
    return digits


def _read_match(asked: Asked, reader: _Reader, gaps: bool) -> Given:
    left = list(asked.keys)
    given = {}
    for key in asked.own:
        place = reader.take(len(left) + gaps) - gaps
        if place >= 0:
            given[key] = left.pop(place)
    return given or None


def _write_number(text: str) -> list[tuple[int, int]]:
    """``-67.7``: a minus, three digits, one of them a decimal, 677."""
    plain_number = text.removeprefix("-")
    whole, _point, decimals = plain_number.partition(".")
    count = len(whole) + len(decimals)
    digits = [(count - 1, MOST_DIGITS), (len(decimals), count), (int(whole + decimals), 10**count)]
    if text.startswith("-"):
        return [(MINUS, MOST_DIGITS + 1), *digits]
    return [(count - 1, MOST_DIGITS + 1), *digits[1:]]


def _read_number(first: int, reader: _Reader) -> str:
    minus = "-" if first == MINUS else ""
    count = (reader.take(MOST_DIGITS) if minus else first) + 1
    decimals = reader.take(count)
    digits = f"{reader.take(10**count):0{count}}"
    whole = digits[: count - decimals]
    return f"{minus}{whole}.{digits[count - decimals :]}" if decimals else f"{minus}{whole}"


def _first_radix(asked: Asked) -> int:
    sizes: dict[str, int] = {
        "single": len(asked.keys),
        "multiple": 2 ** len(asked.keys) - 1,
        "numeric": MOST_DIGITS + 1,
        "order": len(asked.own),
    }
    return sizes[asked.kind]


def _is_open(asked: Asked, given: Given) -> bool:
    """Whether something is left to answer; the answered part of a match counts all the same."""
    return given is None or (asked.kind == "match" and len(given) < len(asked.own))


def _letters(value: int) -> str:
    letters = ""
    while value or not letters:
        letters = ALPHABET[value & 31] + letters
        value >>= BITS_PER_CHARACTER
    return letters


def _times(one: int, other: int) -> int:
    """The product in GF(32)."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= FIELD
        other >>= 1
    return product
