"""Cities by UBIGEO, the organisations in them, and the Forum's events."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.db import Model, alphabetical, now


class Sector(StrEnum):
    """Whom a person sits for at the city's table."""

    LOCAL_GOVERNMENT = "local_government"
    NGO = "ngo"
    COMMUNITY_ORGANIZATION = "community_organization"
    UNIVERSITY = "university"
    BUSINESS = "business"
    OTHER = "other"


class City(Model):
    """A place of the programme; a city and a municipality are not the same thing."""

    __tablename__ = "pegup_city"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    ubigeo: Mapped[str | None] = mapped_column(String(6), unique=True)
    """INEI's district code; None for a place that the source names and nobody could identify."""
    name: Mapped[str] = mapped_column(String(120))
    department: Mapped[str] = mapped_column(String(120), default="")
    province: Mapped[str] = mapped_column(String(120), default="")
    district: Mapped[str] = mapped_column(String(120), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """Degrees, of the city's centre, to about 100 m."""
    altitude_m: Mapped[int | None]
    region: Mapped[str] = mapped_column(String(20), default="")
    """``coast``, ``highlands`` or ``jungle``."""
    nucleus: Mapped[str] = mapped_column(String(40), default="")
    is_nucleus_sure: Mapped[bool] = mapped_column(default=False)
    is_forum_member: Mapped[bool] = mapped_column(default=False)
    had_profile_1997: Mapped[bool] = mapped_column(default=False)
    note_es: Mapped[str] = mapped_column(String(1000), default="")
    note_en: Mapped[str] = mapped_column(String(1000), default="")
    population: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """``{scope, scope_en, year, people, confidence, source, source_en}`` each; scopes are never
    mixed."""
    organisations: Mapped[list[Organisation]] = relationship(
        back_populates="city", order_by=lambda: alphabetical(Organisation.name)
    )

    @classmethod
    def in_order(cls) -> Select[City]:
        return select(cls).order_by(alphabetical(cls.name))

    @classmethod
    def with_organisations(cls, slug: str) -> Select[City]:
        return select(cls).where(cls.slug == slug).options(selectinload(cls.organisations))


class Organisation(Model):
    """A municipality, an NGO, a community organisation, a university or another."""

    __tablename__ = "pegup_organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sector: Mapped[Sector] = mapped_column(String(30))
    city_id: Mapped[int | None] = mapped_column(ForeignKey(City.id), index=True)
    """None where the source does not say."""
    is_forum_member: Mapped[bool] = mapped_column(default=False)
    note_es: Mapped[str] = mapped_column(String(1000), default="")
    note_en: Mapped[str] = mapped_column(String(1000), default="")
    city: Mapped[City | None] = relationship(back_populates="organisations")

    @classmethod
    def in_order(cls) -> Select[Organisation]:
        return select(cls).options(selectinload(cls.city)).order_by(alphabetical(cls.name))

    @classmethod
    def of_sector(cls, sector: Sector) -> Select[Organisation]:
        return select(cls).where(cls.sector == sector).order_by(alphabetical(cls.name))


class ForumEvent(Model):
    """A meeting, seminar or competition of the Forum."""

    __tablename__ = "pegup_forum_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title_es: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    held_on: Mapped[str] = mapped_column(String(10), default="")
    """``YYYY`` or ``YYYY-MM``: the source knows no more; empty where it knows nothing."""
    place: Mapped[str] = mapped_column(String(200), default="")
    note_es: Mapped[str] = mapped_column(String(1000), default="")
    note_en: Mapped[str] = mapped_column(String(1000), default="")

    @classmethod
    def in_order(cls) -> Select[ForumEvent]:
        return select(cls).order_by(cls.held_on, cls.slug)


class Attendance(Model):
    """A person was at an event."""

    __tablename__ = "pegup_attendance"
    __table_args__ = (UniqueConstraint("person_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey(ForumEvent.id, ondelete="CASCADE"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    event: Mapped[ForumEvent] = relationship()
