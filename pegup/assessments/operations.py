"""Starting, saving and finishing an attempt; each may be sent twice and counts once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.assessments.kinds import KINDS, Given, Sent, mean
from pegup.assessments.models import Answer, Attempt
from pegup.courses.models import Lesson, QuestionVersion
from pegup.db import session

HELD = "held"
"""The form's field that names the questions whose answer the page showed."""


TRIES = 5
"""For a number that another request takes at the same moment."""


@dataclass(frozen=True)
class OnPaper:
    """A question as it was asked away from the site, and what was given."""

    version: QuestionVersion
    shown: Sequence[str]
    given: Given


class NothingToAsk(Exception):
    """The lesson has no questions."""


class AlreadySubmitted(Exception):
    """The attempt is finished: nothing can be added to it."""


def start_attempt(lesson: Lesson, person: Person, language: str, *, at: datetime) -> Attempt:
    """The person's open attempt, begun now if there is none; a hundred clicks begin one."""
    open_attempt = Attempt.of(person, lesson).where(Attempt.submitted_at.is_(None))
    found = session.scalar(open_attempt)
    if found is not None:
        return found
    questions = session.scalars(QuestionVersion.asked_in(lesson, language)).all()
    if not questions:
        raise NothingToAsk
    last = session.scalar(Attempt.of(person, lesson).limit(1))
    attempt = Attempt(
        person_id=person.id,
        lesson_id=lesson.id,
        number=last.number + 1 if last else 1,
        language=language,
        started_at=at,
        answers=_asked(questions),
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return session.scalars(open_attempt).one()
    return attempt


def save_answers(attempt: Attempt, sent: Sent, *, at: datetime) -> list[Answer]:
    """Stores what the form gives, and returns the answers that are now as it says.

    A question that it leaves open keeps what it had, for the page may be older than that; it is
    cleared where the form's ``HELD`` says that the page had shown an answer. ``at`` is when the
    person answered: what was given later, on another phone, is not replaced.
    """
    _lock(attempt)
    saved = []
    held = set(sent.getlist(HELD))
    for answer in attempt.answers:
        spec, name = answer.version.spec, field_name(answer)
        given = KINDS[spec["kind"]].read(spec, sent, name)
        is_open = given is None and name not in held
        if is_open or (answer.saved_at and answer.saved_at > at):
            continue
        if given != answer.given:
            answer.given, answer.saved_at = given, at
        saved.append(answer)
    session.flush()
    return saved


def submit(attempt: Attempt, *, at: datetime) -> None:
    """Marks every answer with the version that was asked; twice gives the same."""
    _lock(attempt)
    _mark(attempt, at)
    session.flush()


def hand_in(
    lesson: Lesson, person: Person, language: str, answers: Sequence[OnPaper], *, at: datetime
) -> Attempt:
    """A finished attempt that was made elsewhere, such as on paper; an open one stays open."""
    for _try in range(TRIES):
        last = session.scalar(Attempt.of(person, lesson).limit(1))
        attempt = Attempt(
            person_id=person.id,
            lesson_id=lesson.id,
            number=last.number + 1 if last else 1,
            language=language,
            started_at=at,
            answers=[
                Answer(
                    version=each.version,
                    position=position,
                    shown=list(each.shown),
                    given=each.given,
                    saved_at=None if each.given is None else at,
                )
                for position, each in enumerate(answers, 1)
            ],
        )
        _mark(attempt, at)
        try:
            with session.begin_nested():
                session.add(attempt)
        except IntegrityError:  # the same person began another at this moment
            continue
        return attempt
    raise RuntimeError(f"No number was free for an attempt at lesson {lesson.id}.")


def field_name(answer: Answer) -> str:
    """The form's field of an answer."""
    return f"q{answer.position}"


def _asked(questions: Sequence[QuestionVersion]) -> list[Answer]:
    chance = random.SystemRandom()
    return [
        Answer(
            question_version_id=version.id,
            position=position,
            shown=KINDS[version.spec["kind"]].order(version.spec, chance),
        )
        for position, version in enumerate(questions, 1)
    ]


def _mark(attempt: Attempt, at: datetime) -> None:
    for answer in attempt.answers:
        spec = answer.version.spec
        answer.points = KINDS[spec["kind"]].points(spec, answer.given)
    attempt.mark = mean([answer.points or Decimal(0) for answer in attempt.answers])
    attempt.submitted_at = at


def _lock(attempt: Attempt) -> None:
    """No answer slips in while another request finishes the attempt."""
    locked = select(Attempt.submitted_at).where(Attempt.id == attempt.id).with_for_update()
    if session.scalar(locked) is not None:
        raise AlreadySubmitted
