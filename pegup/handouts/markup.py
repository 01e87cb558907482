"""A lesson's finished text as it stands in a handout: short, self-contained, nothing but known tags.

What the import cleaned is written anew from a list of tags and attributes, so that nothing in a
text can end the place where it stands, load anything, or run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import unquote

from pegup.paper.pieces import BACK, VOID, Node, tree

TAGS = {
    *("a", "blockquote", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "hr"),
    *("img", "li", "ol", "p", "pre", "section", "span", "strong", "summary", "sup", "sub"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul", "h2", "h3", "h4", "h5", "h6"),
}
CLASSES = {
    *("block", "block-activity", "block-deeper", "block-failed", "block-history", "block-law"),
    *("block-note", "block-worked", "badge", "warn", "meta", "table-scroll", "term", "quote"),
}
KEPT = {
    "ol": ("start",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "img": ("width", "height"),
}
HOLDERS = {"", "div", "dl", "details", "ol", "section", "table", "tbody", "thead", "tr", "ul"}
"""Between what these hold, space is nothing."""
TIGHT = {*HOLDERS, "dd", "dt", "li", "p", "td", "th"}
ENDED = {"dd", "dt", "li", "td", "th", "tr"}
"""End where the next begins: a browser needs no closing tag."""
ELSEWHERE = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
SPACE = re.compile(r"\s+")

Link = Callable[[str], str | None]
"""Of a link that is not to a place of the same text, where it leads in the file; None: nowhere."""


def lesson_markup(
    html: str, prefix: str, *, link: Link, picture: Callable[[str], str | None]
) -> str:
    """The text; the places that it links to itself are called ``prefix`` and a number; ``picture`` gives of an address a ``data:`` one, or None."""
    top = tree(html)
    places = {name: f"{prefix}{number}" for number, name in enumerate(_wanted(top), 1)}
    return _Writer(places, link, picture).write(top).strip()


def inline_markup(html: str) -> str:
    """A prompt, an option or a remark."""
    return _Writer({}, lambda _href: None, lambda _source: None).write(tree(html))


class _Writer:
    def __init__(
        self, places: Mapping[str, str], link: Link, picture: Callable[[str], str | None]
    ) -> None:
        self._places = places
        self._link = link
        self._picture = picture

    def write(self, node: Node | str, *, is_kept: bool = False) -> str:
        if isinstance(node, str):
            return escape(node if is_kept else SPACE.sub(" ", node), quote=False)
        if node.tag == "img":
            return self._image(node)
        is_kept = is_kept or node.tag == "pre"
        nodes = [each for each in node.inside if not (node.tag in HOLDERS and _is_space(each))]
        inside = "".join(self.write(each, is_kept=is_kept) for each in nodes)
        if _leads_back(node):
            return ""
        if node.tag not in TAGS:
            return inside
        tag = node.tag
        attributes = self._attributes(node)
        if tag == "a" and "href" not in attributes:
            return inside
        opening = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        if tag in VOID:
            return f"<{tag}{opening}>"
        if tag in {"div", "span"} and not opening:
            return inside
        if tag in TIGHT:
            inside = inside.strip()
        return f"<{tag}{opening}>{inside}" + ("" if tag in ENDED else f"</{tag}>")

    def _attributes(self, node: Node) -> dict[str, str]:
        found = {}
        if node.attributes.get("id") in self._places:
            found["id"] = self._places[node.attributes["id"]]
        classes = [name for name in node.attributes.get("class", "").split() if name in CLASSES]
        if node.tag == "section" and node.classes & {"footnotes", "sources"}:
            classes = ["sources"]
        if classes:
            found["class"] = " ".join(classes)
        if "table-scroll" in classes:  # whoever has no finger on it moves it by keyboard
            label = node.attributes.get("aria-label", "")
            found |= {"tabindex": "0", "role": "region", "aria-label": label}
        for name in KEPT.get(node.tag, ()):
            value = node.attributes.get(name, "")
            if re.fullmatch(r"[a-z0-9]{1,8}", value):
                found[name] = value
        if node.tag == "a":
            href = self._href(node.attributes.get("href", ""))
            if href:
                found["href"] = href
            if href and node.attributes.get("aria-label"):
                found["aria-label"] = node.attributes["aria-label"]
        return found

    def _href(self, href: str) -> str | None:
        if ELSEWHERE.match(href):
            return href
        if href.startswith("#"):
            place = self._places.get(unquote(href[1:]))
            return place and f"#{place}"
        return self._link(href)

    def _image(self, node: Node) -> str:
        words = escape(node.attributes.get("alt", ""))
        source = self._picture(node.attributes.get("src", ""))
        if source is None:
            return f'<span class="meta">[{words}]</span>' if words else ""
        size = "".join(
            f' {name}="{value}"' for name, value in self._attributes(node).items() if name != "id"
        )
        return f'<img src="{escape(source)}" alt="{words}"{size}>'


def _wanted(node: Node) -> dict[str, None]:
    """The places that the text's own links lead to, in the order of the links."""
    href = node.attributes.get("href", "")
    found = {unquote(href[1:]): None} if href.startswith("#") and not _leads_back(node) else {}
    for each in node.inside:
        if isinstance(each, Node):
            found |= _wanted(each)
    return found


def _leads_back(node: Node) -> bool:
    """From a source to where it is cited: the phone's own button does that."""
    return node.tag == "a" and node.inside == [BACK]


def _is_space(node: Node | str) -> bool:
    return isinstance(node, str) and "\n" in node and not node.strip()
