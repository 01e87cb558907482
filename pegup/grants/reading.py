"""Reads a call's file and its translations: everything that is wrong in one run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from pegup.authoring.findings import Finding, Findings, Place
from pegup.authoring.front_matter import (
    FrontMatter,
    Key,
    Wrong,
    check_mapping,
    many,
    mapping,
    one_of,
    pattern,
    read_front_matter,
    slug,
    whole,
    words,
)
from pegup.authoring.source import read_source
from pegup.courses.content.blocks import scan_body
from pegup.courses.content.compiling import compile_body, note_unused_footnotes
from pegup.courses.content.glossary import Glossary
from pegup.courses.content.render import Known, Renderer, Sheet, Target
from pegup.grants.evidence import SOURCES, Source

ORIGINAL = "es"
TRANSLATION = re.compile(r"(?P<stem>.+)\.(?P<language>[a-z]{2})\.md")
SECTORS = ("local_government", "ngo", "community_organization", "university", "business", "other")
SNIFFED = 20_000
CRITERION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


def _entries(value: Any) -> list[Any]:
    """A list of mappings; what stands in each is checked apart, so that every finding is seen."""
    if not isinstance(value, list) or not 1 <= len(value) <= 20:
        raise Wrong("lista: 1 … 20")
    return [_entry(each) for each in value]


def _entry(value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise Wrong("clave: valor", value=str(value))
    return value


def _true(value: Any) -> bool:
    if value is not True:
        raise Wrong("true")
    return True


def _start(value: Any) -> int | str:
    """Where a step begins: a count, or the name of a stage."""
    return str(words(40)(value)) if isinstance(value, str) else int(whole(1, 100_000)(value))


def _lenient_words(value: Any) -> str:
    """Words where YAML may have seen a number."""
    return str(words(300)(value))


COMMON = {
    "id": Key(slug, required=True),
    "title": Key(words(200), required=True),
    "summary": Key(words(500), required=True),
    "rules": Key(_entries, required=True),
    "criteria": Key(_entries, required=True),
}
SIZE = {"minimum": Key(whole(1, 100), required=True), "maximum": Key(whole(1, 100), required=True)}
CALL_KEYS = {
    **COMMON,
    "opened": Key(pattern(MONTH, '"1997-04"'), required=True),
    "course": Key(slug),
    "grants_available": Key(whole(1, 100_000), required=True),
    "grants_per_team": Key(whole(1, 1_000), required=True),
    "cities_announced": Key(whole(1, 10_000)),
    "team_size": Key(mapping(SIZE)),
}
LEVEL = {"percent": Key(whole(0, 100), required=True), "text": Key(_lenient_words, required=True)}
STEP = {"from": Key(_start, required=True), "percent": Key(whole(0, 100), required=True)}
RULE_SOURCES = [name for name, source in SOURCES.items() if source.is_rule]
POINT_SOURCES = [name for name, source in SOURCES.items() if not source.is_rule]
HELP = Key(words(500), required=True)
RULE_KEYS = {
    "id": Key(slug, required=True),
    "title": Key(words(200), required=True),
    "help": HELP,
    "evidence": Key(one_of(*RULE_SOURCES), required=True),
}
RULE_OPTIONS = {
    "team-sectors": {"required": Key(many(one_of(*SECTORS), 6), required=True)},
    "preliminary-profile": {
        "template": Key(slug, required=True),
        "level": Key(one_of("preliminary", "full"), required=True),
    },
}
CRITERION_KEYS = {
    "id": Key(pattern(CRITERION_ID, "C1"), required=True),
    "title": Key(words(200), required=True),
    "points": Key(whole(1, 100), required=True),
    "evidence": Key(_entries, required=True),
}
EVIDENCE_KEYS = {
    "source": Key(one_of(*POINT_SOURCES), required=True),
    "title": Key(words(200), required=True),
    "points": Key(whole(1, 100), required=True),
    "help": HELP,
}
TRANSLATED_RULE = {k: RULE_KEYS[k] for k in ("id", "title", "help")}
TRANSLATED_CRITERION = {k: CRITERION_KEYS[k] for k in ("id", "title", "evidence")}
TRANSLATED_EVIDENCE = {
    "source": EVIDENCE_KEYS["source"],
    "measure": Key(words(40)),
    "title": EVIDENCE_KEYS["title"],
    "help": HELP,
    "levels": Key(_entries),
}


@dataclass(frozen=True)
class ReadCall:
    """A call ready to be stored."""

    slug: str
    opened: str
    spec: dict[str, Any]
    """``{course, grants_available, grants_per_team, cities_announced, team_size, rules: [{id,
    evidence, …}], criteria: [{id, points, evidence: [{source, measure, points, steps: [{from,
    percent}] or levels: [{percent}]}]}]}``."""
    texts: dict[str, Any]
    """By language: ``{title, summary, html, rules: {id: {title, help}}, criteria: {id: {title,
    evidence: [{title, help, levels: [text]}]}}}``."""

    @property
    def digest(self) -> str:
        """Changes when anything in the call does."""
        whole_call = json.dumps([self.opened, self.spec, self.texts], sort_keys=True)
        return hashlib.sha256(whole_call.encode()).hexdigest()


@dataclass
class Reading:
    """What came of reading; ``call`` is None where an error was found."""

    call: ReadCall | None
    findings: list[Finding]


@dataclass
class _Document:
    head: FrontMatter
    language: str
    rules: list[dict[str, Any]] = field(default_factory=list)
    criteria: list[dict[str, Any]] = field(default_factory=list)
    html: str = ""


def looks_like_call(path: Path) -> bool:
    """Whether a file is a call: one of a folder ``calls``, or one that has criteria."""
    if path.suffix != ".md" or TRANSLATION.fullmatch(path.name):
        return False
    if path.parent.name == "calls":
        return True
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return b"\ncriteria:" in file.read(SNIFFED)
    except OSError:
        return False


def read_call(path: Path) -> Reading:
    """The call in a file and its translations beside it; touches nothing."""
    findings = Findings()
    original = _document(path, ORIGINAL, findings)
    others = [_document(p, language, findings) for language, p in _translations(path).items()]
    if original is None:
        return Reading(None, findings.sorted())
    texts = {ORIGINAL: _texts(original)}
    for other in others:
        if other is not None and _fits(original, other, findings):
            texts[other.language] = _texts(other)
    if findings.errors:
        return Reading(None, findings.sorted())
    values = original.head.values
    spec = {key: values[key] for key in CALL_KEYS if key in values and key not in COMMON}
    opened = spec.pop("opened")
    spec["rules"] = [_without(each, "title", "help") for each in original.rules]
    spec["criteria"] = [_criterion_spec(each) for each in original.criteria]
    return Reading(ReadCall(values["id"], opened, spec, texts), findings.sorted())


def _translations(path: Path) -> dict[str, Path]:
    try:
        siblings = sorted(path.parent.iterdir())
    except OSError:
        return {}
    found = ((TRANSLATION.fullmatch(each.name), each) for each in siblings)
    return {
        match["language"]: each for match, each in found if match and match["stem"] == path.stem
    }


def _document(path: Path, language: str, findings: Findings) -> _Document | None:
    source = read_source(path.parent, path, findings)
    if source is None:
        return None
    is_original = language == ORIGINAL
    head = read_front_matter(source, CALL_KEYS if is_original else COMMON, findings)
    if head is None:
        return None
    document = _Document(head, language)
    document.rules = _checked(
        head,
        "rules",
        head.values.get("rules", []),
        findings,
        _rule_keys if is_original else lambda _raw: TRANSLATED_RULE,
    )
    document.criteria = _criteria(head, findings, is_original)
    _note_twice(head, "rules", document.rules, findings)
    _note_twice(head, "criteria", document.criteria, findings)
    if is_original:
        _check_points(document, findings)
    document.html = _html(source.file, head, language, findings)
    return document


def _checked(
    head: FrontMatter,
    prefix: str,
    entries: Iterable[dict[str, Any]],
    findings: Findings,
    keys_for: Callable[[dict[str, Any]], Mapping[str, Key]],
) -> list[dict[str, Any]]:
    """Each entry's values, everything wrong noted at its place."""
    checked = []
    for index, raw in enumerate(entries):
        at = f"{prefix}.{index}"
        place = head.places.get(at, head.start)
        checked.append(check_mapping(raw, keys_for(raw), findings, head.places, place, f"{at}."))
    return checked


