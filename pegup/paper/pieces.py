"""A lesson's finished text as pieces for the printer: plain data, nothing that could be obeyed.

The template in ``print/theme.typ`` gets these as JSON and sets every text as it is: what reads
like a command of the typesetter is printed, not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Piece = dict[str, Any]
"""``{"t": kind, …}``; ``c`` holds the pieces inside, ``v`` the words of a text."""

VOID = {"br", "hr", "img", "source"}
HEADINGS = {"h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3}
LISTS = {"ul", "ol"}
INLINE = {"strong": "strong", "em": "em", "code": "code", "sup": "sup"}
BACK = "↩"
BOXES = {"block-activity": "activity", "block-law": "law", "block-history": "history"}
DEEPEST = 16
"""Tags inside each other that are followed; the text of deeper ones is kept, without its shape."""
SHORT_BOX = 350
"""Letters up to which a box stays whole at the end of a page."""


@dataclass
class Node:
    """A tag with what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


def pieces(html: str, picture: Callable[[str], str | None]) -> list[Piece]:
    """The blocks of a text that the import has cleaned, in its order.

    ``picture`` gives the name under which the printer has the picture with this address, or None:
    then its description stands in its place.
    """
    return _Setter(picture).blocks(tree(html).inside)


def words(html: str) -> list[Piece]:
    """A prompt or an option, as pieces within a line."""
    return _Setter(lambda _source: None).inline(tree(html).inside)


def text_of(found: list[Piece]) -> str:
    """The words alone."""
    return "".join(
        piece["v"] if piece["t"] == "text" else " " if piece["t"] == "br" else text_of(piece["c"])
        for piece in found
    )


