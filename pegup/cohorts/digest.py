"""The weekly mail: what was done, what comes, what is behind; for trainers, who needs a word.

Each person gets at most one a week for a group. A row is stored before the mail server sees the
mail: a second run, or one after a stop in the middle, sends nothing twice. What the server put off
is tried again by the next run of the same week.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from flask import render_template, url_for
from sqlalchemy import Select, exists, func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload

from pegup.accounts.models import Kind, Person, Role
from pegup.cohorts import words
from pegup.cohorts.calendar import Dates, plan_of
from pegup.cohorts.mailing import MAILINGS, off_address, off_headers, speaking
from pegup.cohorts.models import (
    Cohort,
    CohortMember,
    CohortTrainer,
    Digest,
    DigestKind,
    Mailing,
    MailOff,
    Message,
    MessageCopy,
    Reply,
)
from pegup.cohorts.operations import facts_of
from pegup.cohorts.standing import Group, Order, Reason, Standing, counts, in_order, with_reason
from pegup.courses.models import Course, LessonRead
from pegup.courses.outline import Outline, outline_of
from pegup.courses.when import monday_of
from pegup.db import session, transaction
from pegup.web.language import DEFAULT, LANGUAGES, LIMA, language, ngettext
from pegup.web.language import gettext as _
from pegup.web.letters import Fate, Letter, Send, post_office

WEEK = timedelta(days=7)
MOST_LESSONS = 6
MOST_PEOPLE = 8
"""Named in one mail, so that it stays small; the page has all of them."""


@dataclass(frozen=True)
class Reader:
    """To whom a mail goes."""

    id: int
    uuid: uuid.UUID
    name: str
    email: str
    language: str


@dataclass(frozen=True)
class News:
    """All that the mails of one group are made of; nothing more is asked of the database."""

    cohort_id: int
    name: str
    slug: str
    course: str
    outlines: Mapping[str, Outline]
    dates: Dates
    standings: Sequence[Standing]
    names: Mapping[int, str]
    """Of the people in the group."""
    read_lately: Mapping[int, int]
    """Person id to how many lessons they read since the week before."""
    unread: Mapping[int, int]
    """Person id to how many messages wait for them."""
    answers: int
    """That wait for the trainers."""
    members: Sequence[Reader]
    trainers: Sequence[Reader]

    @cached_property
    def by_person(self) -> dict[int, Standing]:
        return {each.facts.person: each for each in self.standings}


@dataclass
class Report:
    """What a run did."""

    told: Counter[Fate] = field(default_factory=Counter)
    planned: list[tuple[str, DigestKind, str]] = field(default_factory=list)
    """Group, kind and address, where nothing was sent because only the plan was wanted."""
    failed: list[tuple[Fate, str, str]] = field(default_factory=list)
    """What happened, group and address."""


def send_digests(week: date, *, at: datetime, only_plan: bool = False) -> Report:
    """The mails of the week that begins on the Monday ``week``; those already sent are left out."""
    report = Report()
    post = post_office()
    if post is None:
        return report
    groups = session.scalars(_running(week).with_only_columns(Cohort.id)).all()
    with post() as send:
        for key in groups:
            cohort = session.scalars(_running(week).where(Cohort.id == key)).one_or_none()
            if cohort is None:  # closed meanwhile
                continue
            news, done = _news(cohort, week, at), _done(cohort, week)
            session.rollback()  # only looked: the next transaction is one that writes
            for kind, reader in _readers(news):
                if done.get((reader.id, kind), Mailing.WAITING) is not Mailing.WAITING:
                    continue
                if only_plan:
                    report.planned.append((news.slug, kind, reader.email))
                else:
                    _send_one(news, kind, reader, week, send, report, at)
    return report


def _send_one(
    news: News,
    kind: DigestKind,
    reader: Reader,
    week: date,
    send: Send,
    report: Report,
    at: datetime,
) -> None:
    letter = letter_of(news, kind, reader, week)
    with transaction():
        key = _claim(news.cohort_id, kind, reader, week, at)
    if key is None:
        return
    fate = send(letter)
    report.told[fate] += 1
    if fate is not Fate.SENT:
        report.failed.append((fate, news.slug, reader.email))
    sent_at = at if fate is Fate.SENT else None
    with transaction():
        session.execute(
            update(Digest).where(Digest.id == key).values(state=MAILINGS[fate], sent_at=sent_at)
        )


def _claim(
    cohort_id: int, kind: DigestKind, reader: Reader, week: date, at: datetime
) -> int | None:
    """The row of a mail that nobody else sends; None if somebody does, or it is not wanted now."""
    if session.scalar(select(MailOff.id).filter_by(person_id=reader.id)) is not None:
        return None
    own = {"person_id": reader.id, "cohort_id": cohort_id, "week_on": week, "kind": kind}
    try:
        with session.begin_nested():
            row = {**own, "state": Mailing.SENDING, "made_at": at}
            session.execute(insert(Digest), [row])
    except IntegrityError:
        taken = session.execute(
            update(Digest).filter_by(**own, state=Mailing.WAITING).values(state=Mailing.SENDING)
        )
        assert isinstance(taken, CursorResult)
        if taken.rowcount != 1:
            return None
    return session.scalar(select(Digest.id).filter_by(**own))


def letter_of(news: News, kind: DigestKind, reader: Reader, week: date) -> Letter:
    """The mail, in the reader's language."""
    with speaking(reader.language):
        off = off_address(reader)
        about = _for_member if kind is DigestKind.MEMBER else _for_trainer
        subject, values = about(news, reader, week)
        values |= {
            "reader": reader,
            "news": news,
            "off": off,
            "spoken": language(),
            "_": _,
            "ngettext": ngettext,
        }
        return Letter(
            to=reader.email,
            name=reader.name,
            subject=subject,
            text=_tidy(render_template(f"pegup/cohorts/mail/{kind}.txt", **values)),
            html=render_template(f"pegup/cohorts/mail/{kind}.html", **values),
            headers=off_headers(off),
        )