def _criteria(head: FrontMatter, findings: Findings, is_original: bool) -> list[dict[str, Any]]:
    keys = CRITERION_KEYS if is_original else TRANSLATED_CRITERION
    entries = head.values.get("criteria", [])
    criteria = _checked(head, "criteria", entries, findings, lambda _raw: keys)
    for index, criterion in enumerate(criteria):
        at = f"criteria.{index}.evidence"
        evidence_keys = _evidence_keys if is_original else lambda _raw: TRANSLATED_EVIDENCE
        raw_evidence = criterion.get("evidence", [])
        criterion["evidence"] = _checked(head, at, raw_evidence, findings, evidence_keys)
        for number, evidence in enumerate(criterion["evidence"]):
            below = f"{at}.{number}"
            for name, keys_for in (("levels", _level_keys), ("steps", _step_keys)):
                if name in evidence:
                    rows = evidence[name]
                    evidence[name] = _checked(head, f"{below}.{name}", rows, findings, keys_for)
            if is_original:
                _check_steps(head, below, evidence, findings)
    return criteria


def _level_keys(_raw: dict[str, Any]) -> Mapping[str, Key]:
    return LEVEL


def _step_keys(_raw: dict[str, Any]) -> Mapping[str, Key]:
    return STEP


def _rule_keys(raw: dict[str, Any]) -> Mapping[str, Key]:
    """What a rule may say depends on its source."""
    return RULE_KEYS | RULE_OPTIONS.get(str(raw.get("evidence")), _all_rule_options())


