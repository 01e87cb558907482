"""Calls, which team applied to them, what it declared, and how people judged it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.db import Model, now, one_while
from pegup.teams.models import Team


class Call(Model):
    """A call for grants, imported from ``content/calls``."""

    __tablename__ = "pegup_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    opened: Mapped[str] = mapped_column(String(7))
    """``YYYY-MM``."""
    digest: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Numbers, rules and criteria, as ``grants.reading.ReadCall.spec``."""
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Words by language, as ``grants.reading.ReadCall.texts``."""
    imported_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def in_order(cls) -> Select[Call]:
        """Newest first."""
        return select(cls).order_by(cls.opened.desc(), cls.slug)


class Application(Model):
    """A team stands in a call, until it withdraws."""

    __tablename__ = "pegup_application"
    __table_args__ = (
        one_while(
            "uq_pegup_application_call_id_team_id_now",
            "call_id",
            "team_id",
            where="withdrawn_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    call_id: Mapped[int] = mapped_column(ForeignKey(Call.id, ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), index=True)
    sectors: Mapped[list[str]] = mapped_column(JSON)
    """For whom the people sat on the day of the application, one entry a person."""
    applied_at: Mapped[datetime] = mapped_column(default=now)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    team: Mapped[Team] = relationship()
    applied_by: Mapped[Person | None] = relationship(foreign_keys=[applied_by_id])

    @classmethod
    def standing(cls, call: Call) -> Select[Application]:
        """The applications that were not withdrawn."""
        return select(cls).where(cls.call_id == call.id, cls.withdrawn_at.is_(None))

    @classmethod
    def of(cls, call: Call, team: Team) -> Select[Application]:
        """The team's standing application."""
        return (
            cls.standing(call).where(cls.team_id == team.id).options(selectinload(cls.applied_by))
        )


class Statement(Model):
    """What a team declares about its experience; every version is kept, so a judgement can name one."""

    __tablename__ = "pegup_statement"
    __table_args__ = (UniqueConstraint("call_id", "team_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey(Call.id, ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """1 for the first; a save names the number it was based on."""
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(default=now)
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    author: Mapped[Person | None] = relationship()

    @classmethod
    def current(cls, call: Call, team: Team) -> Select[Statement]:
        """The newest version."""
        return (
            select(cls)
            .where(cls.call_id == call.id, cls.team_id == team.id)
            .options(selectinload(cls.author))
            .order_by(cls.number.desc())
            .limit(1)
        )

    @classmethod
    def numbers(cls, call: Call, team_ids: Collection[int]) -> Select[int, int]:
        """Team and number of its newest version, of every team that has one."""
        return (
            select(cls.team_id, func.max(cls.number))
            .where(cls.call_id == call.id, cls.team_id.in_(team_ids))
            .group_by(cls.team_id)
        )


class Judgement(Model):
    """A person's level and reason for a criterion that no program can mark; the newest one counts."""

    __tablename__ = "pegup_judgement"
    __table_args__ = (Index("ix_pegup_judgement_call_id_team_id", "call_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    call_id: Mapped[int] = mapped_column(ForeignKey(Call.id, ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(40))
    percent: Mapped[int]
    """Of the criterion's points, by the levels that the call describes."""
    reason: Mapped[str] = mapped_column(String(2000))
    statement_number: Mapped[int]
    """The version that was read; 0 where there was none."""
    judged_at: Mapped[datetime] = mapped_column(default=now)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    judged_by: Mapped[Person | None] = relationship()

    @classmethod
    def of(cls, call: Call, team: Team, criterion: str) -> Select[Judgement]:
        """Everything that was judged, newest first."""
        return (
            select(cls)
            .where(cls.call_id == call.id, cls.team_id == team.id, cls.criterion == criterion)
            .options(selectinload(cls.judged_by))
            .order_by(cls.id.desc())
        )

    @classmethod
    def current(cls, call: Call, team_ids: Collection[int]) -> Select[Judgement]:
        """What counts, for many teams."""
        newest = (
            select(func.max(cls.id))
            .where(cls.call_id == call.id, cls.team_id.in_(team_ids))
            .group_by(cls.team_id, cls.criterion)
        )
        return select(cls).where(cls.id.in_(newest)).options(selectinload(cls.judged_by))
