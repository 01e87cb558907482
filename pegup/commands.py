"""Groups of commands that load one when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Lazily(click.Group):
    """``places`` says where commands stand, as ``module:name``: most never need the whole site.

    A check of files is over in a second; to load every feature first would double it.
    """

    def __init__(self, *given: Any, places: Mapping[str, str] | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.places = dict(places or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.places and cmd_name not in self.commands:
            module, _colon, name = self.places[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)
