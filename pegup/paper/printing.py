"""PDF of plain data, by Typst: a quarter of a second, no network, no font but those it brings along.

Each PDF is made by a process of its own, which is this file run as a script. Typst remembers what it
has set: inside a worker that would stay, some 200 MB; and whatever a strange text makes it do ends
there, with nobody else's page.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TEMPLATES = Path(__file__).parent / "print"
UNDATED = 0
"""The same data give the same bytes, whenever they are printed."""
PATIENCE_SECONDS = 30


class Unprintable(Exception):
    """The typesetter could not do it; says what it said."""


def theme_pdf(content: Mapping[str, Any]) -> bytes:
    """A theme, as ``pegup.paper.content`` puts it together.

    A picture that the typesetter cannot read is left out, and its description stands in its place.
    """
    try:
        return _printed("theme.typ", content)
    except Unprintable:
        if not content["pictures"]:
            raise
        return _printed("theme.typ", _without_pictures(content) | {"pictures": {}})


def sheets_pdf(content: Mapping[str, Any]) -> bytes:
    """Answer sheets, each on pages of its own."""
    return _printed("sheets.typ", content)


def _printed(template: str, content: Mapping[str, Any]) -> bytes:
    order = json.dumps({"template": template, "content": content}).encode()
    if not Path(sys.executable or "").name.startswith("python"):
        return _compiled(order)  # inside a server that is no Python, such as uWSGI
    try:
        made = subprocess.run(  # noqa: S603  # this file, by this Python
            [sys.executable, "-P", __file__],
            input=order,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unprintable(f"not done after {PATIENCE_SECONDS} s") from None
    if made.returncode:
        raise Unprintable(made.stderr.decode(errors="replace")[-2000:])
    return made.stdout


def _compiled(order: bytes) -> bytes:
    import typst  # 8 MiB that no worker needs

    wanted = json.loads(order)
    content = wanted["content"]
    pictures = content.pop("pictures", {})
    root: Any  # typst.compile wants a folder of the type of its source: bytes
    with TemporaryDirectory() as root:  # all that the template could open
        for name, data in pictures.items():
            (Path(root) / name).write_bytes(base64.b64decode(data))
        try:
            made: bytes = typst.compile(
                (TEMPLATES / wanted["template"]).read_bytes(),
                root=root,
                font_paths=typst.Fonts(include_system_fonts=False),
                format="pdf",
                sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
                timestamp=UNDATED,
            )
        except typst.TypstError as wrong:
            raise Unprintable(str(wrong)) from wrong
    return made


def _without_pictures(piece: Any) -> Any:
    if isinstance(piece, Mapping):
        if piece.get("t") == "image":
            return {"t": "meta", "c": [{"t": "text", "v": f"[{piece['alt']}]"}]}
        return {name: _without_pictures(value) for name, value in piece.items()}
    return [_without_pictures(each) for each in piece] if isinstance(piece, list) else piece


if __name__ == "__main__":
    sys.stdout.buffer.write(_compiled(sys.stdin.buffer.read()))