def _all_rule_options() -> dict[str, Key]:
    """For an unknown source: any option is let through, the source itself is the finding."""
    return {name: Key(lambda value: value) for options in RULE_OPTIONS.values() for name in options}


def _evidence_keys(raw: dict[str, Any]) -> Mapping[str, Key]:
    """What a piece of evidence may say depends on its source."""
    source = SOURCES.get(str(raw.get("source")))
    if source is None or source.is_rule:
        anything = Key(lambda value: value)
        rows = {"steps": Key(_entries), "levels": Key(_entries)}
        return EVIDENCE_KEYS | {"measure": anything, "judged": anything} | rows
    if source.is_judged:
        return EVIDENCE_KEYS | {
            "judged": Key(_true, required=True),
            "levels": Key(_entries, required=True),
        }
    keys = EVIDENCE_KEYS | {
        "measure": Key(one_of(*source.measures), required=True),
        "steps": Key(_entries, required=True),
    }
    return keys | {"template": Key(slug)} if raw.get("source") == "profile-indicators" else keys


def _check_steps(head: FrontMatter, at: str, evidence: dict[str, Any], findings: Findings) -> None:
    """Steps and levels go up, and the last gives everything."""
    source = SOURCES.get(evidence.get("source", ""))
    name = "levels" if source and source.is_judged else "steps"
    rows = evidence.get(name)
    if source is None or not rows or any("percent" not in row for row in rows):
        return
    place = head.places.get(f"{at}.{name}", head.start)
    starts = [_rank(row["from"], source) for row in rows if "from" in row]
    if None in starts:
        known = " | ".join(source.stages) or "1, 2, 3 …"
        said = ", ".join(str(row["from"]) for row in rows)
        findings.add(place, "value-wrong", key=name, value=said, expected=known)
        return
    for numbers in (starts, [row["percent"] for row in rows]):
        if any(b <= a for a, b in pairwise(numbers)):
            said = ", ".join(str(number) for number in numbers)
            findings.add(place, "value-wrong", key=name, value=said, expected="1 < 2 < 3")
    if rows[-1]["percent"] != 100:
        last = rows[-1]["percent"]
        findings.add(place, "value-wrong", key=f"{name}.percent", value=last, expected="100")


def _rank(start: int | str, source: Source) -> Any:
    if source.stages:
        return source.stages.index(str(start)) if start in source.stages else None
    return start if isinstance(start, int) else None


