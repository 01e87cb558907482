"""What is done to people: add them, give and take back roles, hand out sign-in codes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from pegup.accounts import codes
from pegup.accounts.models import Kind, Person, Role, SignInCode
from pegup.accounts.roster import Entry
from pegup.db import session

CODE_BITS = 128
CODE_DAYS = 30
"""How long a printed code may lie in a drawer."""


class NotForStaff(Exception):
    """A code would open the account of somebody with a role: only an administrator may hand it out."""


class LastAdministrator(Exception):
    """Without this role nobody could give roles any more."""


class EmailTaken(Exception):
    """Somebody else has this address."""


def may_issue_code(by: Person | None, person: Person) -> bool:
    """Whoever hands out a code could use it: so only administrators make one for staff.

    ``None`` is whoever types commands on the server.
    """
    return not person.is_staff or by is None or by.has_role(Kind.ADMINISTRATOR)


def issue_code(person: Person, by: Person | None, at: datetime, days: int = CODE_DAYS) -> str:
    """A new sign-in code, to be printed now: it is not kept. Older unused codes of the person die."""
    return issue_codes([person], by, at, days)[0]


def issue_codes(
    people: Sequence[Person], by: Person | None, at: datetime, days: int = CODE_DAYS
) -> list[str]:
    """A code for each, in the same order, at a cost that hardly grows with their number."""
    for person in people:
        if not may_issue_code(by, person):
            raise NotForStaff(person.name)
    made = [codes.new_code(CODE_BITS) for _ in people]
    session.execute(
        update(SignInCode)
        .where(
            SignInCode.person_id.in_([person.id for person in people]),
            SignInCode.used_at.is_(None),
            SignInCode.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at)
    )
    session.add_all(
        SignInCode(
            person_id=person.id,
            code_hash=codes.digest(code),
            issued_at=at,
            issued_by_id=by.id if by else None,
            expires_at=at + timedelta(days=days),
        )
        for person, code in zip(people, made, strict=True)
    )
    session.flush()
    return made


def redeem_code(typed: str, at: datetime) -> Person | None:
    """Whose code this is, once; None for a code that is unknown, used, withdrawn or expired."""
    used = session.execute(
        update(SignInCode)
        .where(
            SignInCode.code_hash == codes.digest(typed),
            SignInCode.used_at.is_(None),
            SignInCode.withdrawn_at.is_(None),
            SignInCode.expires_at > at,
        )
        .values(used_at=at)
        .returning(SignInCode.person_id)
    ).scalar()
    return session.get(Person, used) if used is not None else None


def give_role(person: Person, kind: Kind, scope: str, by: Person | None, at: datetime) -> None:
    """Gives the role; nothing happens if the person has it."""
    if any(role.kind == kind and role.scope == scope for role in person.roles):
        return
    by_id = by.id if by else None
    person.roles.append(Role(kind=kind, scope=scope, granted_at=at, granted_by_id=by_id))
    session.flush()


def take_back_role(person: Person, kind: Kind, scope: str) -> None:
    """Takes the role back, except from the last administrator."""
    for role in [r for r in person.roles if r.kind == kind and r.scope == scope]:
        if kind == Kind.ADMINISTRATOR and _administrators() == 1:
            raise LastAdministrator
        session.delete(role)
    session.flush()
    session.expire(person, ["roles"])


def add_person(name: str, *, email: str | None = None, place: str = "") -> Person:
    """A person whom a coordinator enters; with an e-mail address, it is theirs to sign in with."""
    email = email.strip().lower() if email else None
    if email and session.scalar(Person.by_email(email)) is not None:
        raise EmailTaken(email)
    person = Person(name=name.strip(), email=email, place=place.strip())
    session.add(person)
    session.flush()
    return person


def add_people(entries: Sequence[Entry], at: datetime) -> list[uuid.UUID]:
    """All people of a list in one statement; what stands in their addresses, in the list's order."""
    keys = [uuid.uuid4() for _ in entries]
    rows = [
        {
            "uuid": key,
            "name": entry.name,
            "email": entry.email,
            "place": entry.place,
            "created_at": at,
        }
        for key, entry in zip(keys, entries, strict=True)
    ]
    session.execute(insert(Person), rows)
    return keys


def known_emails(emails: Sequence[str]) -> set[str]:
    """Those of the addresses that somebody here has."""
    found: set[str] = set()
    for start in range(0, len(emails), 500):
        part = emails[start : start + 500]
        query = select(Person.email).where(Person.email.in_(part))
        found.update(email for email in session.scalars(query) if email)
    return found


def _administrators() -> int:
    """How many there are; two who dismiss each other come one after the other."""
    query = select(Role.id).filter_by(kind=Kind.ADMINISTRATOR).order_by(Role.id)
    return len(session.scalars(query.with_for_update()).all())
