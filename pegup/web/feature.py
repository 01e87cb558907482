"""Blueprints whose templates are addressed as ``pegup/<feature>/<file>``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint
from jinja2 import FileSystemLoader, PrefixLoader

from pegup.web.assets import manifest


class Feature(Blueprint):
    """A blueprint of Pegup; a host replaces a page by a template of the same name."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        options.setdefault("url_prefix", f"/{name}")
        super().__init__(name, import_name, **options)
        folder = FileSystemLoader(Path(self.root_path) / "templates")
        self._loader = PrefixLoader({"pegup": PrefixLoader({name: folder})})

    @property
    def jinja_loader(self) -> PrefixLoader:
        return self._loader


ONE_YEAR = 365 * 24 * 3600


class Root(Blueprint):
    """The one blueprint that a host mounts: every feature hangs below it."""

    def __init__(self, **options: Any) -> None:
        super().__init__("pegup", "pegup.extension", **options)
        folder = FileSystemLoader(Path(__file__).parent / "templates")
        self._loader = PrefixLoader({"pegup": folder})

    @property
    def jinja_loader(self) -> PrefixLoader:
        return self._loader

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Built files are named by their content: a browser never asks for one again."""
        return ONE_YEAR if filename in manifest().values() else None
