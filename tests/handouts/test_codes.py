"""Codes: what is written is read, a slip is told with its line, nothing else is taken for a code."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from pegup.accounts.codes import ALPHABET
from pegup.handouts.codes import (
    COPY,
    Done,
    Forged,
    Mistyped,
    Slip,
    Typed,
    asked_of,
    check,
    open_code,
    pack,
    read_lines,
    sign,
    unpack,
    write_lines,
)
from pegup.paper.numbers import new_number
from tests.handouts.made import some_done, some_lessons

KEY = b"0123456789abcdef"
CHANCES = st.integers(0, 2**32)


def made(seed: int):
    """Questions, what was done, the file's number."""
    chance = Random(seed)
    lessons = some_lessons(chance)
    asked = [[asked_of(spec, shown) for spec, shown in each] for each in lessons]
    return asked, some_done(chance, lessons), new_number()


@pytest.fixture
def code():
    """A code of some lines, with what it holds."""
    asked, done, number = made(11)
    lines = write_lines(number, pack(done, asked), KEY)
    assert len(lines) > 4
    return asked, done, lines


@examples(CHANCES, st.booleans())
def test_what_is_written_is_read(seed, has_copy):
    asked, done, number = made(seed)
    copy = "7Q2KM"[: COPY * has_copy]
    lines = write_lines(number, copy + pack(done, asked), KEY)
    typed = read_lines(" ".join(lines).lower())
    assert typed.number == number
    read = open_code(typed, KEY, asked, has_copy=has_copy)
    assert read[0] == copy
    assert [(each.is_read, normal(each)) for each in read[1]] == [
        (each.is_read, normal(each)) for each in done
    ]


def normal(done: Done):
    """The order in which several options are listed says nothing."""
    return {at: sorted(a) if isinstance(a, list) else a for at, a in done.given.items()}


def test_every_wrong_letter_is_told_with_its_line(code):
    _asked, _done, lines = code
    whole = [line.replace("-", "") for line in lines]
    for at, line in enumerate(whole):
        for place, letter in enumerate(line):
            for other in ALPHABET.replace(letter, ""):
                broken = [*whole[:at], line[:place] + other + line[place + 1 :], *whole[at + 1 :]]
                for typed in ("\n".join(broken), "".join(broken)):
                    with pytest.raises(Mistyped) as found:
                        read_lines(typed)
                    assert found.value.line == at + 1


def test_two_letters_that_changed_places_are_told(code):
    whole = [line.replace("-", "") for line in code[2]]
    for at, line in enumerate(whole[1:], 1):
        for one in range(len(line) - 1):
            if line[one] == line[one + 1]:
                continue
            turned = line[:one] + line[one + 1] + line[one] + line[one + 2 :]
            with pytest.raises(Mistyped) as found:
                read_lines("\n".join([*whole[:at], turned, *whole[at + 1 :]]))
            assert (found.value.slip, found.value.line) == (Slip.LETTER, at + 1)


def test_lines_that_changed_places_are_told(code):
    lines = code[2]
    with pytest.raises(Mistyped) as found:
        read_lines("\n".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert found.value.line == 2


@pytest.mark.parametrize("change", [lambda line: line[:-1], lambda line: line + "A"])
def test_a_letter_too_few_or_too_many_is_told_at_its_line(code, change):
    lines = [*code[2]]
    lines[2] = change(lines[2])
    with pytest.raises(Mistyped) as found:
        read_lines("\n".join(lines))
    assert (found.value.slip, found.value.line) == (Slip.LENGTH, 3)


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("", Slip.NUMBER),
        ("hola", Slip.NUMBER),
        ("H7KQ 3M2X", Slip.NUMBER),
        ("☃" * 50, Slip.NUMBER),
        ("\0", Slip.NUMBER),
    ],
)
def test_what_is_no_code_is_told(typed, slip):
    with pytest.raises(Mistyped) as found:
        read_lines(typed)
    assert found.value.slip == slip


def test_the_beginning_alone_is_told(code):
    with pytest.raises(Mistyped) as found:
        read_lines(code[2][0])
    assert found.value.slip == Slip.SHORT
    with pytest.raises(Mistyped) as found:
        read_lines("\n".join(code[2][:2]))
    assert found.value.slip == Slip.SHORT


def test_something_endless_is_told():
    line = "A" * 7
    lines = [new_number(), *(line + check(line, at) for at in range(2, 200))]
    with pytest.raises(Mistyped) as found:
        read_lines("\n".join(lines))
    assert found.value.slip == Slip.LONG


def test_each_letter_forged_with_a_right_check_is_refused(code):
    """Whoever knows how lines are checked, but has not the file's key."""
    asked, _done, lines = code
    typed = read_lines("".join(lines))
    letters = typed.body + typed.signature
    for place, letter in enumerate(letters):
        other = ALPHABET[(ALPHABET.index(letter) + 1) % 32]
        turned = letters[:place] + other + letters[place + 1 :]
        forged = Typed(typed.number, turned[: len(typed.body)], turned[len(typed.body) :])
        with pytest.raises(Forged):
            open_code(forged, KEY, asked, has_copy=False)


def test_another_files_code_is_refused(code):
    asked, _done, lines = code
    typed = read_lines("".join(lines))
    other = new_number()
    with pytest.raises(Forged):
        open_code(Typed(other, typed.body, typed.signature), KEY, asked, has_copy=False)
    with pytest.raises(Forged):
        open_code(typed, b"another key 0123", asked, has_copy=False)


@examples(CHANCES, st.text(ALPHABET, min_size=0, max_size=60))
def test_signed_nonsense_is_refused_or_is_what_would_be_written(seed, letters):
    """Somebody with the key out of the file: no error but Forged, and one writing for one content."""
    asked, _done, number = made(seed)
    typed = Typed(number, letters, sign(number, letters, KEY))
    try:
        _copy, done = open_code(typed, KEY, asked, has_copy=False)
    except Forged:
        return
    assert pack(done, asked) == letters


def test_what_was_not_tried_costs_nothing():
    asked, done, _number = made(7)
    nothing = [Done(False, {}) for _each in done]
    assert pack(nothing, asked) == "0"
    assert unpack("0", asked) == nothing
    first = [Done(True, {}), *nothing[1:]]
    assert len(pack(first, asked)) == 1
