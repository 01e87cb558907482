"""A file as learners will see it, made of what is typed now: nothing of it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from pegup.authoring.findings import Finding
from pegup.authoring.words import text_and_suggestion
from pegup.courses.content import compiled
from pegup.courses.content.reading import GLOSSARY, Reading, language_of
from pegup.editing.naming import original_of

MEDIA = re.compile(r'(?<=[" ,])(?:\.\./|[a-z0-9-]+/)?media/')
ANSWERS = ("options", "pairs", "items")


@dataclass(frozen=True)
class AskedVersion:
    """A question's words where a learner's attempt has them."""

    spec: Mapping[str, Any]


@dataclass(frozen=True)
class AskedAnswer:
    """A question that nobody has answered yet, as the pages of an attempt ask it."""

    position: int
    version: AskedVersion
    shown: Sequence[str]
    given: None = None


@dataclass(frozen=True)
class Look:
    """``html`` and questions of one file; ``is_lesson``: the rest of a lesson's page belongs to it."""

    title: str
    language: str
    html: Markup
    is_lesson: bool = False
    minutes: int = 0
    number: str = ""
    objectives: Sequence[str] = ()
    questions: Sequence[AskedAnswer] = ()
    terms: Sequence[tuple[str, Markup]] = field(default_factory=list)


def look_at(reading: Reading, path: str, media: str) -> Look | None:
    """The file as it would be shown; ``media``: where the page finds pictures. None: nothing to show yet."""
    course = reading.sketch
    if course is None:
        return None
    original = original_of(path)
    language = language_of(path) or course.language
    if original in reading.lessons:
        return lesson_look(course, reading.lessons[original], language, media)
    if original == "course.md" and language in course.texts:
        words = course.texts[language]
        return Look(words["title"], language, _placed(words["welcome_html"], media))
    if original == f"{GLOSSARY}.md" and language in course.terms:
        terms = [(t.name, _placed(t.definition_html, media)) for t in course.terms[language]]
        return Look("", language, Markup(), terms=terms)
    for module in course.modules:
        if original.endswith("/module.md") and language in module.texts:
            words = module.texts[language]
            if reading.modules.get(original) == module.slug:
                return Look(words["title"], language, Markup("<p>{}</p>").format(words["goal"]))
    return None


def lesson_look(course: compiled.Course, slug: str, language: str, media: str) -> Look | None:
    """A lesson with its questions."""
    for module in course.modules:
        for lesson in module.lessons:
            if lesson.slug != slug:
                continue
            spoken = language if language in lesson.htmls else course.language
            return Look(
                title=lesson.titles[spoken],
                language=spoken,
                html=_placed(lesson.htmls[spoken], media),
                is_lesson=True,
                minutes=lesson.minutes,
                number=f"{module.position}.{lesson.position}",
                objectives=lesson.objectives[spoken],
                questions=[
                    _asked(question.position, question.specs[spoken])
                    for question in lesson.questions
                    if spoken in question.specs
                ],
            )
    return None


def _asked(position: int, spec: Mapping[str, Any]) -> AskedAnswer:
    answers: Sequence[Mapping[str, str]] = next((spec[n] for n in ANSWERS if n in spec), [])
    return AskedAnswer(position, AskedVersion(spec), [each["key"] for each in answers])


def _placed(html: str, media: str) -> Markup:
    """Pictures from where this page finds them."""
    return Markup(MEDIA.sub(media, html))  # noqa: S704  # cleaned by the reading


@dataclass(frozen=True)
class Told:
    """A finding in words, with where it stands in the file."""

    level: str
    code: str
    file: str
    line: int
    text: str
    suggestion: str


def told(findings: Sequence[Finding]) -> list[Told]:
    """Findings in the reader's language, errors first."""
    made = [
        Told(f.level.value, f.code, f.place.file, f.place.line, *text_and_suggestion(f))
        for f in findings
    ]
    return sorted(made, key=lambda each: each.level != "error")
