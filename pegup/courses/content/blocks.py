"""A body of Markdown as prose, blocks (``/// name | title``) and footnotes, each in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pegup.authoring.findings import Findings, Place, nearest
from pegup.authoring.front_matter import ID, id_from
from pegup.authoring.source import Line, Text, text_of

OPENING = re.compile(r"^///(?P<space> *)(?P<name>[A-Za-z_-]+) *(?P<bar>\|)?(?P<title>.*)$")
CLOSING = re.compile(r"^/// *$")
OPTION = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z_-]+) *: *(?P<value>.*?) *$")
FOOTNOTE = re.compile(r"^\[\^(?P<label>[^\]\s]+)\]: *(?P<text>.*)$")
TITLE_LENGTH = 500
INDENT = 4
"""Spaces before an option."""

MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
NUMBER = re.compile(r"[1-9]\d{0,3}")
OUTPUTS = (
    *("team-notes", "issues", "vision", "stakeholders", "cases", "agreements", "profile", "plan"),
    *("meeting-kit", "priorities", "team", "committee", "manifesto", "follow-up", "indicators"),
)
"""What an activity may give."""

OPTIONS: dict[str, dict[str, re.Pattern[str] | tuple[str, ...]]] = {
    "deeper": {},
    "activity": {"output": OUTPUTS, "minutes": NUMBER},
    "worked": {},
    "failed": {},
    "history": {},
    "law": {"checked": MONTH, "certainty": ("confirmed", "unconfirmed")},
    "note": {},
    "question": {"id": ID, "kind": ("single", "multiple"), "shuffle": ("true", "false")},
}
"""Every block with its options and what each may be."""
NEED_TITLE = {"history", "question"}
SPANISH = {
    **{"pregunta": "question", "actividad": "activity", "nota": "note", "ley": "law"},
    **{"norma": "law", "historia": "history", "detalle": "deeper", "mas": "deeper"},
    **{"funciono": "worked", "logro": "worked", "fracaso": "failed", "fallo": "failed"},
}
"""What somebody who writes Spanish may try for a block's name."""


@dataclass(frozen=True)
class Block:
    """One block as written; options hold what is allowed, and nothing else."""

    name: str
    title: Text
    options: dict[str, str]
    body: Text
    place: Place
    flawed: frozenset[str] = frozenset()
    """Options that are there and written wrongly: they are told once, not as missing too."""


@dataclass
class Body:
    """What a file says below its front matter."""

    parts: list[Text | Block] = field(default_factory=list)
    footnotes: dict[str, Text] = field(default_factory=dict)


def scan_body(file: str, lines: Sequence[Line], findings: Findings) -> Body:
    """Splits the body; what is not closed or not known is among the findings."""
    body = Body()
    prose: list[Line] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        opening = None if CLOSING.match(line.text) else OPENING.match(line.text)
        if opening:
            _end_prose(body, file, prose, findings)
            index = _scan_block(body, file, lines, index, opening, findings)
            continue
        if CLOSING.match(line.text):
            findings.add(Place(file, line.number), "block-not-open")
        elif line.text.lstrip().startswith("///"):
            _note_malformed(file, line, findings)
        else:
            prose.append(line)
        index += 1
    _end_prose(body, file, prose, findings)
    return body


def _scan_block(
    body: Body,
    file: str,
    lines: Sequence[Line],
    start: int,
    opening: re.Match[str],
    findings: Findings,
) -> int:
    """Adds the block that opens at ``start``; returns the index of the line after it."""
    place = Place(file, lines[start].number)
    index = start + 1
    options: list[Line] = []
    while index < len(lines) and _is_option(opening["name"], lines[index]):
        options.append(lines[index])
        index += 1
    inside: list[Line] = []
    closed = False
    while index < len(lines) and not OPENING.match(lines[index].text):
        line = lines[index]
        index += 1
        if CLOSING.match(line.text):
            closed = True
            break
        if line.text.lstrip().startswith("///"):
            _note_malformed(file, line, findings)
            continue
        inside.append(line)
    name = opening["name"]
    if not closed:
        findings.add(place, "block-unclosed", block=name)
    if name not in OPTIONS:
        column = opening.start("name") + 1
        near = SPANISH.get(name.lower()) or nearest(name.lower(), OPTIONS)
        known = ", ".join(OPTIONS)
        findings.add(
            place._replace(column=column), "block-unknown", block=name, near=near, known=known
        )
        return index
    if name != "question":
        inside = _take_footnotes(body, file, inside, findings)
    values = _options(name, file, options, findings)
    written = {found["name"] for line in options if (found := OPTION.match(line.text))}
    block = Block(
        name=name,
        title=_title(file, lines[start], opening),
        options=values,
        body=text_of(file, inside),
        place=place,
        flawed=frozenset(written - set(values)),
    )
    _check_whole(block, findings)
    body.parts.append(block)
    return index


