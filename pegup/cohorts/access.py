"""Who may do what with the groups of a course.

============  ========================================  ==============  =======
..            coordinators, trainers of the course      group's own     members
..                                                      trainers
============  ========================================  ==============  =======
LOOK          every group of the course                 their own       no
MANAGE        every group of the course                 no              no
============  ========================================  ==============  =======

``LOOK`` shows who is in the group and how far, and writes messages. ``MANAGE`` makes groups, changes
dates, and says who is in them. A member is told so (403); for anybody else there is no group (404).
"""

from __future__ import annotations

import uuid
from datetime import date
from enum import StrEnum

from flask import current_app, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Person
from pegup.cohorts.models import Cohort, CohortMember, CohortTrainer, Message, MessageCopy
from pegup.courses.access import course_for, teaches
from pegup.courses.models import Course
from pegup.db import one_or_404, session


class Can(StrEnum):
    """What somebody wants to do with a group."""

    LOOK = "look"
    MANAGE = "manage"


def cohort_for(course_slug: str, slug: str, right: Can) -> Cohort:
    """The group with its course, for a person with the right."""
    query = select(Cohort).join(Cohort.course).where(Course.slug == course_slug)
    cohort = one_or_404(query.where(Cohort.slug == slug))
    if may(g.person, right, cohort):
        return cohort
    if may(g.person, Can.LOOK, cohort) or _is_member(g.person, cohort):
        raise Forbidden
    raise NotFound


def may(person: Person, right: Can, cohort: Cohort) -> bool:
    """The table above, as code."""
    if teaches(person, cohort.course):
        return True
    return right == Can.LOOK and _trains(person, cohort)


def course_with_cohorts(slug: str) -> Course:
    """A course whose groups the person may make and change."""
    course = course_for(slug)
    if not teaches(g.person, course):
        raise Forbidden
    return course


def copy_for(key: uuid.UUID) -> MessageCopy:
    """A message as one person has it: for that person, and for who looks after the group."""
    copy = one_or_404(MessageCopy.whole().where(MessageCopy.uuid == key))
    if copy.person_id != g.person.id and not may(g.person, Can.LOOK, copy.message.cohort):
        raise NotFound
    return copy


def message_for(key: uuid.UUID) -> Message:
    """A message that went to people of a group, for who looks after it."""
    message = one_or_404(
        select(Message)
        .where(Message.uuid == key)
        .options(joinedload(Message.author), joinedload(Message.cohort).joinedload(Cohort.course))
    )
    if not may(g.person, Can.LOOK, message.cohort):
        raise NotFound
    return message


def today() -> date:
    """The day at Lima's clock; the preview of a course sets another."""
    day: date = current_app.extensions["pegup"].today()
    return day


def _trains(person: Person, cohort: Cohort) -> bool:
    query = CohortTrainer.of(cohort).where(CohortTrainer.person_id == person.id)
    return session.scalar(query.with_only_columns(CohortTrainer.id).order_by(None)) is not None


def _is_member(person: Person, cohort: Cohort) -> bool:
    here = CohortMember.people_of(cohort).where(Person.id == person.id)
    return session.scalar(here.with_only_columns(Person.id).order_by(None)) is not None
