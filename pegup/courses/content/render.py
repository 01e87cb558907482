"""Markdown of lessons as clean HTML: terms, links, pictures and footnotes resolved once, here.

Python-Markdown makes the tree, a few processors of ours resolve what points elsewhere, nh3 lets
only known tags and attributes through. Raw HTML is never passed on.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from pegup.authoring.findings import Findings, Place, nearest
from pegup.authoring.source import Line, Text
from pegup.courses.content.glossary import Glossary, normal

LONGEST = 30_000
"""Letters of one text; a lesson has about 6,000."""
TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "a", "ul", "ol", "li", "img"),
    *("picture", "source"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "sup", "span"),
    *("section", "aside", "div", "details", "summary"),
}
ATTRIBUTES = {
    "*": {"id", "class", "aria-label"},
    "a": {"href", "title"},
    "ol": {"start"},
    "img": {"src", "alt", "title", "loading", "decoding", "width", "height"},
    "source": {"type", "srcset", "media"},
    "div": {"tabindex", "role"},
}
PHONES = "(max-width: 40rem)"
"""Screens that get the small variant, however dense they are."""
SCHEMES = {"http", "https", "mailto", "tel"}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
HALF_ADDRESS = re.compile(r"https?:(?!//[^/\s])", re.IGNORECASE)
"""``http:/ejemplo.pe``: a browser takes it for a page of this site."""
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
RAW_HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])|!--|[!?])")
DEEPEST = 20
"""Brackets open at once in a paragraph; the parser's time grows with their square."""
LONGEST_PARAGRAPH = 8_000
MOST_MARKS = {"`": 400, "*": 1_000, "_": 1_000}
"""In a paragraph; the parser looks for the end of each in all that follows."""
TANGLED = re.compile(r"`{20}|^(?:[ ]*(?:>|[-*+]|\d+[.)])){20}|(?:\|[^|\n]*){60}", re.MULTILINE)
CODE_SPAN = re.compile(r"(`+)(?!`)(?:.|\n(?!\n))*?(?<!`)\1(?!`)")
ESCAPED = re.compile("\x02(\\d+)\x03")
PLAIN = re.compile(r"[^\W_](?:[^\n*_`\[\]{}<>&\\!#|:/@]|: )*")
"""Text that Markdown leaves as it is: most answers are."""
STARTS_A_BLOCK = re.compile(r"\d+\.\s|[-+=]")
TABLE_ROW = re.compile(r"^\|.*\|")
TABLE_RULE = re.compile(r"^\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$")
ESCAPED_PIPE = re.compile(r"\\.")
LIST_ITEM = re.compile(r"(?:[-*+]|\d+\.) ")
SENTINEL = re.compile("[\x02\x03]")


@dataclass
class Target:
    """Where links lead from the page that is being made."""

    lessons: str = ""
    """Before a lesson's slug."""
    course: str = ""
    """The outline's address."""
    glossary: str = ""
    media: str = ""


@dataclass(frozen=True)
class Medium:
    """A picture: the name that its variants share, and the place that a page leaves for it, in pixels."""

    name: str
    size: tuple[int, int] | None
    is_wide: bool = False
    is_photo: bool = True

    @property
    def main(self) -> str:
        """The variant that every browser shows; a phone keeps it for reading without a network."""
        return f"{self.name}-p.jpg" if self.is_photo else f"{self.name}.svg"


@dataclass
class Known:
    """What links may lead to: paths below the course's folder."""

    lessons: dict[str, str] = field(default_factory=dict)
    """Path to slug."""
    modules: dict[str, str] = field(default_factory=dict)
    media: dict[str, Medium] = field(default_factory=dict)
    anchors: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Slug and language of a lesson to the anchors of its text."""


@dataclass
class Sheet:
    """What is being made: one lesson, the welcome, or one term's definition."""

    file: str
    target: Target
    glossary: Glossary
    footnotes: dict[str, Text] = field(default_factory=dict)
    is_question: bool = False
    """Questions are shown on other pages too: nothing relative may stand in them."""
    lesson: str = ""
    self_term: str = ""
    linked_terms: set[str] = field(default_factory=set)
    cited: dict[str, int] = field(default_factory=dict)
    """Footnote label to its number, in the order of the text."""
    ids: set[str] = field(default_factory=set)
    level: int = 1
    """Of the heading before, typed; a jump is seen against it."""
    floor: int = 1
    """Headings begin below it: inside a block, the block's own heading."""
    _next_number: dict[str, int] = field(default_factory=dict)
    wanted: list[tuple[str, str, Place]] = field(default_factory=list)
    """Lesson, anchor and place of links that are checked when every lesson is known."""

    def fresh_id(self, text: str) -> str:
        """An anchor from a heading's words."""
        base = re.sub(r"[^a-z0-9]+", "-", normal(text)).strip("-")[:80] or "s"
        made, number = base, self._next_number.get(base, 2)
        while made in self.ids:
            made, number = f"{base}-{number}", number + 1
        self.ids.add(made)
        self._next_number[base] = number  # a thousand equal headings are not counted anew each time
        return made


