"""Addresses of the built style sheet and scripts, named by their content so browsers keep them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import url_for

FOLDER = Path(__file__).parent.parent / "static"


class NotBuilt(Exception):
    """The assets are missing: `make setup` builds them."""


@cache
def manifest() -> dict[str, str]:
    """Plain name to fingerprinted name."""
    try:
        return dict(json.loads((FOLDER / "manifest.json").read_text()))
    except FileNotFoundError:
        raise NotBuilt("The style sheet and scripts are not built; run `make setup`.") from None


def asset(name: str) -> str:
    """The address of ``app.css`` or of a script."""
    return url_for("pegup.static", filename=manifest()[name])


@cache
def built(name: str) -> str:
    """What stands in a built style sheet or script, for a page that has to hold it itself."""
    return (FOLDER / manifest()[name]).read_text(encoding="utf-8")
