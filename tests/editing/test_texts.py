"""Bytes to text and back, links that follow, names that are made: the parts that compute."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pegup.editing.naming import name_from, next_number, relinked, renumbered
from pegup.editing.texts import MARK, shown, typed
from pegup.web.changes import diff, hunks

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\r", ""])


@st.composite
def contents(draw) -> bytes:
    lines = draw(st.lists(st.tuples(LETTERS, ENDS), max_size=8))
    return draw(st.sampled_from([b"", MARK])) + "".join(a + b for a, b in lines).encode()


@given(contents())
def test_what_is_not_touched_stays_to_the_byte(content):
    assert typed(content, shown(content)) == content
    assert typed(content, shown(content).replace("\n", "\r\n")) == content


@example(b"\n\r", b"\n\n\n")
@given(contents(), contents())
def test_what_is_typed_is_what_is_shown_again(before, after):
    made = typed(before, shown(after))
    assert shown(made) == shown(after)
    assert made.startswith(MARK) == (before.startswith(MARK) or shown(after).startswith("\ufeff"))


def test_each_line_keeps_its_own_end_and_new_ones_end_as_most():
    assert typed(b"a\r\nb\nc\r\n", "a\nx\nb\nc\n") == b"a\r\nx\r\nb\nc\r\n"
    assert typed(b"a\r\nb", "a\nb\nc") == b"a\r\nb\r\nc"
    assert typed(b"", "a\nb\n") == b"a\nb\n"


def test_an_empty_line_is_not_taken_for_half_of_an_end():
    assert typed(b"\n\r", "\n\n\n") == b"\n\r\r"
    assert typed(b"a\rb\n\n", "a\n\n") == b"a\r\r"


def test_a_text_of_equal_lines_takes_no_time():
    assert typed(b"a\r\n" * 40_000, "a\n" * 40_001) == b"a\r\n" * 40_001


@pytest.mark.parametrize(
    ("path", "text", "after"),
    [
        ("course.md", "[a](1-uno/1-a.md#x)", "[a](1-uno/2-a.md#x)"),
        ("1-uno/3-c.md", "[a](1-a.md) [b](../1-uno/2-b.md)", "[a](2-a.md) [b](../1-uno/1-b.md)"),
        ("2-dos/1-d.md", "[a](../1-uno/1-a.md) ![p](../media/1-a.md)", None),
        ("2-dos/1-d.md", "[a](1-a.md) [w](https://x.org/1-uno/1-a.md) 1-uno/1-a.md", None),
        ("1-uno/3-c.md", "[ñ](1-%C3%B1.md)", "[ñ](9-%C3%B1.md)"),
    ],
)
def test_links_follow_what_moved_and_nothing_else(path, text, after):
    moves = {
        "1-uno/1-a.md": "1-uno/2-a.md",
        "1-uno/2-b.md": "1-uno/1-b.md",
        "1-uno/1-ñ.md": "1-uno/9-ñ.md",
    }
    expected = after or text.replace("../1-uno/1-a.md", "../1-uno/2-a.md")
    assert relinked(path, text, moves) == expected


@given(st.permutations(["1-u/1-a.md", "1-u/2-b.md", "1-u/5-c.md"]), st.sampled_from([-1, 1]))
def test_a_move_swaps_two_and_leaves_the_rest(lessons, step):
    lessons = sorted(lessons)
    for path in lessons:
        moves = renumbered(lessons, path, step)
        after = sorted(
            (moves.get(each, each) for each in lessons),
            key=lambda each: int(re.search(r"/(\d+)", each)[1]),
        )
        stems = [each[6:] for each in after]
        at = lessons.index(path)
        wanted = [each[6:] for each in lessons]
        if 0 <= at + step < len(wanted):
            wanted[at], wanted[at + step] = wanted[at + step], wanted[at]
        assert stems == wanted


def test_lessons_without_numbers_get_them_when_one_moves():
    assert renumbered(["u/a.md", "u/b.md"], "u/b.md", -1) == {
        "u/b.md": "u/1-b.md",
        "u/a.md": "u/2-a.md",
    }


@given(st.text(max_size=90))
def test_a_name_from_any_title_is_plain(title):
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name_from(title))


def test_names_and_numbers_are_nobody_elses():
    assert name_from("El agua", {"el-agua", "el-agua-2"}) == "el-agua-3"
    assert next_number(["u/1-a.md", "u/7-b.md", "u/c.md"]) == 8
    assert next_number([]) == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_tells_both_texts(before, after):
    told = str(diff(before, after))
    plain = re.sub(r"</?(?:ins|del)>", "", told)
    for text, gone in ((after, "del"), (before, "ins")):
        kept = re.sub(rf"<{gone}>.*?</{gone}>", "", told, flags=re.DOTALL)
        kept = re.sub(r"</?(?:ins|del)>", "", kept)
        assert html.unescape(kept) == text
    assert "<script" not in plain


def test_a_long_text_shows_its_changes_with_a_few_lines_around():
    lines = [f"línea {number}" for number in range(100)]
    other = [*lines[:50], "otra", *lines[51:]]
    (hunk,) = hunks("\n".join(lines), "\n".join(other))
    assert hunk.line == 49
    assert str(hunk.shown).count("\n") <= 6
    assert hunks("a", "a") == []