class Renderer:
    """Makes HTML of texts, one sheet at a time."""

    def __init__(self, known: Known, findings: Findings) -> None:
        self.known = known
        self.findings = findings
        self.used_terms: set[str] = set()
        self.used_media: set[str] = set()
        self.sheet: Sheet
        self.text: Text
        self._seen: dict[str, int] = {}
        self._markdown = self._build()

    def html(self, text: Text, sheet: Sheet) -> str:
        """Blocks of Markdown as clean HTML."""
        return clean(self._convert(text, sheet))

    def raw(self, text: Text, sheet: Sheet) -> str:
        """The same before cleaning, for what is put together and cleaned as a whole."""
        return self._convert(text, sheet)

    def line(self, text: Text, sheet: Sheet) -> str:
        """A title, an option: clean HTML without a paragraph around it."""
        return clean(self._without_paragraph(self._convert(text, sheet)))

    def raw_line(self, text: Text, sheet: Sheet) -> str:
        """The same before cleaning."""
        return self._without_paragraph(self._convert(text, sheet))

    def place(self, literal: str) -> Place:
        """Where the next occurrence of what was just met stands in the text."""
        plain = self.text.plain
        found = plain.find(literal, self._seen.get(literal, 0))
        if found < 0:
            return self.text.place
        self._seen[literal] = found + len(literal)
        return self.text.place_of(found)

    def _convert(self, text: Text, sheet: Sheet) -> str:
        self.sheet, self.text, self._seen = sheet, text, {}
        plain = text.plain
        if PLAIN.fullmatch(plain) and not STARTS_A_BLOCK.match(plain):
            return f"<p>{escape(plain, quote=False)}</p>"
        if len(plain) > LONGEST:
            self.findings.add(text.place, "text-too-long", most=LONGEST)
            return ""
        if is_tangled(plain):
            self.findings.add(text.place, "text-too-deep")
            return ""
        self._check_source(text)
        try:
            return self._markdown.reset().convert(plain)
        except RecursionError:
            self.findings.add(text.place, "text-too-deep")
            return ""

    def _check_source(self, text: Text) -> None:
        """What the tree no longer shows: raw HTML, lists glued to a paragraph."""
        masked = CODE_SPAN.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text.plain)
        for tag in RAW_HTML.finditer(masked):
            if masked[: tag.start()].endswith("\\"):
                continue
            end = masked.find(">", tag.start(), tag.start() + 40)
            shown = masked[tag.start() : end + 1] if end > 0 else tag[0]
            self.findings.add(text.place_of(tag.start()), "raw-html", tag=shown)
        for before, line in zip(text.lines, text.lines[1:], strict=False):
            glued = before.text.strip() and not before.text.startswith((" ", "#", ">"))
            if glued and LIST_ITEM.match(line.text) and not LIST_ITEM.match(before.text):
                self.findings.add(text.at(line), "list-not-apart")
        for is_row, group in groupby(range(len(text.lines)), lambda at: _is_row(text.lines[at])):
            if is_row:
                self._check_table(text, list(group))

    def _check_table(self, text: Text, rows: list[int]) -> None:
        """Rows one below the other: a table only with its rule, and apart from the text above."""
        lines = text.lines
        head, *others = rows
        if not others:
            return
        columns = _cells(lines[head].text)
        if not TABLE_RULE.match(lines[others[0]].text):
            rule = "|" + " --- |" * columns
            self.findings.add(text.at(lines[others[0]]), "table-no-rule", rule=rule)
            return
        if head and lines[head - 1].text.strip():
            self.findings.add(text.at(lines[head]), "table-not-apart")
        for index in others:
            found = _cells(lines[index].text)
            if found != columns:
                place = text.at(lines[index])
                self.findings.add(place, "table-row", found=found, expected=columns)

    @staticmethod
    def _without_paragraph(html: str) -> str:
        html = html.strip()
        if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
            return html[3:-4]
        return html

    def _build(self) -> Markdown:
        markdown = Markdown(extensions=["tables", "sane_lists"], output_format="html")
        markdown.preprocessors.deregister("html_block")
        markdown.inlinePatterns.deregister("html")
        markdown.inlinePatterns.register(_Terms(self), "pegup_terms", 165)
        markdown.inlinePatterns.register(_Citations(self), "pegup_citations", 175)
        # After the inline patterns (20), before the tree is made pretty (10).
        markdown.treeprocessors.register(_Resolver(self, markdown), "pegup_resolver", 15)
        return markdown


