"""Reads a template folder: chapters as Markdown, indicators as YAML. Pure: no Flask, no database.

A chapter file has front matter (``id``, ``title``, ``intro``, perhaps ``questions`` for every
section) and sections ``## 1.4 La gente {#1.4}`` with a sentence of purpose, questions as a list
and perhaps a ``/// deeper | …`` note. English twins end in ``.en.md`` and have the same ids.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LARGEST_FILE = 1_000_000
SECTION = re.compile(r"^## +(?P<title>.+?) *\{#(?P<key>[\w.-]+)\} *$")
NOTE = re.compile(r"^/// *deeper *\| *(?P<title>.+)$")
LANGUAGES = ("es", "en")
SECTION_KEY = re.compile(r"^[\w.-]{1,40}$")


class BadTemplate(Exception):
    """All that is wrong with a template's files, a line each: ``file:line: what``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


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
        whole = json.dumps([self.spec, self.indicators], sort_keys=True, default=str)
        return hashlib.sha256(whole.encode()).hexdigest()


def read_template(folder: Path) -> Template:
    """The template in a folder; raises ``BadTemplate`` with every problem."""
    problems: list[str] = []
    heads = {name: _document(folder / name, problems) for name in ("profile", "plan")}
    name = next((name for name, head in heads.items() if head), None)
    if name is None:
        raise BadTemplate([f"{folder.name}: no profile.md or plan.md"])
    head = heads[name]
    assert head is not None
    front = head["es"]["front"]
    chapter_names = sorted(
        path.name[:-3]
        for path in folder.glob("*.md")
        if not path.name.endswith(".en.md") and path.stem != name
    )
    documents = {each: _document(folder / each, problems) for each in chapter_names}
    chapters = [_chapter(each, doc, problems) for each, doc in documents.items() if doc]
    if head["es"]["sections"]:
        chapters.insert(0, _chapter(name, head, problems))
    spec = {
        "title": _both(head, "title"),
        "welcome": {lang: head[lang]["text"] for lang in LANGUAGES},
        "levels": front.get("levels") or {},
        "preliminary": [str(key) for key in front.get("preliminary") or []],
        "chapters": chapters,
    }
    indicators = _indicators(folder / "indicators.yaml", problems)
    keys = [s["key"] for chapter in chapters for s in chapter["sections"]]
    problems += [
        f"{folder.name}: section {key} stands twice"
        for key in {k for k in keys if keys.count(k) > 1}
    ]
    problems += [
        f"profile.md: preliminary section {key} does not exist"
        for key in spec["preliminary"]
        if key not in keys
    ]
    problems += [
        f"indicators.yaml: {each['code']}: no section {each['section']!r}"
        for each in indicators
        if each["section"] not in keys
    ]
    slug = str(front.get("id") or "")
    if not slug:
        problems.append(f"{name}.md:1: front matter has no id")
    if problems:
        raise BadTemplate(problems)
    return Template(slug, spec, indicators)


def _document(path: Path, problems: list[str]) -> dict[str, Any] | None:
    """Spanish and English of one file; None where there is no Spanish one."""
    spanish = path.with_name(path.name + ".md")
    if not spanish.exists():
        return None
    english = path.with_name(path.name + ".en.md")
    if not english.exists():
        problems.append(f"{english.name}: missing: every file has its English twin")
        return None
    read = {"es": _read(spanish, problems), "en": _read(english, problems)}
    return None if None in read.values() else read


def _read(path: Path, problems: list[str]) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"larger than {LARGEST_FILE} bytes")
        text = path.read_text(encoding="utf-8")
        if "\0" in text:
            raise ValueError("not a text file")
        match = re.match(r"\A---\n(.*?)\n---\n", text, re.DOTALL)
        if not match:
            raise ValueError("no front matter between two --- lines")
        front = _safe_yaml(match[1])
    except (OSError, ValueError, yaml.YAMLError) as error:
        problems.append(f"{path.name}:1: {' '.join(str(error).split())}")
        return None
    if not isinstance(front, dict) or not front.get("title"):
        problems.append(f"{path.name}:1: front matter has no title")
        return None
    return {"front": front, **_body(text[match.end() :])}


def _safe_yaml(text: str) -> Any:
    """YAML without aliases: a few lines of them can fill a machine's memory."""
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
        raise ValueError("aliases (*name) are not allowed")
    return yaml.safe_load(text)


def _body(text: str) -> dict[str, Any]:
    sections: list[dict[str, Any]] = []
    before: list[str] = []
    note: list[str] | None = None
    for line in text.splitlines():
        if match := SECTION.match(line):
            sections.append(
                {
                    "key": match["key"],
                    "title": match["title"],
                    "purpose": [],
                    "questions": [],
                    "note": None,
                }
            )
        elif not sections:
            before.append(line)
        elif match := NOTE.match(line):
            note = []
            sections[-1]["note"] = {"title": match["title"].strip(), "text": note}
        elif line.strip() == "///":
            note = None
        elif note is not None:
            note.append(line)
        elif line.startswith("- "):
            sections[-1]["questions"].append(line[2:].strip())
        elif line.startswith("  ") and line.strip() and sections[-1]["questions"]:
            sections[-1]["questions"][-1] += " " + line.strip()
        elif line.strip():
            sections[-1]["purpose"].append(line.strip())
    return {"text": "\n".join(before).strip(), "sections": sections}


def _chapter(name: str, document: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    spanish, english = document["es"], document["en"]
    keys = [s["key"] for s in spanish["sections"]]
    if keys != [s["key"] for s in english["sections"]]:
        problems.append(f"{name}.en.md: its sections are not those of {name}.md")
        return {"key": name, "sections": []}
    return {
        "key": str(spanish["front"].get("id") or name),
        "title": _both(document, "title"),
        "intro": _both(document, "intro"),
        "sections": [
            _section(document, es, en)
            for es, en in zip(spanish["sections"], english["sections"], strict=True)
        ],
    }


def _section(document: dict[str, Any], es: dict[str, Any], en: dict[str, Any]) -> dict[str, Any]:
    shared = {lang: list(document[lang]["front"].get("questions") or []) for lang in LANGUAGES}
    section: dict[str, Any] = {
        "key": es["key"],
        "title": {"es": es["title"], "en": en["title"]},
        "purpose": {"es": " ".join(es["purpose"]), "en": " ".join(en["purpose"])},
        "questions": {"es": shared["es"] + es["questions"], "en": shared["en"] + en["questions"]},
    }
    if es["note"] and en["note"]:
        section["note"] = {
            lang: {"title": each["title"], "text": "\n".join(each["text"]).strip()}
            for lang, each in (("es", es["note"]), ("en", en["note"]))
        }
    return section


def _both(document: dict[str, Any], key: str) -> dict[str, str]:
    return {lang: str(document[lang]["front"].get(key) or "") for lang in LANGUAGES}


def _indicators(path: Path, problems: list[str]) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"larger than {LARGEST_FILE} bytes")
        loaded = _safe_yaml(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        problems.append(f"{path.name}:1: {' '.join(str(error).split())}")
        return []
    entries = loaded.get("indicators") if isinstance(loaded, dict) else loaded
    needed = {"code", "name", "unit", "definition", "direction", "minimum", "maximum", "section"}
    found = []
    for number, entry in enumerate(entries or [], 1):
        lacking = needed - set(entry) if isinstance(entry, dict) else needed
        if lacking:
            problems.append(f"{path.name}: entry {number} lacks {', '.join(sorted(lacking))}")
        else:
            found.append({**entry, "section": str(entry["section"])})
    return found
