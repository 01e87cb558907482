"""What a check can mend by itself: questions without an id get one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pegup.authoring.findings import Finding
from pegup.courses.content.glossary import normal

WORDS_IN_ID = 6
ID_LENGTH = 60
QUESTION = re.compile(rb"^/// question \|(?P<title>[^\r\n]*)(?P<end>\r?\n)")
ID_LINE = re.compile(rb"^ {4}id: *(?P<id>[a-z0-9-]+)\s*$", re.MULTILINE)
TRANSLATION = re.compile(r"^(?P<stem>.+)\.[a-z]{2}\.md$")


@dataclass(frozen=True)
class Mended:
    """An id that was written into a file."""

    file: str
    line: int
    id: str


def mend_ids(folder: Path, findings: list[Finding]) -> list[Mended]:
    """Writes an id below each question that has none, made from its words; changes nothing else.

    A translation gets the ids of its original, so originals are mended first.
    """
    wanted: dict[str, list[int]] = {}
    for finding in findings:
        if finding.code == "question-no-id":
            wanted.setdefault(finding.place.file, []).append(finding.place.line)
    used = _ids_below(folder)
    mended: list[Mended] = []
    for file in sorted(wanted, key=lambda file: bool(TRANSLATION.match(file))):
        mended += _mend(folder, file, wanted[file], used)
    return mended


def _mend(folder: Path, file: str, numbers: list[int], used: set[str]) -> list[Mended]:
    path = folder / file
    lines = path.read_bytes().splitlines(keepends=True)
    original = _original_ids(folder, file)
    mended: list[Mended] = []
    for number in sorted(numbers):
        below = number + len(mended)  # each id that was written moves the rest down
        found = QUESTION.match(lines[below - 1])
        if found is None:
            continue
        before = sum(bool(QUESTION.match(line)) for line in lines[: below - 1])
        if original is None:
            made = _fresh(found["title"].decode("utf-8", "replace"), used)
        elif before < len(original):
            made = original[before]
        else:
            continue
        used.add(made)
        lines.insert(below, b"    id: " + made.encode() + found["end"])
        mended.append(Mended(file, below + 1, made))
    path.write_bytes(b"".join(lines))
    return mended


def _fresh(title: str, used: set[str]) -> str:
    """An id from the first words of a question, that nothing in the course has."""
    words = re.findall(r"[a-z0-9]+", normal(title))[:WORDS_IN_ID]
    base = "-".join(words)[:ID_LENGTH].strip("-") or "pregunta"
    made, number = base, 2
    while made in used:
        made, number = f"{base}-{number}", number + 1
    return made


def _original_ids(folder: Path, file: str) -> list[str] | None:
    """The question ids of the lesson that this file translates, in order; None for an original."""
    found = TRANSLATION.match(file)
    if found is None:
        return None
    try:
        content = (folder / f"{found['stem']}.md").read_bytes()
    except OSError:
        return []
    return [each.decode() for each in ID_LINE.findall(content)]


def _ids_below(folder: Path) -> set[str]:
    used: set[str] = set()
    for path in folder.rglob("*.md"):
        used |= {each.decode() for each in ID_LINE.findall(path.read_bytes())}
    return used