def is_tangled(text: str) -> bool:
    """Whether the text is made to be hard to read: nobody nests brackets or quotations like that."""
    for paragraph in re.split(r"\n\s*\n", text):
        if len(paragraph) > LONGEST_PARAGRAPH or TANGLED.search(paragraph):
            return True
        if any(paragraph.count(mark) > most for mark, most in MOST_MARKS.items()):
            return True
        for opening, closing in ("[]", "()"):
            depth = 0
            for letter in paragraph:
                if letter == opening:
                    depth += 1
                elif letter == closing and depth:
                    depth -= 1
                if depth > DEEPEST:
                    return True
    return False


def clean(html: str) -> str:
    """Only what our pages use; the last wall, whatever came through before."""
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
    ).strip()


class _Terms(InlineProcessor):
    """``{término}`` and ``{palabras|término}``."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(r"\{([^{}|\x02\x03]{1,200})(?:\|([^{}|\x02\x03]{1,200}))?\}")
        self.renderer = renderer

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        renderer, sheet = self.renderer, self.renderer.sheet
        shown = " ".join(m[1].split())
        word = m[2] or m[1]
        entry = sheet.glossary.find(word)
        if entry is None:
            near = sheet.glossary.nearest(word)
            place = renderer.place(m[0])
            renderer.findings.add(place, "term-unknown", word=" ".join(word.split()), near=near)
        else:
            renderer.used_terms.add(entry.slug)
        may_link = entry is not None and not sheet.is_question
        if entry is None or not may_link or entry.slug in {*sheet.linked_terms, sheet.self_term}:
            element = Element("span")
        else:
            sheet.linked_terms.add(entry.slug)
            href = f"{sheet.target.glossary}#{entry.slug}"
            element = Element("a", {"class": "term", "href": href})
        element.text = shown
        return element, m.start(0), m.end(0)


class _Citations(InlineProcessor):
    """``[^1]``: the number of a source, which leads to it."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(r"\[\^([^\]\s]{1,80})\]")
        self.renderer = renderer

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        renderer, sheet = self.renderer, self.renderer.sheet
        label = m[1]
        element = Element("sup", {"class": "footnote-ref"})
        if sheet.is_question:
            renderer.findings.add(renderer.place(m[0]), "question-link", target=m[0])
        elif label not in sheet.footnotes:
            known = nearest(label, sheet.footnotes)
            renderer.findings.add(renderer.place(m[0]), "footnote-missing", label=label, near=known)
        else:
            is_first = label not in sheet.cited
            number = sheet.cited.setdefault(label, len(sheet.cited) + 1)
            if is_first:
                element.set("id", f"cita-{number}")
            link = SubElement(element, "a", {"class": "source", "href": f"#fuente-{number}"})
            link.text = str(number)
        return element, m.start(0), m.end(0)