def _for_member(news: News, reader: Reader, week: date) -> tuple[str, dict[str, Any]]:
    outline = news.outlines[language()]
    standing = news.by_person[reader.id]
    plan = plan_of(outline.lessons, standing.facts.read, news.dates, week)
    coming = [each for each in plan.this_week if each.id not in standing.facts.read]

    def lesson(slug: str) -> str:
        return url_for("pegup.courses.lesson", slug=news.course, lesson_slug=slug, _external=True)

    number = news.dates.week(week)
    subject = _("Tu semana %(number)s en %(name)s", number=number, name=news.name)
    return subject, {
        "number": number,
        "read": len(standing.facts.read),
        "of": len(outline.lessons),
        "lately": news.read_lately.get(reader.id, 0),
        "coming": [(each, lesson(each.slug)) for each in coming[:MOST_LESSONS]],
        "behind": [(each, lesson(each.slug)) for each in plan.behind[:MOST_LESSONS]],
        "more_behind": max(len(plan.behind) - MOST_LESSONS, 0),
        "unread": news.unread.get(reader.id, 0),
        "is_done": standing.is_done,
        "home": url_for("pegup.home", _external=True),
        "course": url_for("pegup.courses.show", slug=news.course, _external=True),
    }


def _for_trainer(news: News, reader: Reader, week: date) -> tuple[str, dict[str, Any]]:
    del reader, week
    outline = news.outlines[language()]
    stuck = in_order(with_reason(news.standings, set(Reason)), Order.HELP)
    numbers = counts(news.standings)
    return _("Quién necesita una palabra en %(name)s", name=news.name), {
        "total": len(news.standings),
        "stuck": len(stuck),
        "numbers": [(words.REASONS[each], numbers[each]) for each in Reason if numbers[each]],
        "people": [
            (news.names[each.facts.person], " ".join(words.why(each, outline)))
            for each in stuck[:MOST_PEOPLE]
        ],
        "more": max(len(stuck) - MOST_PEOPLE, 0),
        "link": url_for("pegup.cohorts.show", slug=news.course, cohort=news.slug, _external=True),
    }


def _running(week: date) -> Select[Cohort]:
    """The open groups that the week touches."""
    return (
        select(Cohort)
        .where(
            Cohort.closed_at.is_(None),
            Cohort.starts_on < week + WEEK,
            Cohort.ends_on >= week,
        )
        .options(joinedload(Cohort.course))
        .order_by(Cohort.id)
    )


def _news(cohort: Cohort, week: date, at: datetime) -> News:
    course = cohort.course
    outlines = {each: outline_of(course, each) for each in LANGUAGES}
    dates = Dates(cohort.starts_on, cohort.ends_on)
    today = at.astimezone(LIMA).date()
    group = Group(outlines[DEFAULT].lessons, dates, today)
    standings = [group.standing(facts) for facts in facts_of(cohort, outlines[DEFAULT])]
    people = CohortMember.people_of(cohort)
    ids = people.with_only_columns(Person.id).order_by(None)
    return News(
        cohort_id=cohort.id,
        name=cohort.name,
        slug=cohort.slug,
        course=course.slug,
        outlines=outlines,
        dates=dates,
        standings=standings,
        names=dict(session.execute(people.with_only_columns(Person.id, Person.name)).all()),
        read_lately=_read_lately(course, ids, week),
        unread=_unread(ids),
        answers=_answers(cohort),
        members=_reached(_members(cohort, people)),
        trainers=_reached(_trainers(cohort)),
    )


