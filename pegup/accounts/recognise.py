"""The one door through which every sign-in comes: a claim about who somebody is becomes a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Identity, Person
from pegup.db import session


@dataclass(frozen=True)
class Claim:
    """What a host vouches for: ``subject`` is its own unchanging key of the person."""

    issuer: str
    subject: str
    name: str
    email: str | None = None
    language: str = "es"


def recognise(claim: Claim) -> Person:
    """The person behind the claim, made at the first visit; whoever vouches also says the name.

    Never linked by e-mail: an address that another issuer vouches for could be anybody's.
    """
    query = select(Identity).filter_by(issuer=claim.issuer, subject=claim.subject)
    identity = session.scalar(query)
    if identity is not None:
        if identity.person.name != claim.name:
            identity.person.name = claim.name
        return identity.person
    person = Person(name=claim.name, email=_free_address(claim.email), language=claim.language)
    try:
        with session.begin_nested():
            session.add(Identity(person=person, issuer=claim.issuer, subject=claim.subject))
    except IntegrityError:  # two first pages at once
        session.rollback()  # this one sees nothing that was stored after its first question
        return recognise(claim)
    return person


def _free_address(email: str | None) -> str | None:
    if not email or session.scalar(Person.by_email(email)) is not None:
        return None
    return email.strip().lower()
