"""Pegup: a course, city teams, their profiles and grants; alone or mounted in a Flask app."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pegup.accounts.recognise import Claim
    from pegup.app import create_app
    from pegup.extension import Pegup

__all__ = ["Claim", "Pegup", "create_app"]

_PLACES = {
    "Claim": "pegup.accounts.recognise",
    "Pegup": "pegup.extension",
    "create_app": "pegup.app",
}


def __getattr__(name: str) -> Any:
    """The site is loaded by whoever needs it: a command that checks files does not."""
    if name not in _PLACES:
        raise AttributeError(f"module 'pegup' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
