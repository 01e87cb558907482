"""A file's bytes as text to be typed, and back: what nobody touched stays as it was, to the byte."""

from __future__ import annotations

import difflib
import re

from pegup.web.changes import is_comparable

MARK = b"\xef\xbb\xbf"
"""What some editors write before UTF-8."""
ENDS = re.compile(r"\r\n|\r|\n")


def shown(content: bytes) -> str:
    """The text of a file, lines ended by ``\\n``; letters that are no UTF-8 become �."""
    return ENDS.sub("\n", content.removeprefix(MARK).decode("utf-8", "replace"))


def typed(before: bytes, text: str) -> bytes:
    """What a file becomes whose text was changed to ``text``.

    The mark stays, and so does each line's own end; new lines end as most others do.
    """
    text = ENDS.sub("\n", text)
    if shown(before) == text:
        return before
    mark = MARK if before.startswith(MARK) else b""
    old = _lines(before.removeprefix(MARK).decode("utf-8", "replace"))
    new = _lines(text)
    usual = _usual_end([end for _line, end in old])
    made: list[str] = []
    lines = [line for line, _end in old], [line for line, _end in new]
    if not is_comparable(*lines):  # nobody writes so many equal lines
        return mark + "".join(line + (usual if end else "") for line, end in new).encode()
    matcher = difflib.SequenceMatcher(None, *lines, autojunk=False)
    for action, start, _stop, new_start, new_stop in matcher.get_opcodes():
        for at in range(new_start, new_stop):
            line, end = new[at]
            kept = old[start + at - new_start][1] if action == "equal" else usual
            written = line + ((kept or usual) if end else "")
            if written == "\n" and made and made[-1].endswith("\r"):
                written = "\r"  # else both would be the end of one line
            made.append(written)
    return mark + "".join(made).encode()


def _lines(text: str) -> list[tuple[str, str]]:
    """Each line with its end; the last one may have none."""
    found: list[tuple[str, str]] = []
    at = 0
    for end in ENDS.finditer(text):
        found.append((text[at : end.start()], end[0]))
        at = end.end()
    if at < len(text):
        found.append((text[at:], ""))
    return found


def _usual_end(ends: list[str]) -> str:
    return max(("\n", "\r\n", "\r"), key=ends.count)
