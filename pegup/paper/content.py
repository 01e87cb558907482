"""What of a theme goes on paper, as plain data: no right answers, no remarks on answers.

What is made here is kept with an edition: the same data print the same pages years later, whatever
the course says by then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from pegup.accounts.codes import ALPHABET
from pegup.assessments.kinds import KINDS
from pegup.courses.content.glossary import normal
from pegup.courses.outline import Entry, Outline, Theme
from pegup.paper.pieces import Piece, pieces, text_of, words

MARK = 4
"""Letters that name an edition on paper."""
LONG = 900
"""Letters from which on the end of a page may part a question."""
SHORT = 70
"""Letters of a prompt that remind whoever types it in of which question it is."""


@dataclass(frozen=True)
class Asked:
    """A question as the paper asks it."""

    version: int
    """Of the ``QuestionVersion``."""
    lesson: int
    spec: Mapping[str, Any]
    shown: list[str]
    """Keys of options, right sides or items in the order of the paper: A, B, C …"""


@dataclass(frozen=True)
class Words:
    """What the paper says beside the theme's own words, in the language of the page."""

    labels: Mapping[str, str]
    hints: Mapping[str, str]
    """Kind to how it is answered on paper."""
    how: str


def ask(version: int, lesson: int, spec: Mapping[str, Any], seed: str) -> Asked:
    """The question in an order that follows from ``seed``: whoever prints it anew prints the same."""
    chance = Random(f"{seed}:{version}")  # noqa: S311  # nothing is kept secret by it
    return Asked(version, lesson, spec, KINDS[spec["kind"]].order(spec, chance))


def theme_content(
    outline: Outline,
    theme: Theme,
    asked: Sequence[Asked],
    *,
    words: Words,
    pictures: Callable[[str], tuple[str, str] | None],
) -> dict[str, Any]:
    """The theme for ``print/theme.typ``; ``pictures`` gives of an address file name and base64."""
    files: dict[str, str] = {}

    def picture(source: str) -> str | None:
        found = pictures(source)
        if found is None:
            return None
        files[found[0]] = found[1]
        return found[0]

    numbers = {each.version: number for number, each in enumerate(asked, 1)}
    lessons = [
        {
            "number": lesson.number,
            "title": lesson.title,
            "language": lesson.language,
            "objectives": list(lesson.objectives),
            "blocks": pieces(lesson.html, picture),
            "questions": [
                _question(each, numbers[each.version], words)
                for each in asked
                if each.lesson == lesson.id
            ],
        }
        for lesson in theme.lessons
    ]
    content: dict[str, Any] = {
        "language": theme.language,
        "course": outline.title,
        "title": f"{theme.number}. {theme.title}",
        "goal": theme.goal,
        "how": words.how,
        "words": dict(words.labels),
        "lessons": lessons,
        "glossary": _glossary(theme.lessons),
        "pictures": files,
    }
    content["edition"] = mark_of(digest_of(content))
    return content


def sheets_content(
    edition: Mapping[str, Any], sheets: Sequence[tuple[str, str]], words: Mapping[str, str]
) -> dict[str, Any]:
    """Answer sheets of an edition for ``print/sheets.typ``: number and name of each."""
    return {
        "language": edition["language"],
        "course": edition["course"],
        "title": f"{words['heading']}: {edition['title']}",
        "theme": edition["title"],
        "edition": edition["edition"],
        "words": dict(words),
        "lessons": [
            {
                "number": lesson["number"],
                "title": lesson["title"],
                "questions": [
                    {
                        "number": asked["number"],
                        "kind": asked["kind"],
                        "left": len(asked["left"]),
                        "options": len(asked["options"]),
                        "unit": asked["unit"],
                    }
                    for asked in lesson["questions"]
                ],
            }
            for lesson in edition["lessons"]
        ],
        "sheets": [{"number": number, "name": name} for number, name in sheets],
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """Names what is printed, to the letter."""
    data = {name: value for name, value in content.items() if name != "edition"}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def mark_of(digest: str) -> str:
    """A few letters that stand on every page of an edition and its sheets."""
    bits = int(digest, 16)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(MARK))


def reminder(prompt: str) -> str:
    """The first words of a prompt."""
    plain = " ".join(text_of(words(prompt)).split())
    if len(plain) <= SHORT:
        return plain
    return plain[: SHORT - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def _question(asked: Asked, number: int, said: Words) -> dict[str, Any]:
    spec = asked.spec
    left: list[list[Piece]] = []
    options: list[list[Piece]] = []
    if spec["kind"] == "match":
        left = [words(pair["left"]) for pair in spec["pairs"]]
        options = [words(_by_key(spec["pairs"], key)["right"]) for key in asked.shown]
    elif spec["kind"] == "order":
        options = [words(_by_key(spec["items"], key)["text"]) for key in asked.shown]
    elif spec["kind"] != "numeric":
        options = [words(_by_key(spec["options"], key)["text"]) for key in asked.shown]
    unit = spec.get("unit") or ""
    hint = said.hints["unit" if unit else spec["kind"]]
    made = {
        "number": number,
        "kind": spec["kind"],
        "unit": unit,
        "prompt": words(spec["prompt"]),
        "body": pieces(spec.get("body", ""), lambda _source: None),
        "hint": hint.format(unit=unit),
        "left": left,
        "options": options,
    }
    letters = sum(len(text_of(each)) for each in (words(spec["prompt"]), *left, *options))
    return made | {"long": letters > LONG or bool(made["body"])}


def _by_key(parts: Sequence[Mapping[str, Any]], key: str) -> Mapping[str, Any]:
    return next(part for part in parts if part["key"] == key)


def _glossary(lessons: Sequence[Entry]) -> list[dict[str, str]]:
    """The words that the theme's lessons link to, each once, by letter."""
    found = {meaning.slug: meaning for lesson in lessons for meaning in lesson.meanings}
    terms = sorted(found.values(), key=lambda term: (normal(term.name), term.slug))
    return [{"name": each.name, "text": each.text, "quechua": each.quechua} for each in terms]
