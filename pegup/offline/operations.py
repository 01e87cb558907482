"""Taking in what phones kept, and packing what they may keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.assessments.operations import (
    HELD,
    AlreadySubmitted,
    NothingToAsk,
    field_name,
    save_answers,
    start_attempt,
    submit,
)
from pegup.courses.access import may_open
from pegup.courses.models import Course, Lesson
from pegup.courses.operations import mark_read
from pegup.courses.outline import Theme
from pegup.db import session
from pegup.offline.models import Delivery, Outcome
from pegup.offline.parcel import Item

TICK = timedelta(microseconds=1)
"""The smallest step of a stored time."""


@dataclass(frozen=True)
class Packed:
    """A lesson to keep, and the attempt that was begun for it, if it asks anything."""

    slug: str
    title: str
    attempt: UUID | None


def receive(person: Person, items: list[Item], *, at: datetime) -> list[Delivery]:
    """Stores each item once, in the order in which it was done; returns what became of each."""
    _lock(person)
    before = {
        each.key: each
        for each in session.scalars(Delivery.of(person, [item.key for item in items]))
    }
    for item in sorted(items, key=lambda item: (item.made_at, item.made or 0)):
        if item.key in before:
            continue
        item = replace(item, made_at=_in_order(person, item))
        delivery = Delivery(
            person_id=person.id,
            key=item.key,
            kind=item.kind,
            payload=item.payload,
            made_at=item.made_at,
            phone=item.phone,
            made=item.made,
            received_at=at,
            outcome=_TAKERS[item.kind](person, item),
        )
        session.add(delivery)
        before[item.key] = delivery
    session.flush()
    return list(before.values())


def _lock(person: Person) -> None:
    """One parcel of a person at a time: a page and the worker behind it hand in the same at once."""
    own = select(Person.id).where(Person.id == person.id)
    session.execute(own.with_for_update(key_share=True))


def _in_order(person: Person, item: Item) -> datetime:
    """When it was done, never in another order than on the phone.

    A phone says how long ago it did something; what a slow network adds to that is not the same
    for each request, and would make an answer look older than the one that it replaces.
    """
    if item.phone is None or item.made is None:
        return item.made_at
    session.flush()
    before, after = session.execute(Delivery.around(person, item.phone, item.made)).one()
    moment = item.made_at
    if before is not None:
        moment = max(moment, before + TICK)
    if after is not None:
        moment = min(moment, after - TICK)
    return moment


def pack(theme: Theme, course: Course, person: Person, *, at: datetime) -> list[Packed]:
    """The lessons of a theme, each with the attempt that its questions are answered in."""
    rows = {
        lesson.slug: lesson
        for lesson in session.scalars(Lesson.of(course))
        if lesson.slug in {entry.slug for entry in theme.lessons}
    }
    packed = []
    for entry in theme.lessons:
        try:
            begun = start_attempt(rows[entry.slug], person, entry.language, at=at)
        except NothingToAsk:
            packed.append(Packed(entry.slug, entry.title, None))
        else:
            packed.append(Packed(entry.slug, entry.title, begun.uuid))
    return packed


def _take_read(person: Person, item: Item) -> Outcome:
    """Also of a lesson that left the course meanwhile: it was read."""
    query = select(Lesson).join(Course, Course.id == Lesson.course_id)
    found = session.scalar(
        query.where(Course.slug == item.text("course"), Lesson.slug == item.text("lesson"))
    )
    if found is None or not may_open(person, found.course):
        return Outcome.CLOSED
    mark_read(person, found, at=item.made_at)
    return Outcome.STORED


def _take_answers(person: Person, item: Item) -> Outcome:
    attempt = _attempt(person, item)
    if attempt is None:
        return Outcome.CLOSED
    asked = {
        value if name == HELD else name.split("-")[0] for name, value in item.fields
    }  # a question that was cleared has no other field
    is_older = any(
        field_name(answer) in asked and answer.saved_at and answer.saved_at > item.made_at
        for answer in attempt.answers
    )
    try:
        saved = save_answers(attempt, MultiDict(item.fields), at=item.made_at)
    except AlreadySubmitted:
        return Outcome.FINISHED
    if is_older:
        return Outcome.OLDER
    return Outcome.STORED if asked <= set(map(field_name, saved)) else Outcome.UNREADABLE


def _take_finish(person: Person, item: Item) -> Outcome:
    attempt = _attempt(person, item)
    if attempt is None:
        return Outcome.CLOSED
    try:
        submit(attempt, at=max(item.made_at, attempt.started_at))
    except AlreadySubmitted:
        return Outcome.FINISHED
    return Outcome.STORED


def _attempt(person: Person, item: Item) -> Attempt | None:
    try:
        key = UUID(item.text("attempt"))
    except ValueError:
        return None
    found: Attempt | None = session.scalar(Attempt.whole(key, person))
    return found


_TAKERS: dict[str, Callable[[Person, Item], Outcome]] = {
    "read": _take_read,
    "answers": _take_answers,
    "finish": _take_finish,
}
