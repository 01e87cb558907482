"""Packed pages with a place: whatever is put in, a browser unpacks the page with it and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import brotli
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pegup.web import packing
from pegup.web.packing import CLOSE, LONGEST, QUICK, SEAM, STRANGE, Packed, Unfit

COURSE = Path(__file__).parents[2] / "content/promotores-ambientales"
LINK = '</a>\n<form method="post" action="/sign-out" data-sign-out>'

# Repeated words, so that much is copied across the place; letters that brotli's own dictionary has.
WORDS = st.lists(
    st.sampled_from(["agua ", "<p>", "</p>", LINK, "the of and", "ñ", "北京", "\n", ". El ", "\t"]),
    max_size=400,
).map("".join)


@given(
    WORDS | st.text(),
    WORDS | st.text(),
    st.binary(min_size=1, max_size=LONGEST),
    st.sampled_from([QUICK, CLOSE]),
    st.randoms(use_true_random=False),
)
def test_what_is_put_in_stands_there_and_all_else_as_it_was(before, after, place, quality, chance):
    before, after = before.encode(), after.encode()
    assume(SEAM not in before)
    packed = Packed(before, len(place), after, quality=quality)
    for held in (place, bytes(len(place)), STRANGE[: len(place)], chance.randbytes(len(place))):
        assert brotli.decompress(packed.holding(held)) == before + held + SEAM + after


@pytest.mark.parametrize("length", [1, 2, 16, LONGEST])
@pytest.mark.parametrize("after", ["", "a", "ab", "ñ", "\t\f\t\f"])
def test_places_and_ends_of_any_length(length, after):
    packed = Packed(b"", length, after.encode(), quality=CLOSE)
    assert brotli.decompress(packed.holding(b"x" * length)) == b"x" * length + SEAM + after.encode()


@pytest.mark.parametrize("before", ["", "a" * 65_535, "ñ" * 32_768, "agua " * 30_000])
def test_pages_of_the_windows_size_and_larger(before):
    after = f"{LINK} de agua " * 6_000
    for quality in (QUICK, 9):
        packed = Packed(before.encode(), 80, after.encode(), quality=quality)
        page = f"{before}{'x' * 80}{SEAM.decode()}{after}"
        assert brotli.decompress(packed.holding(b"x" * 80)).decode() == page


@pytest.mark.slow
def test_the_course_around_places_of_every_length():
    """Of such pages, cut elsewhere each, one in six hundred was wrong when the seam was ordinary text."""
    chance = random.Random(1997)
    texts = [file.read_text().replace("\n\n", "</p>\n<p>") for file in COURSE.rglob("*.md")]
    for length in range(1, 400):
        first, second = chance.choices(texts, k=2)
        before = first[: chance.randint(500, 4_000)].encode()
        after = (LINK + second[: chance.randint(500, 6_000)]).encode()
        place = chance.randbytes(length)
        packed = Packed(before, length, after, quality=CLOSE)
        assert brotli.decompress(packed.holding(place)) == before + place + SEAM + after


@pytest.mark.parametrize("length", [0, LONGEST + 1])
def test_a_place_of_nothing_and_one_that_is_too_long_are_refused(length):
    with pytest.raises(Unfit):
        Packed(b"", length, b"", quality=QUICK)


def test_a_text_that_has_the_seam_is_refused():
    with pytest.raises(Unfit):
        Packed(b"a" + SEAM, 16, b"", quality=QUICK)


def test_there_is_nothing_to_copy_from_in_the_strange_bytes():
    ends = ["<", "ñ", "北", "\N{SEEDLING}", SEAM.decode()]
    pairs = [STRANGE[at : at + 2] for at in range(LONGEST - 1)]
    assert len(set(pairs)) == len(pairs)
    for pair in pairs:
        for beside in (pair, *(pair[1:] + end.encode() for end in ends)):
            with pytest.raises(UnicodeDecodeError):
                beside.decode()
    assert all(STRANGE[0] not in chr(letter).encode() for letter in range(0xD800))


def test_what_brotli_would_get_wrong_is_seen(monkeypatch):
    monkeypatch.setattr(packing, "STRANGE", LINK.encode() * 20)  # there is much to copy from
    with pytest.raises(Unfit):
        Packed(b"<p>", 160, LINK.encode() * 3, quality=QUICK)


def test_packed_closely_a_lesson_is_smaller_than_packed_whole_as_pages_are():
    lesson = max(COURSE.rglob("*.md"), key=lambda file: file.stat().st_size).read_bytes()
    before, after = lesson[:3_000], lesson[3_000:]
    whole = len(brotli.compress(before + b"Ben Learner" + after, quality=QUICK))
    assert len(Packed(before, 11, after, quality=CLOSE).holding(b"Ben Learner")) < whole
