"""The part of a text that shows why it was found. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from pegup.search.words import WORD, Term, Word, composed, fold, word_at

LENGTH = 200
"""Letters of a passage."""
BEFORE = 60
"""Letters before the first word that was found."""
MOST_PLACES = 300
"""Places in one text that are looked at."""
HEADINGS = {"h2", "h3", "h4", "summary"}
BLOCKS = {"p", "li", "tr", "div", "section", "details", "pre", "blockquote", "br", "ul", "ol"}
SILENT = {"sup"}
SOURCES = {"footnotes", "sources"}
"""Classes of the list at a lesson's end: books are not what it is about."""


@dataclass(frozen=True)
class Piece:
    """Some letters; ``is_found`` where they are a word that was searched for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Passage:
    """What is shown of a text."""

    pieces: tuple[Piece, ...]
    anchor: str = ""
    """Of the heading above the first word that was found."""


@dataclass(frozen=True)
class Plain:
    """A text without its tags; ``anchors`` are the places of its headings, with their ids."""

    text: str
    anchors: tuple[tuple[int, str], ...] = ()


def plain(html: str) -> Plain:
    """The words of clean HTML, without the numbers and the list of its sources."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.made()


def ended(line: str) -> str:
    """A heading or a point of a list with its full stop: in a passage other words follow."""
    return f"{line}." if line and (line[-1].isalnum() or line[-1] in "»”)") else line


def passage(
    text: str, terms: Sequence[Term], anchors: Sequence[tuple[int, str]] = (), length: int = LENGTH
) -> Passage:
    """The part with most of the words; the beginning where none of them stands in the text."""
    found = _places(text, terms)
    if not found:
        start, end = _trimmed(text, 0, length)
        return Passage(_pieces(text, start, end, []))
    first = _best(found, length - BEFORE)
    start, end = _trimmed(text, max(0, first - BEFORE), length)
    words = [word for word, _term in found if start <= word.start and word.end <= end]
    place = bisect_right([at for at, _anchor in anchors], first)
    anchor = anchors[place - 1][1] if place else ""
    return Passage(_pieces(text, start, end, words), anchor)


def marked(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The whole of a short text, such as a title, with what was found."""
    return _pieces(text, 0, len(text), [word for word, _term in _places(text, terms)])


def _places(text: str, terms: Sequence[Term]) -> list[tuple[Word, int]]:
    """The words that were searched for, in their order, and which of the terms each is."""
    if not terms:
        return []
    places: list[tuple[Word, int]] = []
    folded = fold(text)
    for start in sorted({start for root in _roots(terms) for start in _starts(folded, root)}):
        found = WORD.match(folded, start)
        word = word_at(text, found) if found else None
        term = next((at for at, each in enumerate(terms) if word and each.finds(word)), None)
        if word and term is not None:
            places.append((word, term))
            if len(places) == MOST_PLACES:
                break
    return places


def _roots(terms: Sequence[Term]) -> Iterator[str]:
    """How a word begins that may be one of the terms: a stem's last letter may stand for another."""
    for term in terms:
        yield term.stem[:-1] if term.stem[-1] in "ci" else term.stem
        if term.prefix:
            yield term.prefix[:-1] if term.prefix[-1] in "ciey" else term.prefix


def _starts(folded: str, root: str) -> Iterator[int]:
    """Where words begin with the root. A text is searched for letters faster than for any of several."""
    at = folded.find(root)
    while at >= 0:
        if not (at and folded[at - 1].isalnum()):
            yield at
        at = folded.find(root, at + 1)


def _best(found: Sequence[tuple[Word, int]], length: int) -> int:
    """Where the stretch begins that holds most of the terms; the first of the equal."""
    best, most = found[0][0].start, 0
    for place, (word, _term) in enumerate(found):
        terms = set()
        for other, term in found[place:]:
            if other.end > word.start + length:
                break
            terms.add(term)
        if len(terms) > most:
            best, most = word.start, len(terms)
    return best


def _trimmed(text: str, start: int, length: int) -> tuple[int, int]:
    """Whole words only, as far as there are spaces near."""
    end = min(len(text), start + length)
    if start and not text[start - 1].isspace():
        space = text.find(" ", start, start + BEFORE // 2)
        start = space + 1 if space >= 0 else start
    if end < len(text) and not text[end].isspace():
        space = text.rfind(" ", start + length // 2, end)
        end = space if space >= 0 else end
    return start, end


def _pieces(text: str, start: int, end: int, words: Sequence[Word]) -> tuple[Piece, ...]:
    pieces, here = [], start
    for word in words:
        pieces += [Piece(text[here : word.start]), Piece(text[word.start : word.end], True)]
        here = word.end
    pieces.append(Piece(text[here:end]))
    if start:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return tuple(piece for piece in pieces if piece.text)


class _Reader(HTMLParser):
    """Walks clean HTML, whose tags are rightly closed."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = [""]
        self._anchors: list[tuple[int, str]] = []
        """Number of the line and id of the heading."""
        self._skipped = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str | None] = dict(attrs)
        if self._skipped:
            self._depth += tag == self._skipped
            return
        if tag in SILENT or SOURCES & set((given.get("class") or "").split()):
            self._skipped, self._depth = tag, 1
            return
        if tag in BLOCKS or tag in HEADINGS:
            self._end_line()
        if tag in HEADINGS and given.get("id"):
            self._anchors.append((len(self._lines) - 1, str(given["id"])))
        if tag in {"td", "th"}:
            self._lines[-1] += " "
        if tag == "img" and given.get("alt"):
            self._lines[-1] += f" {given['alt']} "

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if not self._depth:
                self._skipped = ""
        elif tag in BLOCKS or tag in HEADINGS:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._lines[-1] += data

    def _end_line(self) -> None:
        if self._lines[-1].strip():
            self._lines.append("")

    def made(self) -> Plain:
        """Lines joined by a space: what is shown is one paragraph."""
        lines = [ended(composed(" ".join(line.split()))) for line in self._lines]
        starts, at = [], 0
        for line in lines:
            starts.append(at)
            at += len(line) + 1
        anchors = tuple((starts[number], anchor) for number, anchor in self._anchors)
        return Plain(" ".join(lines).rstrip(), anchors)
