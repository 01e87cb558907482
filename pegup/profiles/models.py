"""Templates, a team's documents on them, every version of every section, indicator values, files."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Numeric,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.db import Model, now
from pegup.teams.models import Team


class Template(Model):
    """What a profile or a plan asks: chapters, sections, questions; imported from ``content/profiles``."""

    __tablename__ = "pegup_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As ``profiles.template.Template.spec`` gives it."""


class Indicator(Model):
    """One measure of the catalogue."""

    __tablename__ = "pegup_indicator"
    __table_args__ = (UniqueConstraint("template_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey(Template.id, ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(40))
    is_core: Mapped[bool]
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Names, unit, definition, bounds, standards, usual source: as in ``indicators.yaml``."""


class Profile(Model):
    """A team's document on a template: its environmental profile or its promotion plan."""

    __tablename__ = "pegup_profile"
    __table_args__ = (UniqueConstraint("team_id", "template_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    template_id: Mapped[int] = mapped_column(ForeignKey(Template.id))
    started_at: Mapped[datetime] = mapped_column(default=now)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    team: Mapped[Team] = relationship()
    template: Mapped[Template] = relationship()

    @classmethod
    def on(cls, team: Team, template_slug: str) -> Select[Profile]:
        """The team's document on a template."""
        return (
            select(cls)
            .join(cls.template)
            .where(cls.team_id == team.id, Template.slug == template_slug)
            .options(selectinload(cls.template))
        )


class OwnSection(Model):
    """A section that the team added: templates are guides."""

    __tablename__ = "pegup_own_section"
    __table_args__ = (UniqueConstraint("profile_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))


class SectionVersion(Model):
    """What a section said from one save to the next; nothing is ever overwritten."""

    __tablename__ = "pegup_section_version"
    __table_args__ = (UniqueConstraint("profile_id", "section", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id, ondelete="CASCADE"))
    section: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    """1 for the first; a save names the number it was based on."""
    text: Mapped[str] = mapped_column(Text)
    not_applicable: Mapped[str] = mapped_column(String(500), default="")
    """Why this section does not concern the city; empty where it does."""
    restored_from: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    saved_at: Mapped[datetime] = mapped_column(default=now)
    author: Mapped[Person | None] = relationship()

    @classmethod
    def current(cls, profile: Profile) -> Select[SectionVersion]:
        """The newest version of every section that has one."""
        return cls.current_in([profile.id]).options(selectinload(cls.author))

    @classmethod
    def current_in(cls, profile_ids: Collection[int]) -> Select[SectionVersion]:
        """The same for many documents at once."""
        newest = (
            select(cls.profile_id, cls.section, func.max(cls.number).label("number"))
            .where(cls.profile_id.in_(profile_ids))
            .group_by(cls.profile_id, cls.section)
            .subquery()
        )
        return select(cls).join(
            newest,
            (cls.profile_id == newest.c.profile_id)
            & (cls.section == newest.c.section)
            & (cls.number == newest.c.number),
        )

    @classmethod
    def of(cls, profile: Profile, section: str) -> Select[SectionVersion]:
        """All versions of one section, newest first."""
        return (
            select(cls)
            .where(cls.profile_id == profile.id, cls.section == section)
            .options(selectinload(cls.author))
            .order_by(cls.number.desc())
        )


class Upload(Model):
    """A file behind an indicator's source; on disk under its uuid, never under its name."""

    __tablename__ = "pegup_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    """As the person called it; only ever shown and offered, never a path."""
    extension: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    """Bytes."""
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))


class IndicatorValue(Model):
    """A value with year, source and method, or the reason why there is none; every change is kept."""

    __tablename__ = "pegup_indicator_value"
    __table_args__ = (UniqueConstraint("profile_id", "code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id, ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    year: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(500), default="")
    """Institution and document in words."""
    link: Mapped[str] = mapped_column(String(500), default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey(Upload.id))
    method: Mapped[str] = mapped_column(String(20), default="")
    """``official``, ``study``, ``own_count`` or ``estimate``."""
    place: Mapped[str] = mapped_column(String(200), default="")
    no_data_reason: Mapped[str] = mapped_column(String(500), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    saved_at: Mapped[datetime] = mapped_column(default=now)
    author: Mapped[Person | None] = relationship()
    upload: Mapped[Upload | None] = relationship()

    @property
    def is_answered(self) -> bool:
        """A value with its year and source, or a reasoned "no data"."""
        return bool(self.no_data_reason) or self.is_sourced

    @property
    def is_sourced(self) -> bool:
        """A value that somebody else can check."""
        has_source = bool(self.source or self.link or self.upload_id)
        return self.value is not None and self.year is not None and has_source

    @classmethod
    def current(cls, profile: Profile) -> Select[IndicatorValue]:
        """The newest answer to every indicator that has one."""
        return cls.current_in([profile.id]).options(
            selectinload(cls.author), selectinload(cls.upload)
        )

    @classmethod
    def current_in(cls, profile_ids: Collection[int]) -> Select[IndicatorValue]:
        """The same for many documents at once."""
        newest = (
            select(cls.profile_id, cls.code, func.max(cls.number).label("number"))
            .where(cls.profile_id.in_(profile_ids))
            .group_by(cls.profile_id, cls.code)
            .subquery()
        )
        return select(cls).join(
            newest,
            (cls.profile_id == newest.c.profile_id)
            & (cls.code == newest.c.code)
            & (cls.number == newest.c.number),
        )

    @classmethod
    def of(cls, profile: Profile, code: str) -> Select[IndicatorValue]:
        """All answers to one indicator, newest first."""
        return (
            select(cls)
            .where(cls.profile_id == profile.id, cls.code == code)
            .options(selectinload(cls.author), selectinload(cls.upload))
            .order_by(cls.number.desc())
        )


class Publication(Model):
    """What the team showed to everybody on a day: a copy that later edits do not change."""

    __tablename__ = "pegup_publication"
    __table_args__ = (UniqueConstraint("profile_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id, ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As ``profiles.export`` makes it: chapters, sections, indicators with sources."""
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]
    profile: Mapped[Profile] = relationship()

    @classmethod
    def newest(cls) -> Select[Publication]:
        """The publication that stands now, of every document that has one."""
        last = (
            select(cls.profile_id, func.max(cls.number).label("number"))
            .where(cls.withdrawn_at.is_(None))
            .group_by(cls.profile_id)
            .subquery()
        )
        return (
            select(cls)
            .join(last, (cls.profile_id == last.c.profile_id) & (cls.number == last.c.number))
            .options(
                selectinload(cls.profile).selectinload(Profile.team).selectinload(Team.city),
                selectinload(cls.profile).selectinload(Profile.template),
            )
        )
