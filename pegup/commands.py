"""Commands, and what they do, loaded when one is asked for: most never need the whole site.

A check of files is over in a second; to load every feature first would double it. A place is written as
``module:name``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click


def load(place: str) -> Any:
    """What stands there."""
    module, _colon, name = place.partition(":")
    return getattr(import_module(module), name)


def later(place: str) -> Callable[..., Any]:
    """The function that stands there; it is loaded when it is first called."""
    return lambda *given, **named: load(place)(*given, **named)


class Lazily(click.Group):
    """A group; ``places`` says by name where commands stand."""

    def __init__(self, *given: Any, places: Mapping[str, str] | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.places = dict(places or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.places and cmd_name not in self.commands:
            self.add_command(load(self.places[cmd_name]), cmd_name)
        return super().get_command(ctx, cmd_name)
