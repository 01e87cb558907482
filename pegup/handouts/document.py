"""What stands in a handout, as plain data for ``templates/file.html``."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from pegup.courses.content.glossary import normal
from pegup.courses.outline import Entry, Meaning, Theme
from pegup.handouts.markup import inline_markup, lesson_markup

Picture = Callable[[str], str | None]
NOTHING = Markup("")


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen, or that asks for a choice; its key is its place in the specification."""

    key: str
    text: Markup
    is_right: bool = False
    feedback: Markup = NOTHING
    solution: Markup = NOTHING
    """Of a left side: what belongs to it."""


@dataclass(frozen=True)
class Item:
    """A question as the file asks it."""

    number: int
    kind: str
    language: str
    prompt: Markup
    body: Markup
    choices: list[Choice]
    """In the order shown: options, right sides, items."""
    own: list[Choice]
    """Left sides, or items in their right order."""
    unit: str
    answer: Decimal | None
    tolerance: Decimal | None
    feedback: Markup
    data: Mapping[str, Any]
    """What the script marks by."""


@dataclass(frozen=True)
class Part:
    """A lesson of the file."""

    place: int
    """From 1; ``l1`` is its id."""
    entry: Entry
    text: Markup
    items: list[Item]


@dataclass(frozen=True)
class Document:
    """A theme for a file."""

    theme: Theme
    parts: list[Part]
    words: list[Meaning]
    """Of the glossary, by letter."""

    @property
    def questions(self) -> list[list[Mapping[str, Any]]]:
        """Lesson by lesson what the script marks by."""
        return [[item.data for item in part.items] for part in self.parts]


def document(
    theme: Theme,
    asked: Sequence[Sequence[tuple[int, Mapping[str, Any], Sequence[str]]]],
    *,
    picture: Picture,
) -> Document:
    """``asked``: for each lesson number, specification and order of its questions."""
    words = {meaning.slug: meaning for lesson in theme.lessons for meaning in lesson.meanings}
    places = {lesson.slug: place for place, lesson in enumerate(theme.lessons, 1)}

    def link(href: str) -> str | None:
        """A word or a lesson of the same theme; the rest of the course is not in the file."""
        path, _hash, anchor = unquote(href).partition("#")
        if path.endswith("glossary") and anchor in words:
            return f"#w-{anchor}"
        return f"#l{places[path]}" if path in places else None

    parts = [
        Part(
            place,
            lesson,
            _safe(lesson_markup(lesson.html, f"l{place}-", link=link, picture=picture)),
            [item_of(number, spec, shown, lesson.language) for number, spec, shown in questions],
        )
        for place, (lesson, questions) in enumerate(zip(theme.lessons, asked, strict=True), 1)
    ]
    by_letter = sorted(words.values(), key=lambda term: (normal(term.name), term.slug))
    return Document(theme, parts, by_letter)


def item_of(number: int, spec: Mapping[str, Any], shown: Sequence[str], language: str) -> Item:
    """A question with all that the file says about it."""
    pieces = spec.get("options") or spec.get("pairs") or spec.get("items") or []
    keys = {piece["key"]: str(place) for place, piece in enumerate(pieces)}
    by_key = {piece["key"]: piece for piece in pieces}
    kind = spec["kind"]
    words = {"match": "right", "order": "text"}.get(kind, "text")
    own = {"match": "left", "order": "text"}.get(kind)
    answer, tolerance = spec.get("answer"), spec.get("tolerance")
    return Item(
        number=number,
        kind=kind,
        language=language,
        prompt=_inline(spec["prompt"]),
        body=_safe(
            lesson_markup(spec.get("body", ""), f"q{number}-", link=_nowhere, picture=_nowhere)
        ),
        choices=[
            Choice(
                keys[key],
                _inline(by_key[key][words]),
                bool(by_key[key].get("right")) and own is None,
                _inline(by_key[key].get("feedback") or ""),
            )
            for key in shown
        ],
        own=[
            Choice(
                keys[piece["key"]], _inline(piece[own]), solution=_inline(piece.get("right", ""))
            )
            for piece in pieces
            if own
        ],
        unit=spec.get("unit") or "",
        answer=Decimal(str(answer)) if kind == "numeric" else None,
        tolerance=Decimal(tolerance or 0) if kind == "numeric" else None,
        feedback=_inline(spec.get("feedback") or ""),
        data=marking(spec, shown),
    )


def marking(spec: Mapping[str, Any], shown: Sequence[str]) -> dict[str, Any]:
    """How the script marks a question; keys are places in the specification, as in the page."""
    kind = spec["kind"]
    if kind == "numeric":
        answer, tolerance = Decimal(spec["answer"]), Decimal(spec.get("tolerance") or 0)
        return {"kind": kind, "answer": f"{answer:f}", "tolerance": f"{tolerance:f}"}
    if kind == "order":
        return {"kind": kind, "own": [str(place) for place in range(len(spec["items"]))]}
    pieces = spec["pairs"] if kind == "match" else spec["options"]
    places = {piece["key"]: str(place) for place, piece in enumerate(pieces)}
    keys = [places[key] for key in shown]
    if kind == "match":
        rights = [pair["right"] for pair in pieces]
        same = {str(place): rights.index(right) for place, right in enumerate(rights)}
        return {"kind": kind, "keys": keys, "own": list(places.values()), "same": same}
    right = [places[piece["key"]] for piece in pieces if piece["right"]]
    return {"kind": "multiple" if kind == "multiple" else "single", "keys": keys, "right": right}


def packed(script: str, data: Mapping[str, Any], questions: Sequence[str]) -> str:
    """What the file holds beside its text, in a third of the room: deflated, as base 64.

    There is no letter in it that could end the element in which it stands.
    """
    whole = {
        "script": script,
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        "questions": list(questions),
    }
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    content = packer.compress(json.dumps(whole, ensure_ascii=False).encode()) + packer.flush()
    return base64.b64encode(content).decode()


def _nowhere(_address: str) -> None:
    return None


def _inline(html: str) -> Markup:
    return _safe(inline_markup(html))


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704  # written from a list of tags, everything else escaped
