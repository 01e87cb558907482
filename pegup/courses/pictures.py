"""Pictures in a lesson's finished text: what they weigh, and the same text that waits to be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

PICTURE = re.compile(r"<picture\b.*?</picture>|<img\b[^>]*>", re.DOTALL)
SOURCE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
WORDS = re.compile(r'<img\b[^>]*?\balt="([^"]*)"')


def weights(html: str, sizes: Mapping[str, int]) -> dict[str, int]:
    """The text's pictures, each once, and the bytes of those whose file is known."""
    paths = (_path(source) for source in SOURCE.findall(html))
    return {path: sizes.get(path, 0) for path in paths}


def on_demand(html: str, sizes: Mapping[str, int], *, label: str, language: str) -> str:
    """The text with a link in the place of each picture, which says what it shows and weighs.

    The picture itself lies beside it where no browser fetches it, for ``<picture-later>``.
    """

    def later(found: re.Match[str]) -> str:
        picture = found[0]
        source, alt = SOURCE.search(picture), WORDS.search(picture)
        if not source:
            return picture
        shown = alt[1] if alt else ""
        weight = -(-sizes.get(_path(source[1]), 0) // 1000)
        return (
            f'<picture-later data-alt="{shown}"><template>{picture}</template>'
            f'<a class="button secondary" href="{source[1]}">'
            f'<span><span lang="{language}">{escape(label)}</span> {shown}'
            f"{f' ({weight} kB)' if weight else ''}</span></a></picture-later>"
        )

    return PICTURE.sub(later, html)


def _path(source: str) -> str:
    """Below the course's ``media``, as the file is stored."""
    return unquote(unescape(source)).rpartition("media/")[2]