def _check_whole(block: Block, findings: Findings) -> None:
    if block.name in NEED_TITLE and block.title.is_blank:
        findings.add(block.place, "block-no-title", block=block.name)
    if len(block.title.plain) > TITLE_LENGTH:
        findings.add(block.place, "text-too-long", most=TITLE_LENGTH)
    if block.name != "question" and block.body.is_blank:
        findings.add(block.place, "block-empty", block=block.name)


def _is_option(block: str, line: Line) -> bool:
    """Indented by four spaces, or an option of this block by name: it is not left to be read as text."""
    if line.text.startswith("    ") and line.text.strip():
        return True
    found = OPTION.match(line.text)
    return found is not None and found["name"] in OPTIONS.get(block, {})


def _title(file: str, line: Line, opening: re.Match[str]) -> Text:
    title = opening["title"]
    column = opening.start("title") + len(title) - len(title.lstrip())
    return Text(file, (Line(title.strip(), line.number, column + 1),))


def _options(name: str, file: str, lines: list[Line], findings: Findings) -> dict[str, str]:
    options: dict[str, str] = {}
    for line in lines:
        place = Place(file, line.number, 5)
        found = OPTION.match(line.text)
        if not found or found["name"] in options:
            findings.add(place, "option-malformed", text=line.text.strip())
            continue
        option, value = found["name"], found["value"]
        if len(found["indent"]) < INDENT:
            place = Place(file, line.number, len(found["indent"]) + 1)
            findings.add(place, "option-not-indented", text=line.text.strip())
            continue
        known = OPTIONS[name]
        if option not in known:
            near = nearest(option, known)
            findings.add(
                place,
                "option-unknown",
                block=name,
                option=option,
                near=near,
                known=", ".join(known) or "—",
            )
            continue
        allowed = known[option]
        fits = value in allowed if isinstance(allowed, tuple) else bool(allowed.fullmatch(value))
        if fits and len(value) <= 80:
            options[option] = value
            continue
        place = place._replace(column=found.start("value") + 1)
        _note_value(place, option, value, allowed, findings)
    return options


def _note_value(
    place: Place,
    option: str,
    value: str,
    allowed: re.Pattern[str] | tuple[str, ...],
    findings: Findings,
) -> None:
    if allowed is ID:
        findings.add(place, "id-malformed", value=value, near=id_from(value))
        return
    if isinstance(allowed, tuple):
        expected, near = ", ".join(allowed), nearest(value, allowed)
    else:
        expected, near = {MONTH: "2026-11", NUMBER: "30"}[allowed], ""
    findings.add(place, "option-wrong", option=option, value=value, near=near, expected=expected)


def _end_prose(body: Body, file: str, prose: list[Line], findings: Findings) -> None:
    text = text_of(file, _take_footnotes(body, file, prose, findings))
    if not text.is_blank:
        body.parts.append(text)
    prose.clear()


def _take_footnotes(body: Body, file: str, lines: Sequence[Line], findings: Findings) -> list[Line]:
    """The lines that are no footnotes; a footnote ends at an empty line or at the next."""
    kept: list[Line] = []
    label = ""
    for line in lines:
        found = FOOTNOTE.match(line.text)
        if found:
            label = found["label"]
            if label in body.footnotes:
                findings.add(Place(file, line.number), "footnote-twice", label=label)
            rest = line.after(found.start("text"))
            body.footnotes[label] = Text(file, (rest,))
        elif label and line.text.strip():
            indent = len(line.text) - len(line.text.lstrip())
            text = body.footnotes[label]
            body.footnotes[label] = Text(file, (*text.lines, line.after(indent)))
        else:
            label = ""
            kept.append(line)
    return kept


def _note_malformed(file: str, line: Line, findings: Findings) -> None:
    column = len(line.text) - len(line.text.lstrip()) + 1
    findings.add(Place(file, line.number, column), "block-malformed", text=line.text.strip())
