"""People and what they may do."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pegup.db import Model, now


class Kind(StrEnum):
    """What a person does here. Learners hold enrolments, members hold seats: those are rows elsewhere."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    """of a course: the role's scope is the course's slug"""
    REGISTRAR = "registrar"
    """of a university: the role's scope is the organisation's slug"""


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

    def scopes(self, kind: Kind) -> list[str]:
        """The courses of a trainer or the universities of a registrar, as slugs."""
        return sorted(role.scope for role in self.roles if role.kind == kind)

    @classmethod
    def by_email(cls, email: str) -> Select[Person]:
        """The person with this address, however it is written."""
        return select(cls).where(cls.email == email.strip().lower())


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
