"""City teams and who sits in them for which sector."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from pegup.accounts.models import Person
from pegup.db import Model, alphabetical, now, one_while
from pegup.directory.models import City, Organisation, Sector


class Team(Model):
    """People of one city who write its profile together."""

    __tablename__ = "pegup_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    city_id: Mapped[int] = mapped_column(ForeignKey(City.id), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    """Made by ``pegup demo``: its pages say that the data are invented."""
    city: Mapped[City] = relationship()
    seats: Mapped[list[Seat]] = relationship(
        primaryjoin="and_(Seat.team_id == Team.id, Seat.left_at.is_(None))",
        order_by="Seat.joined_at",
        viewonly=True,
    )
    """Who sits in the team now; people who left keep their row, with the day."""

    @property
    def sectors(self) -> set[Sector]:
        """The sectors at the table now."""
        return {Sector(seat.sector) for seat in self.seats}

    def seat_of(self, person: Person) -> Seat | None:
        """Where this person sits now, if at all."""
        return next((seat for seat in self.seats if seat.person_id == person.id), None)

    @classmethod
    def whole(cls) -> Select[Team]:
        """Teams with their city and the people in their seats."""
        return select(cls).options(
            selectinload(cls.city),
            selectinload(cls.seats).selectinload(Seat.person),
            selectinload(cls.seats).selectinload(Seat.organisation),
        )

    @classmethod
    def of(cls, person: Person) -> Select[Team]:
        """The teams in which this person sits now."""
        seated = select(Seat.team_id).where(Seat.person_id == person.id, Seat.left_at.is_(None))
        return cls.whole().where(cls.id.in_(seated)).order_by(alphabetical(cls.name))


class Seat(Model):
    """A person's place in a team, for a sector and perhaps an organisation."""

    __tablename__ = "pegup_seat"
    __table_args__ = (
        one_while(
            "uq_pegup_seat_team_id_person_id_now", "team_id", "person_id", where="left_at IS NULL"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    sector: Mapped[Sector] = mapped_column(String(30))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    experience: Mapped[str] = mapped_column(String(2000), default="")
    """A few lines on what the person has done for the city's environment."""
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime] = mapped_column(default=now)
    left_at: Mapped[datetime | None]
    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Invitation(Model):
    """A link or a short code by which people join a team until it ends or is withdrawn."""

    __tablename__ = "pegup_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the code: the table alone lets nobody in."""
    invited_name: Mapped[str] = mapped_column(String(200), default="")
    sector: Mapped[Sector | None] = mapped_column(String(30))
    """The seat that is offered; None lets the guest say."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    team: Mapped[Team] = relationship()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody may still join with it."""
        return self.withdrawn_at is None and self.accepted_at is None and at < self.expires_at


class Committee(Model):
    """The city's Local Agenda 21 committee, as the team recorded it with its act."""

    __tablename__ = "pegup_committee"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), unique=True)
    formed_on: Mapped[str] = mapped_column(String(10))
    """``YYYY-MM-DD``."""
    act: Mapped[str] = mapped_column(String(2000))
    """Who signed and what was agreed, or a link to the act."""
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))

    @property
    def formed(self) -> date:
        """The day on which it was formed."""
        return date.fromisoformat(self.formed_on)


class AgendaProcess(Model):
    """A Local Agenda 21 process that is already under way in the team's city."""

    __tablename__ = "pegup_agenda_process"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), unique=True)
    began: Mapped[str] = mapped_column(String(10))
    """``YYYY`` or ``YYYY-MM``."""
    description: Mapped[str] = mapped_column(String(2000))
    link: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))


class Arrival(Model):
    """Somebody who came alone and waits for the coordinators to find a team in the city."""

    __tablename__ = "pegup_arrival"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey(City.id), index=True)
    sector: Mapped[Sector] = mapped_column(String(30))
    experience: Mapped[str] = mapped_column(String(2000), default="")
    arrived_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    """When the person got a seat or took the request back."""
    person: Mapped[Person] = relationship()
    city: Mapped[City] = relationship()

    @classmethod
    def waiting(cls) -> Select[Arrival]:
        """Those without a team, by city, longest wait first."""
        return (
            select(cls)
            .where(cls.settled_at.is_(None))
            .join(cls.city)
            .options(selectinload(cls.person), selectinload(cls.city))
            .order_by(alphabetical(City.name), cls.arrived_at)
        )
