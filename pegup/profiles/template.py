"""Reads a template folder: chapters as Markdown, indicators as YAML. Pure: no Flask, no database.

A chapter file has front matter (``id``, ``title``, ``intro``, perhaps ``questions`` for every
section) and sections ``## 1.4 La gente {#1.4}`` with a sentence of purpose, questions as a list
and perhaps a ``/// deeper | …`` note. English twins end in ``.en.md`` and have the same ids.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pegup.authoring.entries import Entry, read_entries
from pegup.authoring.findings import Finding, Findings, Place, nearest
from pegup.authoring.front_matter import (
    FrontMatter,
    Key,
    Wrong,
    flag,
    many,
    mapping,
    number,
    one_of,
    pattern,
    read_front_matter,
    said,
    slug,
    whole,
    words,
)
from pegup.authoring.source import Line, read_source

SECTION = re.compile(r"^## +(?P<title>.+?) *\{#(?P<key>[\w.-]{1,40})\} *$")
NOTE = re.compile(r"^/// *deeper *\| *(?P<title>.+)$")
LANGUAGES = ("es", "en")
HEADS = ("profile", "plan")
KEY = re.compile(r"[\w.-]{1,40}")
CODE = re.compile(r"[A-Z]\d{2}")


def _section_key(value: Any) -> str:
    """A section's id, which YAML may have seen as a number."""
    text = str(value) if isinstance(value, int | float) else value
    if not isinstance(text, str) or not KEY.fullmatch(text):
        raise Wrong('"1.4"')
    return text


def _limit(value: Any) -> float | None:
    return None if value is None else number(-1e12, 1e12)(value)


HEAD = {
    "id": Key(slug, required=True),
    "title": Key(words(200), required=True),
    "intro": Key(words(1000)),
    "levels": Key(
        mapping(
            {
                "preliminary": Key(mapping({"core_indicators": Key(whole(1, 200))})),
                "full": Key(mapping({"indicators": Key(whole(1, 200))})),
            }
        )
    ),
    "preliminary": Key(many(_section_key, 200)),
    "questions": Key(many(words(500), 50)),
}
STANDARD = {
    "value": Key(_limit),
    "operator": Key(one_of("<=", ">=", "<", ">")),
    "unit": Key(said(60)),
    "period": Key(said(300)),
    "source": Key(said(500), required=True),
    "kind": Key(one_of("legal", "guideline", "reference", "folk", "programme"), required=True),
    "confidence": Key(one_of("A", "B")),
    "compare": Key(flag),
}
INDICATOR = {
    "code": Key(pattern(CODE, "A01"), required=True),
    "name": Key(said(200), required=True),
    "unit": Key(said(60), required=True),
    "definition": Key(said(1000), required=True),
    "direction": Key(one_of("lower", "higher", "band", "context"), required=True),
    "minimum": Key(number(-1e12, 1e12), required=True),
    "maximum": Key(number(-1e12, 1e12), required=True),
    "section": Key(_section_key, required=True),
    "core": Key(flag),
    "applies_to": Key(words(60)),
    "dpsir": Key(words(10)),
    "standards": Key(many(mapping(STANDARD), 20)),
    "usual_source": Key(said(500)),
    "low_cost_method": Key(said(1000)),
    "note": Key(said(1000)),
}


@dataclass(frozen=True)
class Template:
    """A template ready to be stored."""

    slug: str
    spec: dict[str, Any]
    """``{title: {es, en}, levels, preliminary: [keys], chapters: [{key, title, intro, sections:
    [{key, title, purpose, questions: {es: [], en: []}, note: {es: {title, text}}}]}]}``."""
    indicators: list[dict[str, Any]]

    @property
    def digest(self) -> str:
        """Changes when anything in the template does."""
        whole_template = json.dumps([self.spec, self.indicators], sort_keys=True, default=str)
        return hashlib.sha256(whole_template.encode()).hexdigest()


@dataclass(frozen=True)
class Reading:
    """What came of reading; ``template`` is None where something is wrong."""

    template: Template | None
    findings: list[Finding]


@dataclass
class _Section:
    key: str
    title: str
    place: Place
    purpose: list[str]
    questions: list[str]
    note: dict[str, Any] | None = None


@dataclass
class _Page:
    """One file in one language."""

    head: FrontMatter
    text: str
    sections: list[_Section]


Pages = dict[str, _Page]
"""Language to page: one file and its twin."""


