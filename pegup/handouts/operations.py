"""Handing out a theme as a file, counting the codes that come back, voiding a file that was lost."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.db import session
from pegup.handouts.codes import Asked, Done, Forged, Typed, asked_of, open_code, unpack
from pegup.handouts.models import ForgedCode, Handout, HandoutAttempt, HandoutCode, HandoutCopy
from pegup.paper.models import Edition, EditionQuestion
from pegup.paper.operations import count_work, free_numbers

KEY_BYTES = 16
MOST_FORGED = 10
"""Forged codes that one person may type in a day. A guess is right once in a million million: this
keeps nobody out who copies, and leaves a trace of who tries."""
DAY = timedelta(days=1)


class Voided(Exception):
    """The file was voided ``at`` some time: its codes count no more."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class SomebodyElses(Exception):
    """The file, or this copy of it, is another person's."""


class TooMany(Exception):
    """This person typed too many forged codes today."""


def hand_out(edition: Edition, person: Person | None, *, by: Person, at: datetime) -> Handout:
    """A file for the person, or None: for whoever has it. The one that is there, if there is."""
    known = select(Handout).where(
        Handout.edition_id == edition.id,
        Handout.voided_at.is_(None),
        *_whose(person, by),
    )
    found = session.scalar(known)
    if found is not None:
        return found
    [number] = free_numbers(
        1, lambda wanted: select(Handout.number).where(Handout.number.in_(wanted))
    )
    made = Handout(
        number=number,
        key=secrets.token_bytes(KEY_BYTES),
        edition_id=edition.id,
        person_id=person and person.id,
        made_by_id=by.id,
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # asked for twice at once
        return session.scalars(known).one()
    return made


def void(handout: Handout, *, by: Person, at: datetime) -> None:
    """None of its codes counts from now on; the first who says so is heard."""
    _lock(handout)
    if handout.voided_at is None:
        handout.voided_at, handout.voided_by_id = at, by.id


def opened(handout: Handout, typed: Typed, *, by: Person, at: datetime) -> tuple[str, list[Done]]:
    """The mark of the copy and what the code says; a forged one is noted, and raises ``Forged``.

    To be stored, the note needs an answer that is no error.
    """
    since = select(func.count()).where(ForgedCode.person_id == by.id, ForgedCode.at > at - DAY)
    if (session.scalar(since) or 0) >= MOST_FORGED:
        raise TooMany
    try:
        return open_code(
            typed, handout.key, lessons_of(handout.edition), has_copy=handout.person_id is None
        )
    except Forged:
        session.add(ForgedCode(handout_id=handout.id, person_id=by.id, at=at))
        session.flush()
        raise


def owner_of(handout: Handout, mark: str) -> Person | None:
    """Whose this copy of the file is; None while nobody's."""
    if handout.person is not None:
        return handout.person
    return next((copy.person for copy in handout.copies if copy.mark == mark), None)


def count(
    handout: Handout,
    mark: str,
    contents: str,
    person: Person,
    *,
    by: Person,
    at: datetime,
) -> HandoutCode:
    """What the code brings is the person's from now on. The same code again is the one that counted.

    Of a lesson whose answers came with an earlier code no second attempt is made.
    """
    _lock(handout)
    if handout.voided_at is not None:
        raise Voided(handout.voided_at)
    owner = owner_of(handout, mark)
    if owner is not None and owner.id != person.id:
        raise SomebodyElses
    copy = _copy(handout, mark, person, at)
    known = [code for code in copy.codes if code.contents == contents]
    if known:
        return known[0]
    edition = handout.edition
    lessons = lessons_of(edition)
    before = [unpack(code.contents, lessons) for code in copy.codes]
    done = unpack(contents, lessons)
    read, given = _new(edition, done, before)
    code = HandoutCode(copy_id=copy.id, contents=contents, by_id=by.id, entered_at=at)
    session.add(code)
    session.flush()
    attempts = count_work(edition, person, read, given, at=at)
    session.add_all(
        HandoutAttempt(code_id=code.id, lesson_id=lesson, attempt_id=attempt.id)
        for lesson, attempt in attempts.items()
    )
    session.flush()
    session.refresh(copy, ["codes"])
    return code


def lessons_of(edition: Edition) -> list[list[Asked]]:
    """Lesson by lesson what the file asks."""
    return [
        [asked_of(each.version.spec, each.shown) for each in asked]
        for asked in questions_by_lesson(edition)
    ]


def questions_by_lesson(edition: Edition) -> list[list[EditionQuestion]]:
    """The edition's questions, lesson by lesson, in their order."""
    return [
        [each for each in edition.questions if each.lesson_id == lesson.lesson_id]
        for lesson in edition.lessons
    ]


def _new(
    edition: Edition, done: Sequence[Done], before: Sequence[Sequence[Done]]
) -> tuple[set[int], dict[int, Any]]:
    """Places of lessons read, and answers by the question's place, without what is known."""
    read: set[int] = set()
    given: dict[int, Any] = {}
    for at, (lesson, asked) in enumerate(
        zip(edition.lessons, questions_by_lesson(edition), strict=True)
    ):
        if done[at].is_read and not any(earlier[at].is_read for earlier in before):
            read.add(lesson.position)
        if not any(earlier[at].given == done[at].given for earlier in before):
            given |= {
                asked[place].position: _as_written(answer, lesson.language)
                for place, answer in done[at].given.items()
            }
    return read, given


def _as_written(answer: Any, language: str) -> Any:
    """A number as people write it in the lesson's language."""
    is_spanish_number = isinstance(answer, str) and language == "es"
    return answer.replace(".", ",") if is_spanish_number else answer


def _copy(handout: Handout, mark: str, person: Person, at: datetime) -> HandoutCopy:
    found = next((copy for copy in handout.copies if copy.mark == mark), None)
    if found is None:
        found = HandoutCopy(handout_id=handout.id, mark=mark, person_id=person.id, bound_at=at)
        session.add(found)
        session.flush()
        session.refresh(handout, ["copies"])
    session.refresh(found, ["codes"])
    return found


def _whose(person: Person | None, by: Person) -> list[Any]:
    if person is not None:
        return [Handout.person_id == person.id]
    return [Handout.person_id.is_(None), Handout.made_by_id == by.id]


def _lock(handout: Handout) -> None:
    """One at a time; then what the other did is seen."""
    session.execute(select(Handout.id).where(Handout.id == handout.id).with_for_update())
    session.refresh(handout, ["voided_at", "copies"])
