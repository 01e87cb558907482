"""A site of its own for one course folder: read again at each save, thrown away at the end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from pegup.accounts.models import Person
from pegup.app import create_app
from pegup.authoring.findings import Finding
from pegup.authoring.source import files_below
from pegup.authoring.words import finding_line, summary
from pegup.cohorts.models import Cohort
from pegup.cohorts.operations import add_people, begin_cohort
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course, Lesson
from pegup.courses.operations import enrol, mark_read
from pegup.courses.outline import outline_of
from pegup.courses.when import monday_of
from pegup.db import db, now, session, transaction
from pegup.migrations import upgrade
from pegup.web.feature import Feature
from pegup.web.forgery import refuse_cross_site_writes
from pegup.web.headers import POLICY
from pegup.web.language import COOKIE, LANGUAGES, LIMA, language
from pegup.web.language import gettext as _

DEEPER = b'<details class="block block-deeper"'
FRAMES = f"{POLICY}; frame-src 'self'"


class Viewer(StrEnum):
    """As whom the course is seen."""

    LEARNER = "learner"
    """Attends the course and has read nothing."""
    READER = "reader"
    """Has read every lesson."""
    VISITOR = "visitor"
    """Has not signed in."""


@dataclass(frozen=True)
class State:
    """What the last reading of the folder gave."""

    mark: str = ""
    """Changes with the files."""
    findings: tuple[Finding, ...] = ()
    is_shown: bool = False
    """Whether the pages show the files as they are; else they show the last version without errors."""


class Preview:
    """One folder and the site that shows it. ``data`` is a folder that nobody needs afterwards."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder = folder
        self.viewer = Viewer.LEARNER
        self.opens_deeper = False
        self.today = datetime.now(LIMA).date()
        """The day on which the course is seen."""
        self.starts_on = monday_of(self.today)
        """When the group of those who are shown began."""
        self.state = State()
        self._lock = Lock()
        self.app = create_app(
            {
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'preview.sqlite'}",
                "PEGUP_DATA": data,
                "SECRET_KEY": secrets.token_hex(),
            }
        )
        self.app.extensions["pegup"].is_alone = False  # details are opened in what it makes
        self.app.extensions["pegup"].current_person = self._person
        self.app.extensions["pegup"].today = lambda: self.today
        self.app.register_blueprint(_blueprint(self))
        self.app.after_request(self._open_deeper)
        self.app.wsgi_app = _framed(self.app.wsgi_app)  # type: ignore[method-assign]
        with self.app.app_context(), db.engine.begin() as connection:
            upgrade(connection)

    def refresh(self) -> State:
        """Reads the folder if anything in it changed; errors leave the last good version in place."""
        with self._lock:
            mark = fingerprint(self.folder)
            if mark != self.state.mark:
                reading = read_course(self.folder)
                if reading.course is not None:
                    with transaction():
                        store_course(reading.course, now())
                        self._settle()
                is_shown = reading.course is not None
                self.state = State(mark, tuple(reading.findings), is_shown)
            return self.state

    def start(self) -> str:
        """The address of the course, once there is one."""
        course = session.scalar(select(Course))
        return url_for("pegup.courses.show", slug=course.slug) if course else ""

    def set_dates(self, today: date, starts_on: date) -> None:
        """From now on the course is seen on this day, by a group that began on that one."""
        self.today, self.starts_on = today, starts_on
        course = session.scalar(select(Course))
        if course is not None:
            with transaction():
                self._plan(course, [])

    def _settle(self) -> None:
        """The people as whom the course can be seen, in it and as far as they are."""
        course = session.scalars(select(Course)).one()
        seen = []
        for viewer in (Viewer.LEARNER, Viewer.READER):
            person = self._named(viewer)
            if person is None:
                person = Person(name=viewer.value.title())
                session.add(person)
                session.flush()
            enrol(person, course, at=now())
            seen.append(person.id)
            if viewer is Viewer.READER:
                for lesson in session.scalars(Lesson.of(course)):
                    mark_read(person, lesson, at=now())
        self._plan(course, seen)

    def _plan(self, course: Course, people: list[int]) -> None:
        """Puts the people in a group, so that they see the weeks of the course's plan, if it has one."""
        group = session.scalar(select(Cohort))
        lessons = outline_of(course, course.language).lessons
        periods = [
            each.when.period(self.starts_on, self.starts_on) for each in lessons if each.when
        ]
        ends_on = max([self.starts_on, *(period.last for period in periods)])
        if group is None:
            group = begin_cohort(
                course,
                name=_("El grupo"),
                starts_on=self.starts_on,
                ends_on=ends_on,
                by=None,
                at=now(),
            )
        group.starts_on, group.ends_on = self.starts_on, ends_on
        group.closed_at = None if periods else now()
        add_people(group, people, by=None, at=now())

    def _person(self) -> Person | None:
        return None if self.viewer is Viewer.VISITOR else self._named(self.viewer)

    def _named(self, viewer: Viewer) -> Person | None:
        found: Person | None = session.scalar(
            select(Person).where(Person.name == viewer.value.title())
        )
        return found

    def _open_deeper(self, response: Response) -> Response:
        if self.opens_deeper and response.mimetype == "text/html":
            response.set_data(response.get_data().replace(DEEPER, DEEPER + b" open"))
        return response


