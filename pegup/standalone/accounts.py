"""The accounts behind the sign-in library, and the verbs on them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, TypeVar

from flask import has_request_context, request
from flask_security import SQLAlchemyUserDatastore, UserMixin, hash_password
from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import joinedload, load_only, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from pegup.accounts import operations
from pegup.accounts.models import Identity, Person, Role
from pegup.db import READING, rows, session
from pegup.standalone.models import Account


class Reader(UserMixin):  # type: ignore[misc]  # the library is not typed
    """Who asks for a page that changes nothing: what the library wants to know of an account."""

    def __init__(self, key: str, person: Person, disabled_at: datetime | None) -> None:
        self.fs_uniquifier = key
        self.person = person
        self.active = disabled_at is None


Known = TypeVar("Known", Person, Role)
PERSON, ROLE = Person.__table__.columns, Role.__table__.columns

# Every request of somebody signed in asks one of these: made once, answered by one query.
_READER = (
    select(*PERSON, Account.disabled_at, *ROLE)
    .select_from(Account)
    .join(Person, Person.id == Account.person_id)
    .outerjoin(Role, Role.person_id == Person.id)
    .where(Account.fs_uniquifier == bindparam("key"))
)
_ACCOUNT = (
    select(Account)
    .where(Account.fs_uniquifier == bindparam("key"))
    .options(
        load_only(Account.fs_uniquifier, Account.person_id, Account.disabled_at),
        joinedload(Account.person).joinedload(Person.roles).load_only(Role.kind, Role.scope),
    )
)


class Accounts(SQLAlchemyUserDatastore):  # type: ignore[misc]  # the library is not typed
    """Where the sign-in library finds and keeps accounts: our session, committed by the request."""

    def __init__(self) -> None:
        super().__init__(SimpleNamespace(session=session), Account, None)

    def commit(self) -> None:
        """Only flushes: the request commits once, at its end."""
        session.flush()

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | Reader | None:
        """The account by one attribute; a listed person who comes by e-mail gets one now."""
        ((name, value),) = wanted.items()
        if name == "fs_uniquifier" and _only_reads():
            return _reader(value)
        if name == "fs_uniquifier":
            return session.scalars(_ACCOUNT, {"key": value}).unique().one_or_none()
        if name != "email":
            return session.scalar(select(Account).where(getattr(Account, name) == value))
        return account_by_email(str(value))

    def create_user(self, **fields: Any) -> Account:
        """A new person with an account, as the sign-up form says."""
        email = fields["email"].lower()
        person = Person(name=fields["name"], email=_contact_address(email))
        account = Account(person=person, email=email, password=fields["password"])
        session.add(account)
        session.flush()
        return account


def account_of(person: Person) -> Account:
    """The person's account, made at the first need."""
    account: Account | None = session.scalar(Account.of(person))
    if account is None:
        email = person.email if person.email and _may_sign_in_by(person) else None
        account = Account(person=person, email=email)
        session.add(account)
        session.flush()
    return account


def account_by_email(email: str) -> Account | None:
    """The account that signs in with the address."""
    account: Account | None = session.scalar(Account.by_email(email))
    if account is not None:
        return account
    person = session.scalar(Person.by_email(email))
    if person is None or not _may_sign_in_by(person):
        return None
    return account_of(person)


def add_account(
    person: Person, *, at: datetime, email: str | None = None, password: str | None = None
) -> Account:
    """An account that works at once: for the first administrator, and for demonstrations."""
    account = account_of(person)
    account.email = (email or person.email or "").lower() or None
    account.password = hash_password(password) if password else None
    account.confirmed_at = at
    session.flush()
    return account


def change_email(account: Account, email: str, at: datetime) -> None:
    """The person showed that the address is theirs: from now on it signs in."""
    if session.scalar(Account.by_email(email)) is not None:
        raise operations.EmailTaken(email)
    account.email = email.lower()
    account.person.email = _contact_address(email.lower()) or account.person.email
    account.confirmed_at = at
    session.flush()


def end_sessions(account: Account) -> None:
    """Signs the account out everywhere, at the next request of each device."""
    account.fs_uniquifier = uuid.uuid4().hex
    session.flush()


def close(account: Account, by: Person, at: datetime) -> None:
    """Nobody gets in by this account until it is opened again; what the person did stays."""
    account.disabled_at, account.disabled_by_id = at, by.id
    end_sessions(account)


def reopen(account: Account) -> None:
    """Undoes ``close``."""
    account.disabled_at = account.disabled_by_id = None
    session.flush()


def forget_second_factor(account: Account) -> None:
    """For somebody who lost the phone and the recovery codes."""
    account.tf_primary_method = account.tf_totp_secret = account.tf_last_counter = None
    account.mf_recovery_codes = None
    end_sessions(account)


def _only_reads() -> bool:
    """Whether this is a page that changes nothing and is not about the account itself."""
    own = ("pegup_sign_in", "pegup.standalone")
    return has_request_context() and request.method in READING and request.blueprint not in own


def _reader(key: str) -> Reader | None:
    """Who is signed in by this key, made without the ORM: it took a fifth of every page's time."""
    found = rows(_READER, {"key": key}).all()
    if not found:
        return None
    person = _known(Person, found[0][: len(PERSON)])
    roles = [_known(Role, row[-len(ROLE) :]) for row in found if row[-len(ROLE)] is not None]
    set_committed_value(person, "roles", roles)
    return Reader(key, person, found[0].disabled_at)


def _known(model: type[Known], values: Sequence[Any]) -> Known:
    """One that the database has, outside of its session: to be read, or added to it later."""
    made = model(**dict(zip(model.__table__.columns.keys(), values, strict=True)))
    make_transient_to_detached(made)
    return made


def _may_sign_in_by(person: Person) -> bool:
    """An address that only another system vouched for opens nothing here: it could be anybody's."""
    return not session.scalar(
        select(exists().where(Identity.person_id == person.id))
    ) and not session.scalar(
        select(exists().where(Account.email == person.email, Account.person_id != person.id))
    )


def _contact_address(email: str) -> str | None:
    """The address if no other person is listed with it."""
    return None if session.scalar(Person.by_email(email)) is not None else email
