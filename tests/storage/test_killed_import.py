"""An import that is cut off anywhere leaves the old course live and whole; its readers notice nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import event, select

from pegup.db import Model, db
from tests.courses import folders
from tests.pages import checked
from tests.storage import dying
from tests.storage.forks import forks

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
MOMENTS = 60 if IS_LONG else 2
"""Times at which the command itself is killed."""
STEP = 1 if IS_LONG else 13
"""Of so many statements of an import, it is killed at one."""
QUESTIONS = 1 if IS_LONG else 6
"""Of so many questions of a page, an import comes before one."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="9"><path d="M0 0h9v9z"/></svg>'
TITLES = {"old": "Antes", "new": "Ahora"}
COURSE, LESSON = "/courses/agua", "/courses/agua/lessons/acequia"


@dataclass
class Live:
    """A site with the small course in it, which somebody attends, and both states of its folder."""

    site: Any
    learner: int
    folders: dict[str, Path]
    settings: dict[str, str]
    log: Path

    def bring_in(self, version: str, at: int | str = 0) -> int | None:
        """The status of an import that is killed there; 0 is one that ended by itself."""
        self.log.write_text("")
        child = forks.Process(
            target=dying.bring_in, args=(self.folders[version], self.settings, at, self.log)
        )
        child.start()
        child.join(60)
        return child.exitcode

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the database, to the last value."""
        with self.site.looking() as session:
            return {
                table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
                for table in Model.metadata.sorted_tables
            }

    def page(self, path: str = COURSE):
        return checked(self.site.client(self.learner).get(path))

    def version(self) -> str:
        """Which state of the folder readers have, in all that two pages and a picture tell."""
        lesson = self.page(LESSON)
        text = self.page().text + lesson.text
        found = {version for version, word in TITLES.items() if word in text}
        assert len(found) == 1, f"both at once: {text}"
        version = found.pop()
        assert text.count(TITLES[version]) >= 8
        shown = lesson.one("main img")
        assert shown["width"] == str(WIDTHS[version])
        picture = self.site.client(self.learner).get(urljoin(LESSON, shown["src"]))
        assert picture.status_code == 200
        return version


WIDTHS = {"old": 300, "new": 200}


@pytest.fixture
def live(site, tmp_path) -> Live:
    made = {version: write(tmp_path / version, version) for version in TITLES}
    url = site.app.config["SQLALCHEMY_DATABASE_URI"]
    settings = {
        "PEGUP_DATABASE_URL": url,
        "PEGUP_DATA": str(site.app.config["PEGUP_DATA"]),
        "PEGUP_SECRET_KEY": "tests only",
    }
    live = Live(site, site.person(), made, settings, tmp_path / "log")
    assert live.bring_in("old") == 0
    client = site.client(live.learner)
    assert client.post(f"{COURSE}/enrolment").status_code == 302
    assert client.post(f"{LESSON}/reading").status_code == 302
    assert client.post(f"{LESSON}/attempts").status_code == 302
    assert live.version() == "old"
    return live


def write(folder: Path, version: str) -> Path:
    """Two states of a course that differ in each of its tables."""
    word, other = TITLES[version], version == "new"
    titled = {
        "course": folders.COURSE.replace("El agua del barrio", f"El agua, {word}"),
        "uno__module": folders.MODULE.format(id="uno").replace("Módulo", word),
        "dos__module": folders.MODULE.format(id="dos").replace("Módulo", word),
        "uno__pozo": None if other else lesson("pozo", word, "El pozo es hondo."),
        "uno__fuente": lesson("fuente", word, "De la fuente bebe el barrio.") if other else None,
        "dos__rio": lesson("rio", word, "El río es de todos."),
        "glosario": folders.GLOSSARY.replace("Canal por donde", f"{word}: canal por donde"),
        "uno__acequia": lesson(
            "acequia", word, "El agua corre por la {acequia}.\n\n![El canal](../media/canal.svg)"
        )
        + "\n"
        + folders.QUESTION.format(id="quien-cuida").replace("¿Quién", f"{word}, ¿quién"),
        "media__canal": SVG.format(WIDTHS[version]),
    }
    return folders.write_course(folder, **titled)


def lesson(id: str, word: str, text: str) -> str:
    return folders.lesson(id, text).replace("Lección", word)


folders.PATHS.setdefault("uno__fuente", "1-uno/3-fuente.md")
folders.PATHS.setdefault("media__canal", "media/canal.svg")


def test_killed_at_any_statement_it_leaves_every_row_as_it_was(live):
    before, at = live.rows(), 1 - STEP
    while True:
        at += STEP
        status = live.bring_in("new", at)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        assert len(live.log.read_text()) == at - 1
        assert live.rows() == before, f"killed at statement {at}"
    assert at > 20
    assert live.version() == "new"
    assert live.rows() != before


def test_killed_before_the_commit_it_was_not_and_after_it_all_is_there(live):
    before = live.rows()
    assert live.bring_in("new", dying.BEFORE_COMMIT) == -signal.SIGKILL
    assert live.rows() == before
    assert live.version() == "old"
    assert live.bring_in("new", dying.AFTER_COMMIT) == -signal.SIGKILL
    assert live.version() == "new"
    after = live.rows()
    assert live.bring_in("new") == 0
    assert live.rows() == after, "the import was whole: there is nothing left to do"


def test_what_learners_did_outlives_the_kills_and_the_import(live):
    kept = ("pegup_enrolment", "pegup_lesson_read", "pegup_attempt", "pegup_answer")
    before = {name: rows for name, rows in live.rows().items() if name in kept}
    assert all(before.values())
    live.bring_in("new", dying.BEFORE_COMMIT)
    assert live.bring_in("new") == 0
    assert {name: rows for name, rows in live.rows().items() if name in kept} == before
    assert "Leída" in live.page(LESSON).text or "leída" in live.page(LESSON).text


def test_while_an_import_hangs_before_its_commit_readers_read_the_old_course(live):
    live.log.write_text("")
    child = forks.Process(
        target=dying.bring_in,
        args=(live.folders["new"], live.settings, dying.HANGS, live.log),
    )
    child.start()
    wait_for("!", live.log)
    try:
        for _time in range(3):
            assert live.version() == "old"
    finally:
        child.kill()
        child.join(10)
    assert live.version() == "old"
    assert live.bring_in("new") == 0
    assert live.version() == "new"


@pytest.mark.parametrize("path", [COURSE, LESSON, f"{COURSE}/glossary"])
def test_a_page_that_is_being_made_while_an_import_ends_is_old_or_new_and_not_of_both(live, path):
    """The import comes between two questions of the page to the database, each time later.

    Nobody has read the version before, so that nothing of it is kept in the process.
    """
    number = 1 - QUESTIONS
    while True:
        number += QUESTIONS
        assert live.bring_in("new") == 0
        text, came = page_with_an_import(live, path, number, "old")
        found = {version for version, word in TITLES.items() if word in text}
        if not came:
            break
        assert len(found) == 1, f"{path} at question {number}: {text}"
        assert live.version() == "old", f"{path} at question {number}: and so are later ones"
    assert number > 3


def page_with_an_import(live: Live, path: str, number: int, version: str) -> tuple[str, bool]:
    """The page, and whether it had so many questions that the import came in between."""
    asked, came = 0, False

    def interrupt(*_statement: object) -> None:
        nonlocal asked, came
        asked += 1
        if asked == number:
            came = True
            assert live.bring_in(version) == 0

    with live.site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", interrupt)
    try:
        return live.page(path).text, came
    finally:
        event.remove(engine, "before_cursor_execute", interrupt)


def test_the_command_itself_is_killed_at_any_time(live):
    """By the clock: also while it starts, reads files, opens the database and ends."""
    command = [sys.executable, "-m", "pegup.cli", "content", "import"]
    settings = os.environ | live.settings
    begun = time.monotonic()
    subprocess.run([*command, live.folders["new"]], env=settings, check=True, capture_output=True)
    seconds = time.monotonic() - begun
    chance, now = Random(MOMENTS), "new"
    for _moment in range(MOMENTS):
        wanted = "old" if now == "new" else "new"
        child = subprocess.Popen(
            [*command, live.folders[wanted]], env=settings, stdout=subprocess.DEVNULL
        )
        try:
            child.wait(seconds * chance.uniform(0.3, 1.1))
            assert child.returncode == 0
            now = wanted
            assert live.version() == now, "it said that it was done"
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(10)
            now = live.version()
    assert live.bring_in("new") == 0
    assert live.version() == "new"


def wait_for(sign: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while sign not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
