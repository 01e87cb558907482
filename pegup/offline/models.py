"""What phones handed in: each thing once, with what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    case,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from pegup.accounts.models import Person
from pegup.db import Model, now


class Outcome(StrEnum):
    """What became of a thing that a phone handed in."""

    STORED = "stored"
    OLDER = "older"
    """A newer answer to the same question was stored meanwhile, from another phone; that one counts."""
    FINISHED = "finished"
    """The attempt was finished before; nothing can be added to it."""
    CLOSED = "closed"
    """The lesson or attempt is not, or no longer, this person's to write in."""
    UNREADABLE = "unreadable"


class Delivery(Model):
    """One thing that a phone kept and handed in, as it came; it counts once, however often it comes."""

    __tablename__ = "pegup_delivery"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    key: Mapped[UUID]
    """Made up by the phone."""
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    """When the person did it, by our clock: the phone says how long ago that was."""
    phone: Mapped[UUID | None]
    """Which phone; a new one after each sign-out."""
    made: Mapped[int | None] = mapped_column(BigInteger)
    """Milliseconds by the phone's clock: they tell only the order in which it was done there."""
    received_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[Outcome] = mapped_column(String(20))

    @classmethod
    def of(cls, person: Person, keys: list[UUID]) -> Select[Delivery]:
        """Those of the keys that the person's phones have handed in before."""
        return select(cls).where(cls.person_id == person.id, cls.key.in_(keys))

    @classmethod
    def around(
        cls, person: Person, phone: UUID, made: int
    ) -> Select[datetime | None, datetime | None]:
        """When the same phone last did something before that, and first after it."""
        before = func.max(case((cls.made < made, cls.made_at)), type_=cls.made_at.type)
        after = func.min(case((cls.made > made, cls.made_at)), type_=cls.made_at.type)
        return select(before, after).where(cls.person_id == person.id, cls.phone == phone)
