"""How far a document is: pure counting, so that a page and a call's evidence say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MENTION = re.compile(r"\{([A-Z]\d{2})\}")
"""An indicator in a text: ``{A03}`` shows its value there."""


class Level(StrEnum):
    """What a profile is worth to a call and to the course."""

    NONE = "none"
    PRELIMINARY = "preliminary"
    FULL = "full"


@dataclass(frozen=True)
class Answer:
    """What counts of one indicator's current answer."""

    code: str
    is_core: bool
    is_sourced: bool
    """value, year and source"""
    is_reasoned: bool
    """no value, and a reason why"""

    @property
    def is_answered(self) -> bool:
        return self.is_sourced or self.is_reasoned


@dataclass(frozen=True)
class ProfileSummary:
    """Counts of one document."""

    level: Level
    core_answered: int
    answered: int
    sourced: int
    used_in_text: int
    """indicators with a source whose value stands in the text"""
    sections_written: int
    sections_settled: int
    """written, or marked as not applicable with a reason"""
    sections_total: int
    preliminary_needs: int
    full_needs: int


def summarise(
    *,
    answers: Iterable[Answer],
    texts: Mapping[str, str],
    not_applicable: int,
    sections_total: int,
    preliminary_needs: int,
    full_needs: int,
) -> ProfileSummary:
    """``texts`` holds the current text of every written section by its key."""
    given = list(answers)
    sourced = {answer.code for answer in given if answer.is_sourced}
    core = sum(answer.is_core and answer.is_answered for answer in given)
    answered = sum(answer.is_answered for answer in given)
    written = {key: text for key, text in texts.items() if text.strip()}
    mentioned = {code for text in written.values() for code in MENTION.findall(text)}
    return ProfileSummary(
        level=_level(core, answered, preliminary_needs, full_needs),
        core_answered=core,
        answered=answered,
        sourced=len(sourced),
        used_in_text=len(sourced & mentioned),
        sections_written=len(written),
        sections_settled=len(written) + not_applicable,
        sections_total=sections_total,
        preliminary_needs=preliminary_needs,
        full_needs=full_needs,
    )


def _level(core: int, answered: int, preliminary_needs: int, full_needs: int) -> Level:
    """Preliminary: enough core indicators; full: enough indicators besides."""
    if core < preliminary_needs:
        return Level.NONE
    return Level.FULL if answered >= full_needs else Level.PRELIMINARY
