"""The rights that stand on roles alone.

===========================  ==============  ============
..                           administrators  coordinators
see people, add, import      yes             yes
hand out a sign-in code      yes             not to staff
give and take back roles     yes             no
===========================  ==============  ============
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import current_app, g
from markupsafe import Markup
from werkzeug.exceptions import Forbidden

from pegup.accounts.models import Kind, Person
from pegup.db import one_or_404


def require_role(kind: Kind, scope: str = "") -> None:
    """403 for a person without the role."""
    if not g.person.has_role(kind, scope):
        raise Forbidden


def person_for(key: uuid.UUID) -> Person:
    """The person, for coordinators and administrators."""
    require_role(Kind.COORDINATOR)
    return one_or_404(Person.by_uuid(key))


def code_address() -> str | None:
    """Where a printed code is typed; None in a host that has no such page: then codes are useless."""
    address = current_app.extensions["pegup"].code_address
    return address() if address is not None else None


def person_parts() -> list[Callable[[Person], Markup]]:
    """What the host shows on a person's page, such as the state of the account."""
    parts: list[Callable[[Person], Markup]] = current_app.extensions["pegup"].person_parts
    return parts
