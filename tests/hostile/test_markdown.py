"""Markdown that is made to do harm: by people in their texts, and in the files of a course."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pegup.courses.content.reading import read_course
from pegup.web.markdown import render
from tests.clock import computing
from tests.courses.folders import lesson, write_course
from tests.hostile import tangled

pytestmark = pytest.mark.slow

LENGTH = 100_000
MOST_SECONDS = 0.2
SPEC = Path(__file__).parents[2] / "frontend/node_modules/commonmark-spec/spec.txt"
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", re.DOTALL | re.MULTILINE)
SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
RUNS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "link",
    "meta",
    "base",
}


def examples() -> list[str]:
    return [found.replace("→", "\t") for found in EXAMPLE.findall(SPEC.read_text())]


class Harmless(HTMLParser):
    """Refuses what could act; reads on without a tree, which deep nesting makes slow to build."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = self.get_starttag_text()
        assert tag not in RUNS, here
        assert not [name for name, _value in attrs if name.startswith("on") or name == "style"], (
            here
        )
        for name, value in attrs:
            scheme = SCHEME.match(value or "") if name in {"href", "src"} else None
            assert not scheme or scheme[1].lower() in {"http", "https", "mailto", "tel"}, here


def assert_harmless(html: str) -> None:
    reader = Harmless()
    reader.feed(html)
    reader.close()


def lesson_html(folder: Path, text: str) -> str:
    """The finished text of a lesson, empty where the folder was refused."""
    write_course(folder, uno__acequia=lesson("acequia", "{acequia}\n\n" + text))
    course = read_course(folder).course
    if course is None:
        return ""
    return course.modules[0].lessons[0].htmls["es"]


@pytest.mark.parametrize("form", tangled.FORMS)
def test_a_tangled_text_of_a_person_is_answered_at_once(form):
    text = tangled.text(form, LENGTH)
    assert computing(lambda: render(text), most=MOST_SECONDS) < MOST_SECONDS
    assert_harmless(str(render(text)))


@pytest.mark.parametrize("form", tangled.FORMS)
def test_a_tangled_lesson_is_answered_at_once(tmp_path, form):
    for text in (tangled.text(form, LENGTH - 1_000), in_parts(form)):
        write_course(tmp_path, uno__acequia=lesson("acequia", text))
        assert computing(lambda: read_course(tmp_path), most=MOST_SECONDS) < MOST_SECONDS


def in_parts(form: str) -> str:
    """As much of it as a lesson may hold, in paragraphs that are just not too long."""
    paragraph = tangled.text(form, 7_900)
    return f"{paragraph}\n\n{paragraph}\n\n{paragraph[:3_000]}"


def test_every_example_of_commonmark_is_read_as_a_person_s_text():
    found = examples()
    assert len(found) == 652
    for text in found:
        assert_harmless(str(render(text)))
    whole = "\n\n".join(found)
    assert computing(lambda: render(whole), most=MOST_SECONDS) < MOST_SECONDS


def test_every_example_of_commonmark_is_read_as_a_lesson(tmp_path):
    made = [html for text in examples() if (html := lesson_html(tmp_path, text))]
    assert len(made) > 200  # the others are refused: raw HTML, links that lead nowhere
    for html in made:
        assert_harmless(html)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# Uno\n\n### Tres", "<h3>Uno</h3>\n<h4>Tres</h4>"),
        ("línea\notra <b>", "línea<br>\notra &lt;b&gt;"),
        ("Falta:\n- agua\n- luz", "<li>luz</li>"),
        ("~~no~~", "<del>no</del>"),
        ("www.ejemplo.pe", 'href="http://www.ejemplo.pe"'),
        ("|x|y|\n|-|-|\n|1|2|", 'role="region" aria-label="x y"><table>'),
    ],
)
def test_what_people_write_looks_as_they_meant_it(typed, shown):
    assert shown in str(render(typed))


def test_a_long_table_and_a_long_list_are_a_table_and_a_list():
    table = "|a|b|\n|-|-|\n" + "|agua de la acequia del barrio|suficiente|\n" * 400
    assert str(render(table)).count("<tr>") == 401
    assert str(render("- agua de la acequia del barrio\n" * 400)).count("<li>") == 400


def test_what_is_nested_too_deep_is_shown_as_it_was_typed():
    assert str(render("> " * 100 + "a")).startswith("<pre>&gt; &gt;")
    assert str(render("> " * 10 + "a")).count("<blockquote>") == 10