def fingerprint(folder: Path) -> str:
    """Changes when any file below the folder is written, added or taken away."""
    digest = hashlib.sha256()
    for path in files_below(folder) if folder.is_dir() else []:
        try:
            found = path.lstat()
        except OSError:  # taken away this moment
            continue
        digest.update(f"{path}\0{found.st_mtime_ns}\0{found.st_size}\0".encode("utf-8", "replace"))
    return digest.hexdigest()


def _blueprint(preview: Preview) -> Feature:
    pages = Feature("preview", __name__)
    pages.before_request(refuse_cross_site_writes)

    @pages.get("/")
    def page() -> Response:
        """The course at two widths, with the findings beside it."""
        state = preview.refresh()
        shown = render_template(
            "pegup/preview/page.html",
            preview=preview,
            state=_told(preview, state),
            start=preview.start(),
            viewers=list(Viewer),
        )
        response = make_response(shown)
        response.headers["Content-Security-Policy"] = FRAMES
        return response

    @pages.get("/state")
    def state() -> Response:
        """What the page's script asks for every second."""
        return jsonify(_told(preview, preview.refresh()))

    @pages.post("/view")
    def view() -> AnyResponse:
        """Chooses as whom, on which day, in which language and how deep the course is read."""
        viewer = request.form.get("viewer", "")
        preview.viewer = Viewer(viewer) if viewer in set(Viewer) else Viewer.LEARNER
        preview.opens_deeper = request.form.get("level") == "deeper"
        preview.set_dates(_asked("today", preview.today), _asked("starts_on", preview.starts_on))
        response = redirect(url_for(".page"))
        chosen = request.form.get("language", "")
        if chosen in LANGUAGES:
            response.set_cookie(COOKIE, chosen, samesite="Lax", httponly=True)
        return response

    return pages


def _asked(name: str, otherwise: date) -> date:
    """The day that the form names; the one before where it names none."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return otherwise


def _told(preview: Preview, state: State) -> dict[str, Any]:
    course = session.scalar(select(Course))
    lessons = outline_of(course, language()).lessons if course else ()
    return {
        "mark": state.mark,
        "shown": state.is_shown,
        "summary": summary(state.findings),
        "findings": [
            {"level": found.level.value, "text": finding_line(found, Path())}
            for found in state.findings
        ],
        "lessons": [
            {
                "title": f"{lesson.number} {lesson.title}",
                "address": url_for(
                    "pegup.courses.lesson", slug=course.slug, lesson_slug=lesson.slug
                ),
            }
            for lesson in lessons
            if course
        ],
    }


def _framed(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Our pages let nobody frame them; here the preview's own page does."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            named = [
                (name, value.replace("frame-ancestors 'none'", "frame-ancestors 'self'"))
                for name, value in headers
            ]
            return start_response(status, named, *rest)

        return wsgi(environ, start)

    return call
