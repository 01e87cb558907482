"""Markdown that people write, as clean HTML: no raw HTML, no scripts, no pictures from elsewhere."""

from __future__ import annotations

import re

import comrak
import nh3
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
DEEPEST = 40
"""Elements one inside the other; the cleaner's time grows with their square."""
MOST_COLUMNS = 300
MOST_BRACKETS = 1_000
"""Closing ones in one word: behind an address the reader counts all of them again for each."""
HEADING = re.compile(r"<(/?)h([1-6])>")
NESTING = re.compile(r"<(/?)(?:blockquote|ul|ol|li|em|strong|del|a)\b")
TABLE_HEAD = re.compile(r"<table>(.*?)</thead>", re.DOTALL)


def render(text: str) -> Markup:
    """Clean HTML of what somebody typed; what would keep the server busy is shown as it is."""
    html = "" if _is_tangled(text) else comrak.render_markdown(text, *_options())
    if not html or _is_deep(html):
        return Markup("<pre>{}</pre>").format(text) if text.strip() else Markup()
    lowered = _lower_headings(html)
    clean = nh3.clean(lowered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    framed = TABLE_HEAD.sub(_in_a_frame, clean).replace("</table>", "</table></div>")
    return Markup(framed)  # noqa: S704  cleaned above


def _is_tangled(text: str) -> bool:
    """Whether reading it would take long."""
    return any(line.count("|") > MOST_COLUMNS for line in text.splitlines()) or any(
        word.count(")") > MOST_BRACKETS for word in text.split()
    )


def _options() -> tuple[comrak.ExtensionOptions, comrak.ParseOptions, comrak.RenderOptions]:
    extension, output = comrak.ExtensionOptions(), comrak.RenderOptions()
    extension.table = extension.strikethrough = extension.autolink = True
    output.escape = True  # raw HTML is shown as the letters that were typed
    output.hardbreaks = True
    return extension, comrak.ParseOptions(), output


def _is_deep(html: str) -> bool:
    """Whether elements stand inside each other as nobody writes them."""
    depth = 0
    for tag in NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > DEEPEST:
            return True
    return False


def _lower_headings(html: str) -> str:
    """Headings keep their order and lose their jumps."""
    levels: list[int] = []

    def lower(tag: re.Match[str]) -> str:
        typed = int(tag[2])
        if not tag[1]:
            levels[:] = [*(level for level in levels if level < typed), typed]
        return f"<{tag[1]}h{min(FIRST_HEADING + len(levels) - 1, LAST_HEADING)}>"

    return HEADING.sub(lower, html)


def _in_a_frame(table: re.Match[str]) -> str:
    """On a phone a wide table moves inside its frame, not the whole page; its heads name it."""
    heads = " ".join(re.sub(r"<[^>]*>", " ", table[1]).split()).replace('"', "&quot;") or "—"
    frame = f'<div class="table-scroll" tabindex="0" role="region" aria-label="{heads}">'
    return frame + table[0]