def tree(html: str) -> Node:
    """The text as tags within tags; its tags are few and rightly closed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Node("")
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        if len(self._open) > DEEPEST:
            return
        self._open[-1].inside.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, node in enumerate(self._open) if node.tag == tag]
        if places and tag:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


class _Setter:
    """Makes pieces of nodes."""

    def __init__(self, picture: Callable[[str], str | None]) -> None:
        self._picture = picture
        self._in_sources = False

    def blocks(self, nodes: list[Node | str]) -> list[Piece]:
        made: list[Piece] = []
        loose: list[Node | str] = []

        def end_line() -> None:
            line = self.inline(loose)
            loose.clear()
            if text_of(line).strip():
                made.append({"t": "p", "c": line})

        for node in nodes:
            if isinstance(node, str) or not _is_block(node):
                loose.append(node)
                continue
            end_line()
            made += self._block(node)
        end_line()
        return made

    def inline(self, nodes: list[Node | str]) -> list[Piece]:
        made: list[Piece] = []
        for node in nodes:
            if isinstance(node, str):
                text = node.replace(BACK, "")
                if text:
                    made.append({"t": "text", "v": text})
            elif node.tag == "br":
                made.append({"t": "br"})
            elif node.tag == "img":
                made.append({"t": "text", "v": node.attributes.get("alt", "")})
            elif node.tag == "a":
                made += self._link(node)
            elif node.tag in INLINE:
                made.append({"t": INLINE[node.tag], "c": self.inline(node.inside)})
            else:
                made += self.inline(node.inside)
        return made

    def _link(self, node: Node) -> list[Piece]:
        """A word of the glossary is marked; an address is printed where it is a source."""
        inside = self.inline(node.inside)
        address = node.attributes.get("href", "")
        if "term" in node.classes:
            return [{"t": "term", "c": inside}]
        shown = text_of(inside)
        if self._in_sources and address.startswith("http") and address not in shown:
            inside.append({"t": "text", "v": f" ({address})"})
        return inside

    def _block(self, node: Node) -> list[Piece]:
        if node.tag in HEADINGS:
            return [{"t": "h", "level": HEADINGS[node.tag], "c": self.inline(node.inside)}]
        if node.tag in LISTS:
            items = [
                self.blocks(item.inside)
                for item in node.inside
                if isinstance(item, Node) and item.tag == "li"
            ]
            start = node.attributes.get("start", "")
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
            return [{"t": node.tag, "items": items, "start": first}]
        if node.tag == "table":
            return self._table(node)
        if node.tag == "picture":
            shown = [each for each in node.inside if isinstance(each, Node) and each.tag == "img"]
            return [piece for each in shown for piece in self._image(each)]
        if node.tag == "img":
            return self._image(node)
        if node.tag == "hr":
            return [{"t": "rule"}]
        if node.tag == "pre":
            return [{"t": "pre", "v": text_of(self.inline(node.inside))}]
        if node.tag == "p":
            return self._paragraph(node)
        if node.tag == "section" and node.classes & {"footnotes", "sources"}:
            return self._sources(node)
        if "block" in node.classes:
            return [self._box(node)]
        if node.tag == "blockquote":
            return [{"t": "quote", "c": self.blocks(node.inside)}]
        return self.blocks(node.inside)

    def _paragraph(self, node: Node) -> list[Piece]:
        """A picture that stands in a paragraph becomes a block of its own."""
        if any(isinstance(each, Node) and each.tag in {"picture", "img"} for each in node.inside):
            return self.blocks(node.inside)
        line = self.inline(node.inside)
        kind = "meta" if "meta" in node.classes else "p"
        return [{"t": kind, "c": line}] if text_of(line).strip() else []

    def _box(self, node: Node) -> Piece:
        """An activity, what worked, what the law says; "deeper" ones are printed open."""
        kind = next((BOXES[name] for name in sorted(node.classes) if name in BOXES), "note")
        inside = [
            Node("h3", {}, each.inside)
            if isinstance(each, Node) and each.tag == "summary"
            else each
            for each in node.inside
        ]
        is_short = len("".join(_letters(node))) < SHORT_BOX
        return {"t": "box", "kind": kind, "short": is_short, "c": self.blocks(inside)}

    def _image(self, node: Node) -> list[Piece]:
        words = node.attributes.get("alt", "")
        name = self._picture(node.attributes.get("src", ""))
        if name is None:
            return [{"t": "meta", "c": [{"t": "text", "v": f"[{words}]"}]}] if words else []
        wide = node.attributes.get("width", "")
        width = int(wide) if wide.isascii() and wide.isdigit() and len(wide) < 6 else 0
        return [{"t": "image", "name": name, "alt": words, "width": width}]

    def _sources(self, node: Node) -> list[Piece]:
        self._in_sources = True
        inside = [each for each in node.inside if not (isinstance(each, Node) and each.tag == "h2")]
        made = self.blocks(inside)
        self._in_sources = False
        return [{"t": "sources", "c": made}] if made else []

    def _table(self, node: Node) -> list[Piece]:
        rows = [
            [cell for cell in row.inside if isinstance(cell, Node) and cell.tag in {"td", "th"}]
            for row in _rows(node)
        ]
        rows = [row for row in rows if row]
        if not rows:
            return []
        wide = max(len(row) for row in rows)
        is_headed = all(cell.tag == "th" for cell in rows[0])
        cells = [
            [self.inline(cell.inside) for cell in row] + [[] for _ in range(wide - len(row))]
            for row in rows
        ]
        return [{"t": "table", "columns": wide, "headed": is_headed, "rows": cells}]


def _is_block(node: Node) -> bool:
    return node.tag not in {*INLINE, "a", "span", "br"}


def _letters(node: Node) -> Iterator[str]:
    for each in node.inside:
        if isinstance(each, str):
            yield each
        else:
            yield from _letters(each)


def _rows(node: Node) -> list[Node]:
    found: list[Node] = []
    for each in node.inside:
        if isinstance(each, Node):
            found += [each] if each.tag == "tr" else _rows(each)
    return found
