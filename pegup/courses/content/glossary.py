"""The glossary's terms, and how a word in a lesson finds its term."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pegup.authoring.findings import Findings, Place, nearest
from pegup.authoring.front_matter import ID
from pegup.authoring.source import Line, Text, text_of

HEADING = re.compile(r"^##(?!#) *(?P<name>.*?) *(?:\{#(?P<slug>[^}]*)\})? *$")
FIELD = re.compile(r"^- +(?P<key>[a-z]+) *: *(?P<value>.*?) *$")
FIELDS = ("category", "also", "quechua")
NAME_LENGTH = 80
ALSO_LENGTH = 1000
"""All other forms of a word together; each of them is found."""


@dataclass
class Entry:
    """A term as written."""

    slug: str
    name: str
    place: Place
    definition: Text
    category: str = ""
    also: list[str] = field(default_factory=list)
    quechua: str = ""


@dataclass
class Glossary:
    """The terms of one language, and the words by which each is found."""

    entries: list[Entry] = field(default_factory=list)
    _by_word: dict[str, Entry] = field(default_factory=dict)

    def find(self, word: str) -> Entry | None:
        """The term behind a word, whatever its case and accents."""
        return self._by_word.get(normal(word))

    def nearest(self, word: str) -> str:
        """The word that was probably meant, as written in the glossary."""
        near = nearest(normal(word), self._by_word)
        if not near:
            return ""
        entry = self._by_word[near]
        return next((form for form in (entry.name, *entry.also) if normal(form) == near), near)

    def add(self, entry: Entry, findings: Findings) -> None:
        """Adds a term unless its id or one of its words is another's."""
        if any(other.slug == entry.slug for other in self.entries):
            findings.add(entry.place, "term-twice", word=entry.slug)
            return
        self.entries.append(entry)
        for form in (entry.name, *entry.also):
            other = self._by_word.setdefault(normal(form), entry)
            if other is not entry:
                findings.add(entry.place, "term-twice", word=form)


def normal(word: str) -> str:
    """A word without case, accents and doubled space, for comparing."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def read_glossary(file: str, lines: Iterable[Line], findings: Findings) -> Glossary:
    """Every entry below a ``## Name {#id}`` heading."""
    glossary = Glossary()
    heading: tuple[Line, re.Match[str]] | None = None
    inside: list[Line] = []
    for line in lines:
        found = HEADING.match(line.text)
        if not found:
            inside.append(line)
            continue
        _end_entry(glossary, file, heading, inside, findings)
        heading, inside = (line, found), []
    _end_entry(glossary, file, heading, inside, findings)
    return glossary


def _end_entry(
    glossary: Glossary,
    file: str,
    heading: tuple[Line, re.Match[str]] | None,
    lines: list[Line],
    findings: Findings,
) -> None:
    if heading is None:
        stray = next((line for line in lines if line.text.strip()), None)
        if stray is not None:
            findings.add(Place(file, stray.number), "term-malformed", problem=stray.text)
        return
    line, found = heading
    place = Place(file, line.number)
    slug, name = found["slug"] or "", found["name"]
    if not ID.fullmatch(slug) or not name or max(len(slug), len(name)) > NAME_LENGTH:
        findings.add(place, "term-malformed", problem=line.text)
        return
    fields, definition = _fields(file, lines, findings)
    if definition.is_blank:
        findings.add(place, "term-malformed", problem=line.text)
        return
    entry = Entry(
        slug=slug,
        name=name,
        place=place,
        definition=definition,
        category=fields.get("category", ""),
        also=[form.strip() for form in fields.get("also", "").split(",") if form.strip()],
        quechua=fields.get("quechua", ""),
    )
    glossary.add(entry, findings)


def _fields(file: str, lines: list[Line], findings: Findings) -> tuple[Mapping[str, str], Text]:
    fields: dict[str, str] = {}
    rest: list[Line] = []
    for line in lines:
        found = FIELD.match(line.text)
        if not found:
            rest.append(line)
        elif found["key"] in FIELDS and found["key"] not in fields:
            length = ALSO_LENGTH if found["key"] == "also" else NAME_LENGTH
            fields[found["key"]] = found["value"][:length]
        else:
            near = nearest(found["key"], FIELDS)
            known = ", ".join(FIELDS)
            place = Place(file, line.number, found.start("key") + 1)
            findings.add(place, "key-unknown", key=found["key"], near=near, known=known)
    return fields, text_of(file, rest)
