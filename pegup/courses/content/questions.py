"""A ``question`` block as a question: what is asked, what is right, what is said afterwards.

Texts stay Markdown here; ``compiling`` turns them into the JSON that is stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pegup.authoring.findings import Findings, Place
from pegup.authoring.source import Line, Text, text_of
from pegup.courses.content.blocks import Block

CHOICE = re.compile(r"^- +\[(?P<mark>[ xX])\](?: +(?P<text>.*))?$")
NUMBER = re.compile(r"^=(?!=) *(?P<text>.*)$")
PAIR = re.compile(r"^- +(?P<left>.*?\S) *(?:->|→) *(?P<right>\S.*)$")
STEP = re.compile(r"^(?P<number>\d{1,3})\. +(?P<text>.*)$")
BULLET = re.compile(r"^- +")
NEARLY = re.compile(r"^ *(?:[-*+•–] *\S|\[ *[xX]? *\])")
"""What was meant as an answer: another bullet, no space, no bullet."""
QUOTE = re.compile(r"^ *> ?")
VALUE = re.compile(
    r"(?P<answer>[-−]?\d{1,15}(?:\.\d{1,10})?)"
    r"(?: *(?:±|\+/-) *(?P<tolerance>\d{1,15}(?:\.\d{1,10})?))?"
    r"(?: +(?P<unit>(?!.*(?:±|\+/?-))\S.{0,39}))?"
)
LOOSE = re.compile(
    r"(?P<answer>[-−]?\d{1,15}(?:\.\d{1,10})?) ?(?P<unit>[^\d\s±+.-][^\d±+]{0,38})?"
    r"(?:(?:±|\+/?-) *(?P<tolerance>\d{1,15}(?:\.\d{1,10})?) ?(?P<last>[^\d\s].{0,39})?)?"
)
TRUE_FALSE = ({"verdadero", "falso"}, {"true", "false"})
MOST_ANSWERS = 30


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    MATCH = "match"
    ORDER = "order"


CHOICES = {Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE}


@dataclass
class Answer:
    """An option, a pair (``text`` and ``right_side``) or an item to put in order."""

    text: Text
    is_right: bool = False
    right_side: Text | None = None
    feedback: Text | None = None


@dataclass
class Asked:
    """A question as written."""

    slug: str
    place: Place
    prompt: Text
    kind: Kind = Kind.SINGLE
    body: Text | None = None
    answers: list[Answer] = field(default_factory=list)
    answer: str = ""
    tolerance: str = "0"
    unit: str = ""
    feedback: Text | None = None
    is_shuffled: bool = True


def read_question(block: Block, findings: Findings) -> Asked | None:
    """The question, or None with the reasons among the findings."""
    before = findings.errors
    if "id" not in block.options | dict.fromkeys(block.flawed):
        findings.add(block.place, "question-no-id")
    lines = block.body.lines
    shape = _shape(lines)
    if shape is None:
        findings.add(block.place, "question-no-answers")
        return None
    asked = Asked(block.options.get("id", ""), block.place, block.title)
    without_answers = findings.errors
    first = _first_answer(block, shape, findings)
    asked.body = _or_none(text_of(block.body.file, lines[:first]))
    groups, tail = _groups(block, lines[first:], shape, findings)
    asked.feedback = tail
    _READERS[shape](asked, block, groups, findings)
    if findings.errors == without_answers:
        # Too few answers, or no right one, is no news where one could not be read.
        _check_answers(asked, findings)
    is_whole = findings.errors == before and "id" in block.options
    return asked if is_whole else None


def _first_answer(block: Block, shape: re.Pattern[str], findings: Findings) -> int:
    """Which line begins the answers; what stands right above it like one is among the findings."""
    lines = block.body.lines
    first = next(i for i, line in enumerate(lines) if shape.match(line.text))
    above = first - 1
    while above >= 0 and lines[above].text.strip():
        above -= 1
    for line in lines[above + 1 : first]:
        if NEARLY.match(line.text):
            findings.add(block.body.at(line), "answer-malformed", text=line.text.strip())
    return first


def _shape(lines: Sequence[Line]) -> re.Pattern[str] | None:
    """What the answers look like: the first of the shapes that any line has."""
    shapes = (CHOICE, NUMBER, PAIR, STEP)
    return next((s for s in shapes if any(s.match(line.text) for line in lines)), None)


@dataclass
class _Group:
    """One answer's line with the lines that belong to it."""

    line: Line
    found: re.Match[str]
    more: list[Line] = field(default_factory=list)
    quoted: list[Line] = field(default_factory=list)


def _groups(
    block: Block, lines: Sequence[Line], shape: re.Pattern[str], findings: Findings
) -> tuple[list[_Group], Text | None]:
    """The answers and the feedback for everybody."""
    groups: list[_Group] = []
    tail: list[Line] = []
    quotes: list[Line] = []
    others = [s for s in (CHOICE, NUMBER, PAIR, STEP) if s is not shape]
    for line in lines:
        place = block.body.at(line)
        found = shape.match(line.text)
        quote = QUOTE.match(line.text)
        indented = line.text.startswith("  ")
        if found and quotes and quotes[-1].number == line.number - 1:
            # Answers go on right below: it was meant for the one above.
            findings.add(block.body.at(quotes[0]), "quote-not-indented", text=quotes[0].text)
            tail.clear()
            quotes.clear()
        if found and not tail:
            groups.append(_Group(line, found))
        elif not line.text.strip():
            continue
        elif quote and indented and not tail:
            groups[-1].quoted.append(line.after(quote.end()))
        elif quote and not indented:
            tail.append(line.after(quote.end()))
            quotes.append(line)
        elif indented and not groups[-1].quoted and not tail:
            indent = len(line.text) - len(line.text.lstrip())
            groups[-1].more.append(line.after(indent))
        elif found or tail:
            findings.add(place, "text-after-answers", text=line.text)
        elif any(other.match(line.text) for other in others):
            findings.add(place, "question-kinds-mixed", text=line.text)
        elif BULLET.match(line.text) or NEARLY.match(line.text):
            findings.add(place, "answer-malformed", text=line.text.strip())
        else:
            findings.add(place, "text-after-answers", text=line.text)
    return groups, _or_none(text_of(block.body.file, tail))


