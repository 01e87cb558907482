"""What is wrong with content, and where: codes here, words in ``words``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

MOST_IN_A_FILE = 100
"""A file with more findings than this is not content; the rest is not listed."""


_LONG = {"known": 400, "expected": 400, "ids": 400}
"""Values that are lists of what there is: whole, or they would help nobody."""


class Level(StrEnum):
    """Whether a finding keeps the content out."""

    ERROR = "error"
    WARNING = "warning"


CODES: dict[str, Level] = {
    # files
    "folder-missing": Level.ERROR,
    "course-missing": Level.ERROR,
    "module-missing": Level.ERROR,
    "module-empty": Level.ERROR,
    "file-unreadable": Level.ERROR,
    "file-too-large": Level.ERROR,
    "file-too-many-lines": Level.ERROR,
    "file-outside": Level.ERROR,
    "file-binary": Level.ERROR,
    "file-encoding": Level.ERROR,
    "file-unexpected": Level.WARNING,
    "too-many-files": Level.ERROR,
    "too-many-findings": Level.ERROR,
    "zip-broken": Level.ERROR,
    "zip-encrypted": Level.ERROR,
    "zip-link": Level.ERROR,
    "zip-name": Level.ERROR,
    "zip-too-large": Level.ERROR,
    "zip-twice": Level.ERROR,
    "tab": Level.ERROR,
    "translation-orphan": Level.ERROR,
    "translation-differs": Level.ERROR,
    "translation-lacks": Level.ERROR,
    "translation-adds": Level.ERROR,
    "translation-order": Level.ERROR,
    # front matter
    "front-matter-missing": Level.ERROR,
    "front-matter-unclosed": Level.ERROR,
    "front-matter-malformed": Level.ERROR,
    "front-matter-alias": Level.ERROR,
    "key-missing": Level.ERROR,
    "key-unknown": Level.ERROR,
    "key-twice": Level.ERROR,
    "value-wrong": Level.ERROR,
    "text-wanted": Level.ERROR,
    "text-long": Level.ERROR,
    "id-malformed": Level.ERROR,
    "id-twice": Level.ERROR,
    "when-unclear": Level.ERROR,
    "weights-not-100": Level.ERROR,
    "weights-module-unknown": Level.ERROR,
    # text
    "text-missing": Level.ERROR,
    "text-too-long": Level.ERROR,
    "text-too-deep": Level.ERROR,
    "heading-level": Level.ERROR,
    "list-not-apart": Level.ERROR,
    "table-not-apart": Level.ERROR,
    "table-no-rule": Level.ERROR,
    "table-row": Level.ERROR,
    "raw-html": Level.ERROR,
    "link-broken": Level.ERROR,
    "link-scheme": Level.ERROR,
    "picture-missing": Level.ERROR,
    "picture-elsewhere": Level.ERROR,
    "picture-kind": Level.ERROR,
    "picture-no-words": Level.ERROR,
    "picture-heavy": Level.WARNING,
    "picture-unused": Level.WARNING,
    "picture-broken": Level.ERROR,
    "picture-too-large": Level.ERROR,
    "picture-too-detailed": Level.ERROR,
    "picture-misnamed": Level.ERROR,
    "picture-moving": Level.WARNING,
    "picture-small": Level.WARNING,
    "picture-cleaned": Level.WARNING,
    "footnote-missing": Level.ERROR,
    "footnote-twice": Level.ERROR,
    "footnote-unused": Level.WARNING,
    # blocks
    "block-unknown": Level.ERROR,
    "block-malformed": Level.ERROR,
    "block-unclosed": Level.ERROR,
    "block-not-open": Level.ERROR,
    "block-empty": Level.ERROR,
    "block-no-title": Level.ERROR,
    "option-unknown": Level.ERROR,
    "option-malformed": Level.ERROR,
    "option-not-indented": Level.ERROR,
    "option-wrong": Level.ERROR,
    # questions
    "question-no-id": Level.ERROR,
    "question-no-answers": Level.ERROR,
    "question-no-right-answer": Level.ERROR,
    "question-too-short": Level.ERROR,
    "question-kinds-mixed": Level.ERROR,
    "question-kind-wrong": Level.ERROR,
    "question-link": Level.ERROR,
    "answer-malformed": Level.ERROR,
    "answer-twice": Level.ERROR,
    "quote-not-indented": Level.ERROR,
    "number-malformed": Level.ERROR,
    "number-loose": Level.ERROR,
    "order-numbers": Level.ERROR,
    "text-after-answers": Level.ERROR,
    # glossary
    "term-unknown": Level.ERROR,
    "term-malformed": Level.ERROR,
    "term-twice": Level.ERROR,
    "term-unused": Level.WARNING,
    # plain words
    "lesson-length": Level.WARNING,
    "lesson-heavy": Level.WARNING,
    "lesson-hard": Level.ERROR,
    "lesson-rather-hard": Level.WARNING,
    "sentences-long": Level.WARNING,
    "sentence-long": Level.WARNING,
}
"""Every code; docs/content.md has the same list with what each means (a test compares)."""


class Place(NamedTuple):
    """Where something stands; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend."""

    place: Place
    code: str
    values: tuple[tuple[str, str], ...] = ()
    """What the words are filled with."""

    @property
    def level(self) -> Level:
        return CODES[self.code]


class Findings:
    """Collects what is found, in any order."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}
        self._per_file: Counter[str] = Counter()

    def add(self, place: Place, code: str, **values: object) -> None:
        """Notes a finding; the same one at the same place counts once."""
        assert code in CODES, code
        shown = tuple((k, printable(str(v), _LONG.get(k, 120))) for k, v in values.items())
        finding = Finding(place, code, shown)
        if finding in self._found:
            return
        self._per_file[place.file] += 1
        if self._per_file[place.file] == MOST_IN_A_FILE + 1:
            finding = Finding(
                Place(place.file), "too-many-findings", (("most", str(MOST_IN_A_FILE)),)
            )
        elif self._per_file[place.file] > MOST_IN_A_FILE:
            return
        self._found[finding] = None

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Notes what was found before and elsewhere."""
        for each in findings:
            self.add(each.place, each.code, **dict(each.values))

    def note_ids(self, place: Place, found: Sequence[str], expected: Sequence[str]) -> bool:
        """Notes which ids a translation has too many or too few, or in another order; says if any."""
        if list(found) == list(expected):
            return False
        surplus = [each for each in found if each not in expected]
        missing = [each for each in expected if each not in found]
        if not surplus and not missing:
            self.add(place, "translation-order")
        if missing:
            self.add(place, "translation-lacks", ids=", ".join(missing))
        if surplus:
            near = nearest(surplus[0], missing)
            self.add(place, "translation-adds", ids=", ".join(surplus), near=near)
        return True

    def in_order(self) -> list[Finding]:
        """As they were found."""
        return list(self._found)

    def sorted(self) -> list[Finding]:
        """By file, line, column and code."""
        return sorted(self._found)

    @property
    def errors(self) -> int:
        """How many keep the content out."""
        return sum(finding.level == Level.ERROR for finding in self._found)


def printable(text: str, longest: int = 120) -> str:
    """Text from a file that a terminal shows without being steered by it."""
    shown = "".join(c if c.isprintable() else "�" for c in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def nearest(word: str, known: object) -> str:
    """The known word that was probably meant, or nothing."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)  # type: ignore[call-overload]
    return str(found[0]) if found else ""
