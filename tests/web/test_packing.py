"""Packed pages with a place: whatever is put in, a browser unpacks the page with it and nothing else."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.web.packing import CLOSE, LONGEST, QUICK, SEAM, STRANGE, Packed

CONTENT = Path(__file__).parents[2] / "content"

# Repeated words, so that much is copied across the place; letters that brotli's own dictionary has.
WORDS = st.lists(
    st.sampled_from(["agua ", "<p>", "</p>", "ciudad", "the of and", "ñ", "北京", "\n", ". El "]),
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
    packed = Packed(before, len(place), after, quality=quality)
    for held in (place, bytes(len(place)), STRANGE[: len(place)], chance.randbytes(len(place))):
        assert brotli.decompress(packed.holding(held)) == before + held + after


@pytest.mark.parametrize("length", [1, SEAM, 16, LONGEST])
@pytest.mark.parametrize("after", [b"", b"a", b"ab", b"abc"])
def test_places_and_ends_of_any_length(length, after):
    packed = Packed(b"", length, after, quality=CLOSE)
    assert brotli.decompress(packed.holding(b"x" * length)) == b"x" * length + after


@pytest.mark.parametrize("length", [0, LONGEST + 1])
def test_a_place_of_nothing_and_one_that_is_too_long_are_refused(length):
    with pytest.raises(ValueError, match=f"not {length}"):
        Packed(b"", length, b"", quality=QUICK)


def test_there_is_nothing_to_copy_from_in_the_strange_bytes():
    pairs = [STRANGE[at : at + 2] for at in range(LONGEST - 1)]
    assert len(set(pairs)) == len(pairs)
    for pair in pairs:
        with pytest.raises(UnicodeDecodeError):
            pair.decode()


def test_packed_closely_a_lesson_is_smaller_than_packed_whole_as_pages_are():
    lesson = max(CONTENT.rglob("*.md"), key=lambda file: file.stat().st_size).read_bytes()
    before, after = lesson[:3_000], lesson[3_000:]
    whole = len(brotli.compress(before + b"Ben Learner" + after, quality=QUICK))
    assert len(Packed(before, 11, after, quality=CLOSE).holding(b"Ben Learner")) < whole
