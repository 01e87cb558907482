"""A lesson as a radio script: what is said, and when, at the pace of somebody reading aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from textwrap import fill

PACE = 130
"""Words a minute."""
WIDTH = 72
PIECES = {"p", "li", "h2", "h3", "h4", "h5", "h6", "summary", "pre", "tr", "blockquote"}
HEADINGS = {"h2", "h3", "h4", "h5", "h6", "summary"}
SILENT = {"sup"}
BACK = "↩"
SOURCES = {"footnotes", "sources"}
WORDS = {
    "es": {
        "script": "GUION DE RADIO",
        "lesson": "Lección {number} del curso «{course}»: {title}",
        "length": "Dura unos {minutes} min: {words} palabras, a {pace} por minuto.",
        "picture": "Imagen, no se lee:",
        "sources": "FUENTES (no se leen)",
        "end": "FIN",
    },
    "en": {
        "script": "RADIO SCRIPT",
        "lesson": "Lesson {number} of the course “{course}”: {title}",
        "length": "Takes about {minutes} min: {words} words, at {pace} a minute.",
        "picture": "Picture, not read:",
        "sources": "SOURCES (not read)",
        "end": "END",
    },
}
"""What a script says beside the lesson's text: in the language of the text, not of the page."""


@dataclass(frozen=True)
class Piece:
    """What is said in one breath; ``kind`` is ``heading``, ``text``, ``picture`` or ``source``.

    Pictures and sources are for the speaker's eyes: they take no time.
    """

    kind: str
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split()) if self.kind in {"heading", "text"} else 0


def spoken(html: str) -> list[Piece]:
    """The pieces of a lesson's finished text, in its order; a table's row is a sentence."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_piece()
    return reader.pieces


def seconds(words: int) -> int:
    """How long that many words take, rounded up."""
    return -(-words * 60 // PACE)


def minutes(pieces: Iterable[Piece]) -> int:
    """How long the pieces take, in whole minutes and at least one."""
    return max(1, -(-sum(piece.words for piece in pieces) // PACE))


def size(pieces: Iterable[Piece]) -> int:
    """About how many bytes the script has."""
    return 200 + sum(len(piece.text.encode()) + 25 for piece in pieces)


def script(pieces: Sequence[Piece], *, language: str, number: str, course: str, title: str) -> str:
    """The script as plain text: each piece with the minute and second at which it begins."""
    words = WORDS.get(language, WORDS["en"])
    total = sum(piece.words for piece in pieces)
    lines = [
        words["script"],
        fill(words["lesson"].format(number=number, course=course, title=title), WIDTH),
        words["length"].format(minutes=minutes(pieces), words=total, pace=PACE),
        "",
    ]
    said = 0
    for piece in pieces:
        if piece.kind == "picture":
            lines += [_set(f"({words['picture']} {piece.text})", " " * 8), ""]
        elif piece.kind != "source":
            text = piece.text.upper() if piece.kind == "heading" else piece.text
            lines += [_set(f"[{clock(seconds(said))}] {text}", " " * 8), ""]
            said += piece.words
    lines += [f"[{clock(seconds(said))}] {words['end']}", ""]
    sources = [_set(f"- {piece.text}", "  ") for piece in pieces if piece.kind == "source"]
    if sources:
        lines += [words["sources"], *sources, ""]
    return "\n".join(lines)


def clock(passed: int) -> str:
    """Seconds as ``07:05``."""
    return f"{passed // 60:02}:{passed % 60:02}"


def _set(text: str, indent: str) -> str:
    return fill(
        text,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


@dataclass
class _Table:
    header: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Walks the finished text; its tags are few and rightly closed."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self._kind = "text"
        self._said: list[str] = []
        self._silent = 0
        self._table: _Table | None = None
        self._in_sources = False
        self._address = ""
        """Of the link that is open among the sources."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section" and SOURCES & set((given.get("class") or "").split()):
            self.end_piece()
            self._in_sources = True
        elif tag in SILENT or (self._in_sources and tag == "h2"):
            self._silent += 1
        elif tag == "a" and self._in_sources:
            self._address = str(given.get("href") or "")
        elif tag == "table":
            self.end_piece()
            self._table = _Table()
        elif self._table and tag in {"td", "th"}:
            self._said = []
        elif tag == "img" and given.get("alt"):
            self.end_piece()
            self.pieces.append(Piece("picture", str(given["alt"])))
        elif tag == "br":
            self._said.append(" ")
        elif tag in PIECES and not self._table:
            self.end_piece()
            self._kind = "heading" if tag in HEADINGS else "text"

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT or (self._in_sources and tag == "h2"):
            self._silent -= 1
        elif tag == "a" and self._address.startswith("http"):
            self._said.append(f" ({self._address})")
            self._address = ""
        elif self._table and tag in {"td", "th"}:
            self._end_cell(is_header=tag == "th")
        elif self._table and tag == "tr":
            self._end_row()
        elif tag == "table":
            self._table = None
        elif tag in PIECES and not self._table:
            self.end_piece()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._said.append(data.replace(BACK, ""))

    def end_piece(self) -> None:
        """What was said up to here is a piece."""
        text = " ".join("".join(self._said).split())
        self._said = []
        if any(letter.isalnum() for letter in text):
            self.pieces.append(Piece("source" if self._in_sources else self._kind, text))
        self._kind = "text"

    def _end_cell(self, *, is_header: bool) -> None:
        assert self._table is not None
        text = " ".join("".join(self._said).split())
        self._said = []
        (self._table.header if is_header else self._table.row).append(text)

    def _end_row(self) -> None:
        """``Pampa. Horas de agua: 4.``: the first cell names what the others tell of."""
        assert self._table is not None
        row, self._table.row = self._table.row, []
        if not any(row):
            return
        told = [row[0]]
        for place, cell in enumerate(row[1:], 1):
            head = self._table.header[place] if place < len(self._table.header) else ""
            if any(letter.isalnum() for letter in cell):
                told.append(f"{head}: {cell}" if head else cell)
        text = ". ".join(each.rstrip(".") for each in told if each) + "."
        self.pieces.append(Piece("text", text))