class _Resolver(Treeprocessor):
    """Walks the finished tree: headings, links, pictures, tables."""

    def __init__(self, renderer: Renderer, markdown: Markdown) -> None:
        super().__init__(markdown)
        self.renderer = renderer

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            if element.tag in HEADINGS:
                self._heading(element)
            elif element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._picture(element)
        for parent, index, table in list(_tables(root)):
            frame = Element("div", {"class": "table-scroll", "tabindex": "0", "role": "region"})
            header = " ".join("".join(th.itertext()) for th in table.iter("th"))
            frame.set("aria-label", _unescaped(header).strip() or "—")
            frame.tail, table.tail = table.tail, None
            parent[index] = frame
            frame.append(table)

    def _heading(self, element: Element) -> None:
        sheet = self.renderer.sheet
        words = _unescaped("".join(element.itertext()))
        typed = HEADINGS[element.tag]
        if typed < 2 or typed > max(sheet.level, 1) + 1:
            place = self.renderer.place(words) if words else self.renderer.text.place
            place = place._replace(column=1)
            self.renderer.findings.add(
                place, "heading-level", level="#" * typed, most="#" * min(sheet.level + 1, 6)
            )
        sheet.level = min(max(typed, 2), sheet.level + 1)
        element.tag = f"h{min(max(sheet.level, sheet.floor + 1), 6)}"
        element.set("id", sheet.fresh_id(words))

    def _link(self, element: Element) -> None:
        if element.get("class") in {"term", "source"}:
            return
        for inner in [each for each in element.iter("a") if each is not element]:
            inner.tag = "span"
            inner.attrib.clear()
        href = _unescaped(element.get("href", "")).strip()
        address = self._address(href, self.renderer.place(href) if href else None)
        if address is None:
            element.tag = "span"
            element.attrib.clear()
        else:
            element.set("href", address)

    def _address(self, href: str, place: Place | None) -> str | None:
        """Where a link leads on the page, or None with the reason among the findings."""
        renderer, sheet, known = self.renderer, self.renderer.sheet, self.renderer.known
        place = place or renderer.text.place
        scheme = SCHEME.match(href)
        if scheme and scheme[0][:-1].lower() in SCHEMES and not HALF_ADDRESS.match(href):
            return href
        if scheme or href.startswith(("//", "\\")):
            renderer.findings.add(place, "link-scheme", target=href)
            return None
        if sheet.is_question:
            renderer.findings.add(place, "question-link", target=href)
            return None
        path, _hash, anchor = unquote(href).partition("#")
        if not path and anchor and sheet.lesson:
            sheet.wanted.append((sheet.lesson, anchor, place))
            return f"#{quote(anchor)}"
        path = _inside(sheet.file, path)
        plain_path = re.sub(r"\.[a-z]{2}\.md$", ".md", path)
        if plain_path in known.lessons:
            slug = known.lessons[plain_path]
            if anchor:
                sheet.wanted.append((slug, anchor, place))
            return f"{sheet.target.lessons}{slug}" + (f"#{quote(anchor)}" if anchor else "")
        if plain_path in known.modules:
            return f"{sheet.target.course}#{known.modules[plain_path]}"
        if plain_path == "course.md":
            return sheet.target.course
        if plain_path == "glosario.md" and (
            not anchor or any(entry.slug == anchor for entry in sheet.glossary.entries)
        ):
            return sheet.target.glossary + (f"#{anchor}" if anchor else "")
        if path in known.media and not anchor:
            renderer.used_media.add(path)
            return sheet.target.media + quote(known.media[path].main)
        names = {posixpath.basename(each): each for each in known.lessons}
        near = nearest(posixpath.basename(path), names)
        near = _seen_from(sheet.file, names[near]) if near else ""
        renderer.findings.add(place, "link-broken", target=href, near=near)
        return None

    def _picture(self, element: Element) -> None:
        renderer, sheet = self.renderer, self.renderer.sheet
        source = _unescaped(element.get("src", "")).strip()
        place = renderer.place(source) if source else renderer.text.place
        if not element.get("alt", "").strip():
            renderer.findings.add(place, "picture-no-words", picture=source)
        element.set("loading", "lazy")
        path = _inside(sheet.file, unquote(source))
        if SCHEME.match(source) or source.startswith(("//", "/", "\\")):
            renderer.findings.add(place, "picture-elsewhere", picture=source)
        elif sheet.is_question:
            renderer.findings.add(place, "question-link", target=source)
        elif path not in renderer.known.media:
            near = nearest(path, renderer.known.media)
            near = _seen_from(sheet.file, near) if near else ""
            renderer.findings.add(place, "picture-missing", picture=source, near=near)
        else:
            renderer.used_media.add(path)
            self._show(element, renderer.known.media[path])
            return
        element.attrib.pop("src", None)

    def _show(self, element: Element, medium: Medium) -> None:
        """Offers a photo in several formats, to a phone never more than a phone needs."""
        address = self.renderer.sheet.target.media
        element.set("src", address + quote(medium.main))
        element.set("decoding", "async")
        if medium.size:
            element.set("width", str(medium.size[0]))
            element.set("height", str(medium.size[1]))
        if not medium.is_photo:
            return
        shown = Element("img", dict(element.attrib))
        element.tag = "picture"
        element.attrib.clear()
        for screen in ("p", "w") if medium.is_wide else ("p",):
            for kind in ("avif", "webp"):
                name = f"{medium.name}-{screen}.{kind}"
                source = {"type": f"image/{kind}", "srcset": address + quote(name)}
                if screen == "p" and medium.is_wide:
                    source["media"] = PHONES
                SubElement(element, "source", source)
        element.append(shown)


def _tables(root: Element) -> Iterator[tuple[Element, int, Element]]:
    for parent in root.iter():
        for index, child in enumerate(parent):
            if child.tag == "table":
                yield parent, index, child


def _inside(file: str, path: str) -> str:
    """The path below the course's folder that a link in a file means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))


def _seen_from(file: str, path: str) -> str:
    """How a file writes the link to a path below the course's folder."""
    return posixpath.relpath(path, posixpath.dirname(file) or ".")


def _is_row(line: Line) -> bool:
    return bool(TABLE_ROW.match(line.text))


def _cells(row: str) -> int:
    """How many cells a row of a table has; what stands in code or behind a backslash parts none."""
    shown = ESCAPED_PIPE.sub("", CODE_SPAN.sub("", row.strip()))
    return shown.removeprefix("|").removesuffix("|").count("|") + 1


def _unescaped(text: str) -> str:
    """Text of the tree with Markdown's escapes resolved."""
    text = ESCAPED.sub(lambda m: chr(int(m[1])), text)
    return SENTINEL.sub("", text.replace("\x02amp\x03", "&"))
