"""Markdown that people write, as clean HTML: no raw HTML, no scripts, no pictures from elsewhere."""

from __future__ import annotations

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


def render(text: str) -> Markup:
    """Clean HTML of what somebody typed."""
    html = _markdown().convert(text)
    return Markup(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES))  # noqa: S704


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
