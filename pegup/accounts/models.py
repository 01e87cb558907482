"""People and what they may do."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pegup.db import Model, now

FOLDED_LENGTH = 600
"""More than name, e-mail and place hold; some letters grow when folded, and an index has a limit."""


class Kind(StrEnum):
    """What a person does here. Learners hold enrolments, members hold seats: those are rows elsewhere."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    """of a course: the role's scope is the course's slug"""
    REGISTRAR = "registrar"
    """of a university: the role's scope is the organisation's slug"""


def folded(*texts: str | None) -> str:
    """Small letters without accents, so that "huaman" finds "Huamán" on every database."""
    apart = unicodedata.normalize("NFKD", " ".join(text for text in texts if text).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return plain[:FOLDED_LENGTH]


def _folded_at_insert(context: Any) -> str:
    given = context.get_current_parameters()
    return folded(given.get("name"), given.get("email"), given.get("place"))


class Person(Model):
    """Somebody who uses Pegup, however they sign in."""

    __tablename__ = "pegup_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    """What stands in addresses."""
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Lower case; many people have none."""
    language: Mapped[str] = mapped_column(String(8), default="es")
    place: Mapped[str] = mapped_column(String(120), default="")
    """City or district as the coordinators wrote it; a seat in a team says it exactly."""
    folded: Mapped[str] = mapped_column(
        String(FOLDED_LENGTH), default=_folded_at_insert, index=True
    )
    """What a search looks at, and the order of every list of people."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    roles: Mapped[list[Role]] = relationship(
        back_populates="person", foreign_keys="Role.person_id", lazy="selectin"
    )

    def has_role(self, kind: Kind, scope: str = "") -> bool:
        """Whether this person holds the role; administrators hold every one."""
        return any(
            role.kind == Kind.ADMINISTRATOR or (role.kind == kind and role.scope == scope)
            for role in self.roles
        )

    @property
    def is_staff(self) -> bool:
        """Whether this person may see or change what others did."""
        return bool(self.roles)

    def scopes(self, kind: Kind) -> list[str]:
        """The courses of a trainer or the universities of a registrar, as slugs."""
        return sorted(role.scope for role in self.roles if role.kind == kind)

    @classmethod
    def by_uuid(cls, key: UUID) -> Select[Person]:
        """The person that an address names."""
        return select(cls).where(cls.uuid == key)

    @classmethod
    def matching(cls, words: str) -> Select[Person]:
        """People whose name, e-mail or place holds every word, by name."""
        query = select(cls).order_by(cls.folded, cls.id)
        for word in folded(words).split():
            query = query.where(cls.folded.contains(word, autoescape=True))
        return query

    @classmethod
    def by_email(cls, email: str) -> Select[Person]:
        """The person with this address, however it is written."""
        return select(cls).where(cls.email == email.strip().lower())


@event.listens_for(Person, "before_update")
def _fold_again(_mapper: Any, _connection: Any, person: Person) -> None:
    person.folded = folded(person.name, person.email, person.place)


class Role(Model):
    """A right that somebody gave to a person."""

    __tablename__ = "pegup_role"
    __table_args__ = (UniqueConstraint("person_id", "kind", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(String(30))
    scope: Mapped[str] = mapped_column(String(80), default="")
    """Slug of the course or organisation; empty for the whole site."""
    granted_at: Mapped[datetime] = mapped_column(default=now)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    person: Mapped[Person] = relationship(back_populates="roles", foreign_keys=[person_id])


class Identity(Model):
    """The name by which a host, an LMS or our own sign-in knows a person."""

    __tablename__ = "pegup_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    first_seen_at: Mapped[datetime] = mapped_column(default=now)
    person: Mapped[Person] = relationship()


class SignInCode(Model):
    """A code on paper that lets a person without e-mail sign in once."""

    __tablename__ = "pegup_sign_in_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the code, which itself is nowhere but on the paper."""
    issued_at: Mapped[datetime] = mapped_column(default=now)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """When a newer code took its place."""
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    issued_by: Mapped[Person | None] = relationship(foreign_keys=[issued_by_id])

    @classmethod
    def of(cls, person: Person) -> Select[SignInCode]:
        """The person's codes, newest first."""
        return select(cls).where(cls.person_id == person.id).order_by(cls.issued_at.desc())

    def state(self, at: datetime) -> str:
        """``used``, ``withdrawn``, ``expired`` or ``waiting``."""
        if self.used_at is not None:
            return "used"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "waiting" if at < self.expires_at else "expired"