def read_template(folder: Path) -> Reading:
    """The template in a folder, or everything that is wrong with it."""
    findings = Findings()
    name = next((each for each in HEADS if (folder / f"{each}.md").exists()), HEADS[0])
    head = _pages(folder, name, findings)
    chapters = [(each, _pages(folder, each, findings)) for each in _chapter_names(folder, name)]
    if head is not None and head["es"].sections:
        chapters.insert(0, (name, head))
    was_read = all(pages for _name, pages in chapters)
    places = _section_places([pages for _name, pages in chapters if pages], findings)
    entries = []
    if (folder / "indicators.yaml").exists():
        path = folder / "indicators.yaml"
        entries = read_entries(path, "indicators", INDICATOR, findings, ident="code")
    if was_read:  # else every section of a chapter with a fault would be a fault too
        _find_sections(head, entries, places, findings)
    if findings.errors or head is None:
        return Reading(None, findings.sorted())
    front = head["es"].head.values
    spec = {
        "title": _both(head, "title"),
        "welcome": {language: head[language].text for language in LANGUAGES},
        "levels": front.get("levels", {}),
        "preliminary": front.get("preliminary", []),
        "chapters": [_chapter(each, pages) for each, pages in chapters if pages],
    }
    indicators = [{"core": False, **each.values} for each in entries]
    return Reading(Template(front["id"], spec, indicators), findings.sorted())


def _chapter_names(folder: Path, head: str) -> list[str]:
    return sorted(
        path.stem
        for path in folder.glob("*.md")
        if not path.name.endswith(".en.md") and path.stem != head
    )


def _pages(folder: Path, name: str, findings: Findings) -> Pages | None:
    """A file with its English twin; None where either cannot be read."""
    spanish = _page(folder, folder / f"{name}.md", findings)
    english = _page(folder, folder / f"{name}.en.md", findings)
    if spanish is None or english is None:
        return None
    expected, found = ([each.key for each in page.sections] for page in (spanish, english))
    if findings.note_ids(english.head.start, found, expected):
        return None
    return {"es": spanish, "en": english}


def _page(folder: Path, path: Path, findings: Findings) -> _Page | None:
    source = read_source(folder, path, findings)
    head = read_front_matter(source, HEAD, findings) if source is not None else None
    if source is None or head is None:
        return None
    text, sections = _body(source.file, head.body)
    return _Page(head, text, sections)


def _body(file: str, lines: tuple[Line, ...]) -> tuple[str, list[_Section]]:
    """What stands before the first section, and the sections."""
    sections: list[_Section] = []
    before: list[str] = []
    note: list[str] | None = None
    for line in lines:
        text = line.text
        if match := SECTION.match(text):
            place = Place(file, line.number)
            sections.append(_Section(match["key"], match["title"], place, [], []))
            note = None
        elif not sections:
            before.append(text)
        elif match := NOTE.match(text):
            note = []
            sections[-1].note = {"title": match["title"].strip(), "text": note}
        elif text.strip() == "///":
            note = None
        elif note is not None:
            note.append(text)
        elif text.startswith("- "):
            sections[-1].questions.append(text[2:].strip())
        elif text.startswith("  ") and text.strip() and sections[-1].questions:
            sections[-1].questions[-1] += " " + text.strip()
        elif text.strip():
            sections[-1].purpose.append(text.strip())
    return "\n".join(before).strip(), sections


def _section_places(chapters: list[Pages], findings: Findings) -> dict[str, Place]:
    """Where each section stands; no two have one id."""
    places: dict[str, Place] = {}
    for pages in chapters:
        for section in pages["es"].sections:
            if section.key in places:
                other = f"{places[section.key].file}:{places[section.key].line}"
                findings.add(section.place, "id-twice", id=section.key, other=other)
            places.setdefault(section.key, section.place)
    return places


def _find_sections(
    head: Pages | None, entries: list[Entry], known: Mapping[str, Place], findings: Findings
) -> None:
    """What names a section names one that is there."""
    asked = []
    if head is not None:
        front = head["es"].head
        asked += [
            ("preliminary", k, front.place("preliminary"))
            for k in front.values.get("preliminary", [])
        ]
    asked += [
        ("section", each.values["section"], each.place("section"))
        for each in entries
        if "section" in each.values
    ]
    for key, value, place in asked:
        if value not in known:
            expected = nearest(value, known) or ", ".join(known)
            findings.add(place, "value-wrong", key=key, value=value, expected=expected)


def _chapter(name: str, pages: Pages) -> dict[str, Any]:
    spanish, english = pages["es"], pages["en"]
    return {
        "key": spanish.head.values.get("id", name),
        "title": _both(pages, "title"),
        "intro": _both(pages, "intro"),
        "sections": [
            _section(pages, es, en)
            for es, en in zip(spanish.sections, english.sections, strict=True)
        ],
    }


def _section(pages: Pages, es: _Section, en: _Section) -> dict[str, Any]:
    both = {"es": es, "en": en}
    shared = {lang: list(pages[lang].head.values.get("questions", [])) for lang in LANGUAGES}
    section: dict[str, Any] = {
        "key": es.key,
        "title": {lang: each.title for lang, each in both.items()},
        "purpose": {lang: " ".join(each.purpose) for lang, each in both.items()},
        "questions": {lang: shared[lang] + each.questions for lang, each in both.items()},
    }
    if es.note and en.note:
        section["note"] = {
            lang: {"title": note["title"], "text": "\n".join(note["text"]).strip()}
            for lang, note in (("es", es.note), ("en", en.note))
        }
    return section


def _both(pages: Pages, key: str) -> dict[str, str]:
    return {language: pages[language].head.values.get(key, "") for language in LANGUAGES}
