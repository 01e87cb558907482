"""Markdown that people write, as clean HTML: no raw HTML, no scripts, no pictures from elsewhere."""

from __future__ import annotations

import re

import nh3
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "a", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
FIRST_HEADING = 3
"""A page has its h1, a section its h2: what people write begins below."""
LAST_HEADING = 6
DEEPEST = 20
"""Brackets open at once in a paragraph; the parser's time grows with their square."""
LONGEST_PARAGRAPH = 8_000
TABLE_HEAD = re.compile(r"<table>(.*?)</thead>", re.DOTALL)
BACKTICKS = re.compile("`{20}")


def render(text: str) -> Markup:
    """Clean HTML of what somebody typed; what would keep the server busy is shown as it is."""
    try:
        html = "" if is_tangled(text) else _markdown().convert(text)
    except RecursionError:
        html = ""
    if not html:
        return Markup("<pre>{}</pre>").format(text) if text.strip() else Markup()
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    framed = TABLE_HEAD.sub(_in_a_frame, clean).replace("</table>", "</table></div>")
    return Markup(framed)  # noqa: S704  cleaned above


def is_tangled(text: str) -> bool:
    """Whether the text is made to be hard to read: nobody nests brackets like that."""
    for paragraph in re.split(r"\n\s*\n", text):
        if len(paragraph) > LONGEST_PARAGRAPH or BACKTICKS.search(paragraph):
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


def _in_a_frame(table: re.Match[str]) -> str:
    """On a phone a wide table moves inside its frame, not the whole page; its heads name it."""
    heads = " ".join(re.sub(r"<[^>]*>", " ", table[1]).split()).replace('"', "&quot;") or "—"
    frame = f'<div class="table-scroll" tabindex="0" role="region" aria-label="{heads}">'
    return frame + table[0]


def _markdown() -> Markdown:
    markdown = Markdown(extensions=["tables", "sane_lists", "nl2br"], output_format="html")
    # Raw HTML is shown as the letters that were typed.
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    markdown.treeprocessors.register(_LowerHeadings(markdown), "lower_headings", 5)
    return markdown


class _LowerHeadings(Treeprocessor):
    """Headings keep their order and lose their jumps."""

    def run(self, root):  # type: ignore[no-untyped-def]
        levels: list[int] = []
        for element in root.iter():
            if element.tag not in {"h1", "h2", "h3", "h4", "h5", "h6"}:
                continue
            typed = int(element.tag[1])
            levels = [level for level in levels if level < typed] + [typed]
            element.tag = f"h{min(FIRST_HEADING + len(levels) - 1, LAST_HEADING)}"