def _check_points(document: _Document, findings: Findings) -> None:
    """All criteria together give 100, the evidence of one together its points."""
    head = document.head
    if document.criteria and all("points" in each for each in document.criteria):
        total = sum(each["points"] for each in document.criteria)
        if total != 100:
            findings.add(head.place("criteria"), "weights-not-100", total=total)
    for index, criterion in enumerate(document.criteria):
        evidence = criterion["evidence"]
        if not evidence or not all("points" in each for each in [criterion, *evidence]):
            continue
        together = sum(each["points"] for each in evidence)
        if together != criterion["points"]:
            place = head.places.get(f"criteria.{index}.points", head.start)
            findings.add(
                place,
                "value-wrong",
                key="points",
                value=criterion["points"],
                expected=f"{together} (evidence)",
            )
        judged = [each for each in evidence if each.get("judged")]
        if len(judged) > 1:
            place = head.places.get(f"criteria.{index}.evidence", head.start)
            findings.add(place, "value-wrong", key="judged", value=len(judged), expected="1")


def _note_twice(
    head: FrontMatter, name: str, entries: list[dict[str, Any]], findings: Findings
) -> None:
    seen: dict[str, Place] = {}
    for index, entry in enumerate(entries):
        place = head.places.get(f"{name}.{index}.id", head.start)
        if "id" in entry and entry["id"] in seen:
            other = seen[entry["id"]]
            findings.add(place, "id-twice", id=entry["id"], other=f"{other.file}:{other.line}")
        elif "id" in entry:
            seen[entry["id"]] = place


def _html(file: str, head: FrontMatter, language: str, findings: Findings) -> str:
    body = scan_body(file, head.body, findings)
    renderer = Renderer(Known(), findings)
    sheet = Sheet(file, Target(), Glossary(), footnotes=body.footnotes)
    html = compile_body(body, sheet, renderer, language)
    note_unused_footnotes(body, sheet, findings)
    return html


def _fits(original: _Document, other: _Document, findings: Findings) -> bool:
    """Whether a translation has the original's rules, criteria and evidence, in any order of keys."""
    if findings.errors:
        return False
    expected, found = _skeleton(original), _skeleton(other)
    for (_key, theirs), (key, ours) in zip(found, expected, strict=False):
        if theirs != ours:
            findings.add(other.head.place(key), "translation-differs", found=theirs, expected=ours)
            return False
    return True


def _skeleton(document: _Document) -> list[tuple[str, str]]:
    """What a translation must repeat, a line for each, with the key where it stands."""
    lines = [("id", document.head.values["id"])]
    lines.append(("rules", ", ".join(each["id"] for each in document.rules)))
    lines.append(("criteria", ", ".join(each["id"] for each in document.criteria)))
    for index, each in enumerate(document.criteria):
        named = ", ".join(_evidence_name(evidence) for evidence in each["evidence"])
        lines.append((f"criteria.{index}.evidence", named))
    return lines


def _evidence_name(evidence: dict[str, Any]) -> str:
    levels = "/".join(str(level["percent"]) for level in evidence.get("levels", []))
    return " ".join(filter(None, (evidence["source"], evidence.get("measure", ""), levels)))


def _texts(document: _Document) -> dict[str, Any]:
    values = document.head.values
    return {
        "title": values.get("title", ""),
        "summary": values.get("summary", ""),
        "html": document.html,
        "rules": {
            each["id"]: {"title": each.get("title", ""), "help": each.get("help", "")}
            for each in document.rules
            if "id" in each
        },
        "criteria": {
            each["id"]: {
                "title": each.get("title", ""),
                "evidence": [_evidence_texts(evidence) for evidence in each["evidence"]],
            }
            for each in document.criteria
            if "id" in each
        },
    }


def _evidence_texts(evidence: dict[str, Any]) -> dict[str, Any]:
    levels = [level.get("text", "") for level in evidence.get("levels", [])]
    said = {"title": evidence.get("title", ""), "help": evidence.get("help", "")}
    return said | ({"levels": levels} if levels else {})


def _criterion_spec(criterion: dict[str, Any]) -> dict[str, Any]:
    evidence = [_without(each, "title", "help") for each in criterion["evidence"]]
    for each in evidence:
        if "levels" in each:
            each["levels"] = [_without(level, "text") for level in each["levels"]]
    return _without(criterion, "title") | {"evidence": evidence}


def _without(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}
