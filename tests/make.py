"""Makes what a test needs, everything defaulted: ``make.person("Ada")``."""

from __future__ import annotations

from pegup.accounts.models import Kind, Person, Role
from pegup.db import session


def person(name: str = "Somebody", *, roles: list[tuple[Kind, str]] | None = None) -> Person:
    made = Person(name=name, email=f"{name.split()[0].lower()}@example.org")
    made.roles = [Role(kind=kind, scope=scope) for kind, scope in roles or []]
    session.add(made)
    session.commit()
    return made
