"""What changed between two texts, for readers: ``ins`` and ``del``, word by word."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

MOST_PAIRS = 2_000_000
"""Equal pieces of two texts that may meet; finding what changed takes time in proportion."""
AROUND = 2
"""Lines that are shown before and after a change."""

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Hunk:
    """A change with the lines around it; ``line`` is where it begins in the newer text, from 1."""

    line: int
    shown: Markup


def diff(before: str, after: str) -> Markup:
    """What changed, word by word; line by line where that would take long."""
    for split in (_words, _lines, _whole):
        old, new = split(before), split(after)
        if is_comparable(old, new):
            break
    pieces = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for action, start, end, new_start, new_end in matcher.get_opcodes():
        gone, come = escape("".join(old[start:end])), escape("".join(new[new_start:new_end]))
        if action == "equal":
            pieces.append(come)
            continue
        pieces.append(Markup("<del>{}</del>").format(gone) if gone else Markup())
        pieces.append(Markup("<ins>{}</ins>").format(come) if come else Markup())
    return Markup().join(pieces)


def hunks(before: str, after: str) -> list[Hunk]:
    """The changes of a long text, each with a few lines around it."""
    old, new = _lines(before), _lines(after)
    if not is_comparable(old, new):
        return [Hunk(1, diff(before, after))]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [_hunk(old, new, group) for group in matcher.get_grouped_opcodes(AROUND)]


def is_comparable(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether comparing these pieces takes no longer than a reader waits."""
    counted = Counter(new)
    return sum(counted[piece] for piece in old) <= MOST_PAIRS


def _hunk(old: list[str], new: list[str], group: list[Opcode]) -> Hunk:
    pieces = []
    for action, start, end, new_start, new_end in group:
        gone, come = "".join(old[start:end]), "".join(new[new_start:new_end])
        pieces.append(escape(come) if action == "equal" else diff(gone, come))
    return Hunk(group[0][3] + 1, Markup().join(pieces))


def _words(text: str) -> list[str]:
    """Words with the space behind each, so that joining them gives the text back."""
    pieces: list[str] = []
    for line in _lines(text):
        words = line.split(" ")
        pieces += [word + " " for word in words[:-1]] + [words[-1]]
    return pieces


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _whole(text: str) -> list[str]:
    return [text]