def _readers(news: News) -> Iterator[tuple[DigestKind, Reader]]:
    """Who gets a mail; somebody who completed the course only if a message waits."""
    done = {each.facts.person for each in news.standings if each.is_done}
    for reader in news.members:
        if reader.id not in done or news.unread.get(reader.id):
            yield DigestKind.MEMBER, reader
    for reader in news.trainers:
        yield DigestKind.TRAINER, reader


def _members(cohort: Cohort, people: Select[Person]) -> Select[Person]:
    """Those whose dates come from this group: of two of a course, the later counts."""
    later, theirs = aliased(Cohort), aliased(CohortMember)
    elsewhere = exists().where(
        theirs.person_id == Person.id,
        theirs.left_at.is_(None),
        theirs.cohort_id == later.id,
        later.course_id == cohort.course_id,
        later.closed_at.is_(None),
        (later.starts_on > cohort.starts_on)
        | ((later.starts_on == cohort.starts_on) & (later.id > cohort.id)),
    )
    return people.where(~elsewhere)


def _trainers(cohort: Cohort) -> Select[Person]:
    """Who looks after the group; where nobody does, the trainers of the course."""
    own = select(CohortTrainer.person_id).where(
        CohortTrainer.cohort_id == cohort.id, CohortTrainer.removed_at.is_(None)
    )
    query = select(Person).order_by(Person.folded, Person.id)
    if session.scalar(own.limit(1)) is not None:
        return query.where(Person.id.in_(own))
    of_course = select(Role.person_id).where(
        Role.kind == Kind.TRAINER, Role.scope == cohort.course.slug
    )
    return query.where(Person.id.in_(of_course))


def _reached(people: Select[Person]) -> list[Reader]:
    """Those with an address who have not switched the mails off."""
    off = select(MailOff.person_id)
    found = people.where(Person.email.is_not(None), Person.id.not_in(off))
    columns = (Person.id, Person.uuid, Person.name, Person.email, Person.language)
    rows = session.execute(found.with_only_columns(*columns))
    return [
        Reader(key, named, name, email or "", spoken) for key, named, name, email, spoken in rows
    ]


def _read_lately(course: Course, people: Select[int], week: date) -> dict[int, int]:
    since = datetime.combine(week - WEEK, time(), LIMA)
    lessons = [lesson.id for lesson in outline_of(course, course.language).lessons]
    query = (
        select(LessonRead.person_id, func.count())
        .where(
            LessonRead.person_id.in_(people),
            LessonRead.lesson_id.in_(lessons),
            LessonRead.read_at >= since,
        )
        .group_by(LessonRead.person_id)
    )
    return {person: int(number) for person, number in session.execute(query)}


def _unread(people: Select[int]) -> dict[int, int]:
    """Messages that wait for each: not read, or with an answer that is not."""
    answered = exists().where(
        Reply.copy_id == MessageCopy.id,
        Reply.seen_at.is_(None),
        Reply.author_id != MessageCopy.person_id,
    )
    query = (
        select(MessageCopy.person_id, func.count())
        .where(MessageCopy.person_id.in_(people), MessageCopy.seen_at.is_(None) | answered)
        .group_by(MessageCopy.person_id)
    )
    return {person: int(number) for person, number in session.execute(query)}


def _answers(cohort: Cohort) -> int:
    query = (
        select(func.count())
        .select_from(Reply)
        .join(MessageCopy, MessageCopy.id == Reply.copy_id)
        .join(Message, Message.id == MessageCopy.message_id)
        .where(
            Message.cohort_id == cohort.id,
            Reply.seen_at.is_(None),
            Reply.author_id == MessageCopy.person_id,
        )
    )
    return session.scalar(query) or 0


def _done(cohort: Cohort, week: date) -> dict[tuple[int, DigestKind], Mailing]:
    """What became of this week's mails so far."""
    rows = session.scalars(select(Digest).filter_by(cohort_id=cohort.id, week_on=week))
    return {(row.person_id, DigestKind(row.kind)): Mailing(row.state) for row in rows}


def week_of(text: str, today: date) -> date:
    """The Monday of ``2026-W48``, of a day, or of today; ``ValueError`` for anything else."""
    if not text:
        return monday_of(today)
    return monday_of(date.fromisoformat(text))


def _tidy(text: str) -> str:
    """At most one empty line between paragraphs."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
