"""Trainers who save and publish at the same moment, and a publication that is cut off."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pegup.accounts.models import Kind, Role
from pegup.authoring.source import Held
from pegup.courses.content.reading import read_files
from pegup.courses.models import Course
from pegup.courses.sources import bring_in, live_files, take_files
from pegup.db import Model, now
from pegup.editing.models import CoursePublication, DraftVersion
from pegup.editing.operations import files_with_drafts, state_of
from tests.courses.folders import lesson, write_course
from tests.storage import publishing
from tests.storage.forks import forks

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
STEP = 1 if IS_LONG else 13
"""Of so many statements of a publication, it is killed at one."""
POZO = "1-uno/2-pozo.md"
EDITING = "/editing/agua"
NEW = lesson("pozo", "Ahora.")


@pytest.fixture
def trainers(site, tmp_path) -> list[int]:
    """Two who train the small course, which was brought in from its folder."""
    people = [site.person() for _ in range(2)]
    taken = take_files(write_course(tmp_path / "agua"))
    with site.looking() as session:
        session.add_all(Role(person_id=key, kind=Kind.TRAINER, scope="agua") for key in people)
        bring_in(read_files(Held(taken.files)).course, taken.files, at=now())
    return people


def course(session) -> Course:
    return session.scalars(select(Course).where(Course.slug == "agua")).one()


def save(site, person: int, text: str, base: str = "1.0"):
    data = {"base": base, "text": text}
    return lambda: site.client(person).post(f"{EDITING}/files/{POZO}", data=data)


def publish(site, person: int):
    with site.looking() as session:
        state = state_of(course(session))
    return lambda: site.client(person).post(f"{EDITING}/publications", data={"state": state})


def test_of_two_saves_at_once_one_is_kept_and_the_other_is_told(site, trainers):
    sent = [save(site, key, lesson("pozo", f"De {n}.")) for n, key in enumerate(trainers)]
    answers = site.together(*sent, at="INSERT INTO pegup_draft_version")
    assert sorted(each.status_code for each in answers) == [302, 409]
    lost = next(n for n, each in enumerate(answers) if each.status_code == 409)
    assert f"De {lost}." in answers[lost].text
    assert f"De {1 - lost}." in answers[lost].text
    with site.looking() as session:
        assert session.scalar(select(func.count()).select_from(DraftVersion)) == 1


def test_the_same_text_sent_twice_at_once_is_one_version(site, trainers):
    answers = site.together(
        *[save(site, trainers[0], NEW)] * 2, at="INSERT INTO pegup_draft_version"
    )
    assert [each.status_code for each in answers] == [302, 302]
    with site.looking() as session:
        assert session.scalar(select(func.count()).select_from(DraftVersion)) == 1


def test_of_two_publishers_at_once_one_publishes_and_the_other_is_told(site, trainers):
    save(site, trainers[0], NEW)()
    sent = [publish(site, key) for key in trainers]
    answers = site.together(*sent, at="INSERT INTO pegup_course_publication")
    assert sorted(each.status_code for each in answers) == [302, 409]
    told = next(each for each in answers if each.status_code == 409)
    assert "alguien guardó o publicó" in told.text
    with site.looking() as session:
        assert session.scalar(select(func.count()).select_from(CoursePublication)) == 1
        assert live_files(course(session))[POZO].decode() == NEW


def test_a_save_during_a_publication_is_kept_or_told_but_never_lost(site, trainers):
    save(site, trainers[0], NEW)()
    later = save(site, trainers[1], lesson("pozo", "Más tarde."), base="1.1")
    answers = site.together(publish(site, trainers[0]), later, at="INSERT INTO pegup_")
    assert all(each.status_code in (302, 409) for each in answers)
    with site.looking() as session:
        files = files_with_drafts(course(session))
        live = live_files(course(session))
    if answers[1].status_code == 302:
        assert "Más tarde." in files[POZO].decode()
    else:
        assert "Más tarde." in answers[1].text
    assert live[POZO].decode() in (NEW, lesson("pozo", "El pozo es hondo."))


class Cut:
    """A publication that waits, and what is in the database."""

    def __init__(self, site, trainers, log: Path) -> None:
        save(site, trainers[0], NEW)()
        self.site, self.person, self.log = site, trainers[0], log
        with site.looking() as session:
            self.form = {"state": state_of(course(session)), "note": "Ahora"}
        self.settings = {
            "PEGUP_DATABASE_URL": site.app.config["SQLALCHEMY_DATABASE_URI"],
            "PEGUP_DATA": str(site.app.config["PEGUP_DATA"]),
            "PEGUP_SECRET_KEY": "tests only",
        }

    def run(self, at: int | str) -> int | None:
        self.log.write_text("")
        address = f"{EDITING}/publications"
        child = forks.Process(
            target=publishing.publish,
            args=(self.settings, address, self.form, self.person, at, self.log),
        )
        child.start()
        child.join(60)
        return child.exitcode

    def rows(self):
        with self.site.looking() as session:
            return {
                table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
                for table in Model.metadata.sorted_tables
                if table.name.startswith(
                    ("pegup_course", "pegup_lesson", "pegup_source", "pegup_draft")
                )
            }


def test_a_publication_killed_at_any_statement_leaves_every_row_as_it_was(site, trainers, tmp_path):
    cut = Cut(site, trainers, tmp_path / "log")
    before, at = cut.rows(), 1 - STEP
    while True:
        at += STEP
        status = cut.run(at)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        assert len(cut.log.read_text()) == at - 1
        assert cut.rows() == before, f"killed at statement {at}"
    assert at > 20
    with site.looking() as session:
        assert live_files(course(session))[POZO].decode() == NEW


def test_killed_before_the_commit_it_was_not_and_may_be_sent_again(site, trainers, tmp_path):
    cut = Cut(site, trainers, tmp_path / "log")
    before = cut.rows()
    assert cut.run(publishing.BEFORE_COMMIT) == -signal.SIGKILL
    assert cut.rows() == before
    assert cut.run(0) == 0
    assert cut.run(0) == 1, "there is nothing left to publish"
