"""How people of the standalone site sign in: accounts, attempts, links for new people."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app
from flask_security import UserMixin
from sqlalchemy import JSON, ForeignKey, Index, Select, String, select
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pegup.accounts.models import Person
from pegup.db import Model, now


class Account(Model, UserMixin):  # type: ignore[misc]  # the library's class is not typed
    """A person's way in: password, second factor, and the key that every session carries."""

    __tablename__ = "pegup_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """The address that signs in, lower case; None for people who come with a printed code."""
    password: Mapped[str | None] = mapped_column(String(255))
    """Argon2id; None until the person has chosen one."""
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, default=lambda: uuid.uuid4().hex
    )
    """Stands in every session: a new value ends them all."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    """When the person showed that the address is theirs."""
    disabled_at: Mapped[datetime | None]
    disabled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Encrypted with a key derived from SECRET_KEY."""
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    """The library's column; we send no text messages."""
    tf_last_counter: Mapped[int | None]
    """The last time step whose code was used: a code works once."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    """Encrypted, for the day the phone is lost."""
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])

    @property
    def active(self) -> bool:
        """Whether the account may be used; checked at every request."""
        return self.disabled_at is None

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    @property
    def has_second_factor(self) -> bool:
        """Whether a code from the phone is asked after the password."""
        return bool(self.tf_totp_secret and self.tf_primary_method)

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Asked by the library once the password is right."""
        return bool(tf_setup_methods) or self.check_tf_required_setup(), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Whether this person may not go without a second factor."""
        return self.person.is_staff and _staff_needs_second_factor()

    @classmethod
    def of(cls, person: Person) -> Select[Any]:
        """The account of this person."""
        return select(cls).where(cls.person_id == person.id)

    @classmethod
    def by_email(cls, email: str) -> Select[Any]:
        """The account that signs in with this address, however it is written."""
        return select(cls).where(cls.email == email.strip().lower())


def _staff_needs_second_factor() -> bool:
    return bool(current_app.config["PEGUP_STAFF_TWO_FACTOR"] == "required")


class SignInAttempt(Model):
    """One try to get in. Account and address are kept only as keyed digests."""

    __tablename__ = "pegup_sign_in_attempt"
    __table_args__ = (
        Index("ix_pegup_sign_in_attempt_account_at", "account", "at"),
        Index("ix_pegup_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    door: Mapped[str] = mapped_column(String(20))
    """``password``, ``code``, ``second_factor``, ``reset`` or ``register``."""
    account: Mapped[str] = mapped_column(String(64))
    """Whose account was tried; empty for a code, which names nobody."""
    address: Mapped[str] = mapped_column(String(64))
    """Where the try came from."""
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool] = mapped_column(default=False)


class SignUpLink(Model):
    """A link from a coordinator by which people make accounts while sign-up is by invitation."""

    __tablename__ = "pegup_sign_up_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    note: Mapped[str] = mapped_column(String(120), default="")
    """For whom it was made, such as "Taller de Ilo"."""
    places: Mapped[int]
    """How many people may use it."""
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody may still sign up with it."""
        return self.withdrawn_at is None and at < self.expires_at and self.used < self.places

    @classmethod
    def newest(cls) -> Select[SignUpLink]:
        """The last fifty, newest first."""
        return select(cls).order_by(cls.created_at.desc()).limit(50)
