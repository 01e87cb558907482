"""A course as it was read: what is stored, by language, with nothing left to look up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Lesson:
    """``titles``, ``htmls`` and ``objectives`` by language; ``questions`` in their order."""

    slug: str
    position: int
    minutes: int
    words: int
    feeds: list[str]
    review_by: str | None
    titles: dict[str, str]
    htmls: dict[str, str]
    objectives: dict[str, list[str]]
    questions: list[Question] = field(default_factory=list)
    when: str | None = None
    """``week 3``, ``week 3, friday``, ``final`` or ``2027-03-05``; None: as its module says."""


@dataclass(frozen=True)
class Question:
    """``specs``: language to the JSON that docs/content.md and the assessments know."""

    slug: str
    position: int
    specs: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Module:
    """``texts``: language to ``{"title", "goal"}``."""

    slug: str
    position: int
    weight: int
    texts: dict[str, dict[str, str]]
    lessons: list[Lesson]
    when: str | None = None


@dataclass(frozen=True)
class Term:
    """A word of the glossary in one language."""

    slug: str
    name: str
    definition_html: str
    category: str
    also: list[str]
    quechua: str


@dataclass(frozen=True)
class File:
    """A picture; ``path`` is below ``media``, ``name`` is what its variants' names begin with."""

    path: str
    media_type: str
    digest: str
    content: bytes = field(repr=False)
    name: str
    cleaned: bytes = field(default=b"", repr=False)
    """Of a drawing: what is served."""


@dataclass(frozen=True)
class Course:
    """``texts``: language to ``{"title", "summary", "welcome_html"}``."""

    slug: str
    language: str
    texts: dict[str, dict[str, str]]
    settings: dict[str, Any]
    modules: list[Module]
    terms: dict[str, list[Term]]
    files: list[File]
