"""What trainers write to people of a group, what is answered, and who wants no mails."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.cohorts.models import (
    Cohort,
    CohortMember,
    CohortTrainer,
    Mailing,
    MailOff,
    Message,
    MessageCopy,
    Reply,
)
from pegup.db import session

MOST_PEOPLE = 500
"""Whom one message reaches; a larger group is written to by team or by reason."""
MOST_IN_AN_HOUR = 10
"""Messages of one person to groups."""
MOST_REPLIES_IN_AN_HOUR = 30
HOUR = timedelta(hours=1)


class TooMany(Exception):
    """The person has written as much as one may in an hour."""


def send_message(
    cohort: Cohort,
    text: str,
    people: Collection[Person],
    *,
    key: uuid.UUID,
    by: Person,
    at: datetime,
) -> Message:
    """One message with a copy for each; with a key that was used it is the one that was sent then."""
    own = select(Message).filter_by(uuid=key, author_id=by.id)
    sent = session.scalar(own)
    if sent is not None:
        return sent
    lately = select(func.count()).where(Message.author_id == by.id, Message.sent_at > at - HOUR)
    if (session.scalar(lately) or 0) >= MOST_IN_AN_HOUR:
        raise TooMany
    message = Message(uuid=key, cohort_id=cohort.id, author_id=by.id, text=text, sent_at=at)
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:  # the same at the same moment
        return session.scalars(own).one()
    off = _without_mail([person.id for person in people])
    session.execute(
        insert(MessageCopy),
        [
            {
                "message_id": message.id,
                "person_id": person.id,
                "mailing": Mailing.WAITING
                if person.email and person.id not in off
                else Mailing.NONE,
            }
            for person in people
        ],
    )
    return message


def reply(
    copy: MessageCopy,
    text: str,
    *,
    shown: Collection[uuid.UUID],
    key: uuid.UUID,
    by: Person,
    at: datetime,
) -> None:
    """An answer below the message; what the page ``shown`` of the other side counts as read."""
    if session.scalar(select(Reply.id).filter_by(uuid=key)) is not None:
        return
    lately = select(func.count()).where(Reply.author_id == by.id, Reply.sent_at > at - HOUR)
    if (session.scalar(lately) or 0) >= MOST_REPLIES_IN_AN_HOUR:
        raise TooMany
    mark_seen(copy, shown=shown, by=by, at=at)
    with suppress(IntegrityError), session.begin_nested():  # the same at the same moment
        session.add(Reply(uuid=key, copy_id=copy.id, author_id=by.id, text=text, sent_at=at))


def mark_seen(copy: MessageCopy, *, shown: Collection[uuid.UUID], by: Person, at: datetime) -> None:
    """The person has read the message and those answers of the other side that the page ``shown``."""
    if copy.person_id == by.id and copy.seen_at is None:
        copy.seen_at = at
    for each in copy.new_for(by):
        if each.uuid in shown:
            each.seen_at = at


def answered_to(person: Person, *, most: int) -> list[MessageCopy]:
    """Answers that nobody of the trainers has read, in groups that were given to the person or to
    messages of their own; newest first."""
    given = select(CohortTrainer.cohort_id).where(
        CohortTrainer.person_id == person.id, CohortTrainer.removed_at.is_(None)
    )
    open_answers = select(Reply.copy_id).where(
        Reply.seen_at.is_(None), Reply.author_id == MessageCopy.person_id
    )
    query = (
        MessageCopy.whole()
        .join(Message, Message.id == MessageCopy.message_id)
        .where(
            open_answers.where(Reply.copy_id == MessageCopy.id).exists(),
            MessageCopy.person_id != person.id,
            or_(Message.author_id == person.id, Message.cohort_id.in_(given)),
        )
        .order_by(Message.sent_at.desc(), MessageCopy.id)
        .limit(most)
    )
    return list(session.scalars(query))


def seen_of(cohort: Cohort) -> dict[int, tuple[int, int, int]]:
    """Message id to how many have it, how many have read it, and how many answers wait."""
    waits = and_(Reply.seen_at.is_(None), Reply.author_id == MessageCopy.person_id)
    query = (
        select(
            MessageCopy.message_id,
            func.count(MessageCopy.id.distinct()),
            func.count(case((MessageCopy.seen_at.is_not(None), MessageCopy.id)).distinct()),
            func.count(Reply.id.distinct()),
        )
        .join(Message, Message.id == MessageCopy.message_id)
        .outerjoin(Reply, and_(Reply.copy_id == MessageCopy.id, waits))
        .where(Message.cohort_id == cohort.id)
        .group_by(MessageCopy.message_id)
    )
    return {
        key: (int(all_), int(seen), int(new)) for key, all_, seen, new in session.execute(query)
    }


def wants_no_mail(person: Person) -> bool:
    """Whether the person switched the mails of their courses off."""
    return bool(_without_mail([person.id]))


def switch_mail(person: Person, *, on: bool, at: datetime) -> None:
    """Off stays off, also in groups to come, until the person switches it on."""
    if on:
        session.execute(delete(MailOff).where(MailOff.person_id == person.id))
    elif not wants_no_mail(person):
        try:
            with session.begin_nested():
                session.add(MailOff(person_id=person.id, since_at=at))
        except IntegrityError:
            return
        waiting = update(MessageCopy).where(
            MessageCopy.person_id == person.id, MessageCopy.mailing == Mailing.WAITING
        )
        session.execute(waiting.values(mailing=Mailing.NONE))


def reached_by_mail(people: Collection[Person]) -> int:
    """How many of these people get a message by mail too."""
    off = _without_mail([person.id for person in people])
    return sum(bool(person.email) and person.id not in off for person in people)


def people_of(cohort: Cohort, keys: Collection[uuid.UUID]) -> list[Person]:
    """Those of the named people who are in the group, by name."""
    return list(session.scalars(CohortMember.people_of(cohort).where(Person.uuid.in_(keys))))


def _without_mail(person_ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(MailOff.person_id).where(MailOff.person_id.in_(person_ids))))