def _read_choices(asked: Asked, block: Block, groups: list[_Group], findings: Findings) -> None:
    for group in groups:
        answer = _answer(block, group, "text", findings)
        answer.is_right = group.found["mark"] != " "
        asked.answers.append(answer)
    right = sum(answer.is_right for answer in asked.answers)
    wanted = block.options.get("kind")
    asked.kind = Kind.MULTIPLE if right > 1 or wanted == Kind.MULTIPLE else Kind.SINGLE
    if wanted == Kind.SINGLE and right > 1:
        findings.add(asked.place, "question-kind-wrong", kind=wanted)
    asked.is_shuffled = block.options.get("shuffle", "true") == "true"
    texts = {answer.text.plain.strip().lower() for answer in asked.answers}
    if asked.kind == Kind.SINGLE and texts in TRUE_FALSE:
        asked.kind, asked.is_shuffled = Kind.TRUE_FALSE, False


def _read_number(asked: Asked, block: Block, groups: list[_Group], findings: Findings) -> None:
    asked.kind = Kind.NUMERIC
    asked.is_shuffled = False
    _refuse_kind(asked, block, findings)
    if len(groups) > 1:
        second = groups[1].line
        findings.add(block.body.at(second), "number-malformed", text=second.text, near="")
    group = groups[0]
    found = VALUE.fullmatch(group.found["text"].strip())
    if not found or group.more or group.quoted:
        line = (group.more or group.quoted or [group.line])[0] if found else group.line
        near = _number_meant(group.found["text"]) if not found else ""
        findings.add(block.body.at(line), "number-malformed", text=line.text, near=near)
        return
    answer = Decimal(found["answer"].replace("−", "-"))
    asked.answer = str(answer)
    asked.tolerance = found["tolerance"] or "0"
    if answer and Decimal(asked.tolerance) >= abs(answer):
        place = block.body.at(group.line)
        findings.add(place, "number-loose", answer=answer, tolerance=asked.tolerance)
    asked.unit = found["unit"] or ""


def _number_meant(written: str) -> str:
    """The line that was probably meant: a decimal comma, a unit in the wrong place."""
    found = LOOSE.fullmatch(written.replace(",", ".").strip())
    if found is None:
        return ""
    tolerance = f" ± {found['tolerance']}" if found["tolerance"] else ""
    unit = (found["unit"] or found["last"] or "").strip()
    line = f"= {found['answer']}{tolerance}{f' {unit}' if unit else ''}"
    return line if VALUE.fullmatch(line.removeprefix("= ")) else ""


def _read_pairs(asked: Asked, block: Block, groups: list[_Group], findings: Findings) -> None:
    asked.kind = Kind.MATCH
    _refuse_kind(asked, block, findings)
    for group in groups:
        answer = _answer(block, group, "left", findings)
        answer.text = Text(block.body.file, (_part(group, "left"),))
        right = (_part(group, "right"), *group.more)
        answer.right_side = Text(block.body.file, right)
        asked.answers.append(answer)


def _read_steps(asked: Asked, block: Block, groups: list[_Group], findings: Findings) -> None:
    asked.kind = Kind.ORDER
    _refuse_kind(asked, block, findings)
    for position, group in enumerate(groups, 1):
        if int(group.found["number"]) != position:
            place = block.body.at(group.line)
            findings.add(place, "order-numbers", number=group.found["number"], expected=position)
        asked.answers.append(_answer(block, group, "text", findings))


_READERS = {CHOICE: _read_choices, NUMBER: _read_number, PAIR: _read_pairs, STEP: _read_steps}


def _answer(block: Block, group: _Group, name: str, findings: Findings) -> Answer:
    file = block.body.file
    text = Text(file, (_part(group, name), *group.more))
    if text.is_blank:
        findings.add(block.body.at(group.line), "answer-malformed", text=group.line.text)
    if group.quoted and "mark" not in group.found.re.groupindex:
        place = block.body.at(group.quoted[0])
        findings.add(place, "text-after-answers", text=group.quoted[0].text)
    return Answer(text, feedback=_or_none(text_of(file, group.quoted)))


def _part(group: _Group, name: str) -> Line:
    text = group.found[name] or ""
    start = group.found.start(name) if group.found[name] else len(group.line.text)
    return Line(text.rstrip(), group.line.number, group.line.column + start)


def _refuse_kind(asked: Asked, block: Block, findings: Findings) -> None:
    if "kind" in block.options:
        findings.add(asked.place, "question-kind-wrong", kind=block.options["kind"])


def _check_answers(asked: Asked, findings: Findings) -> None:
    if asked.kind == Kind.NUMERIC:
        return
    if not 2 <= len(asked.answers) <= MOST_ANSWERS:
        findings.add(asked.place, "question-too-short", least=2, most=MOST_ANSWERS)
    elif asked.kind in CHOICES and not any(answer.is_right for answer in asked.answers):
        findings.add(asked.place, "question-no-right-answer")
    seen: set[str] = set()
    for answer in asked.answers:
        text = " ".join(answer.text.plain.split()).casefold()
        if text in seen:
            findings.add(answer.text.place, "answer-twice", text=answer.text.plain)
        seen.add(text)


def _or_none(text: Text) -> Text | None:
    return None if text.is_blank else text
