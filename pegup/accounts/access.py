"""The rights that stand on roles alone."""

from __future__ import annotations

from flask import g
from werkzeug.exceptions import Forbidden

from pegup.accounts.models import Kind


def require_role(kind: Kind, scope: str = "") -> None:
    """403 for a person without the role."""
    if not g.person.has_role(kind, scope):
        raise Forbidden
