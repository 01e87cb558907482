"""Importing a course: whole or nothing, the same twice, and nobody's progress is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pegup.courses import images
from pegup.courses.content import storing
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import prepare_pictures, store_course
from pegup.courses.models import (
    Course,
    CoursePicture,
    Lesson,
    LessonRead,
    LessonText,
    Question,
    QuestionVersion,
)
from pegup.courses.operations import mark_read
from pegup.db import now, session, transaction
from tests.courses.folders import COURSE, GLOSSARY, QUESTION, lesson, write_course
from tests.courses.photos import DRAWING, photo

pytestmark = pytest.mark.usefixtures("world")


def bring_in(folder, **files) -> list[str]:
    """Writes and stores a course; says what changed."""
    reading = read_course(write_course(folder, **files))
    assert reading.course is not None, reading.findings
    changes = [f"{c.what} {c.kind} {c.slug}" for c in store_course(reading.course, now())]
    session.commit()
    return changes


def lesson_row(slug: str) -> Lesson:
    return session.scalars(select(Lesson).where(Lesson.slug == slug)).one()


def test_a_new_course_says_what_came_and_a_second_import_nothing(tmp_path):
    first = bring_in(tmp_path)
    assert first[:4] == [
        "new course agua",
        "new module uno",
        "new module dos",
        "new lesson acequia",
    ]
    assert {"new question quien-cuida", "new term acequia"} < set(first)
    before = session.scalar(select(Course.imported_at))
    assert bring_in(tmp_path) == []
    assert session.scalar(select(Course.imported_at)) == before


def test_settings_and_weights_are_stored(tmp_path):
    bring_in(tmp_path)
    course = session.scalars(Course.whole()).one()
    assert course.settings["grading"]["weights"] == {"uno": 60, "dos": 40}
    assert course.settings["completion"] == {"lessons": "all", "quiz_mark": 60, "city": []}
    assert [m.weight for m in course.modules] == [60, 40]
    assert [each.slug for each in course.lessons()] == ["acequia", "pozo", "rio"]


def test_a_moved_lesson_stays_read(tmp_path, ben):
    bring_in(tmp_path)
    mark_read(ben, lesson_row("pozo"), at=now())
    key = lesson_row("pozo").id
    (tmp_path / "1-uno" / "2-pozo.md").unlink()
    changes = bring_in(
        tmp_path, uno__pozo=None, **{"2-dos/7-el-pozo.md": lesson("pozo", "Otras palabras.")}
    )
    assert changes == ["changed lesson pozo"]
    moved = lesson_row("pozo")
    assert (moved.id, moved.module.slug, moved.position) == (key, "dos", 2)
    assert session.scalars(select(LessonRead.lesson_id)).all() == [key]


def test_a_place_that_changed_alone_is_a_move(tmp_path):
    bring_in(tmp_path)
    (tmp_path / "1-uno" / "2-pozo.md").rename(tmp_path / "1-uno" / "0-pozo.md")
    assert bring_in(tmp_path, uno__pozo=None) == ["moved lesson pozo", "moved lesson acequia"]


def test_a_removed_lesson_is_withdrawn_and_may_come_back(tmp_path, ben):
    bring_in(tmp_path)
    mark_read(ben, lesson_row("acequia"), at=now())
    (tmp_path / "1-uno" / "1-acequia.md").unlink()
    changes = bring_in(tmp_path, uno__acequia=None, course=COURSE.split("¡Hola!")[0], glosario=None)
    assert {"removed lesson acequia", "removed question quien-cuida"} < set(changes)
    assert lesson_row("acequia").withdrawn_at is not None
    assert session.scalar(select(func.count()).select_from(QuestionVersion)) == 1
    assert {"back lesson acequia", "back question quien-cuida"} < set(bring_in(tmp_path))
    assert lesson_row("acequia").withdrawn_at is None
    assert session.scalars(select(LessonRead.lesson_id)).all() == [lesson_row("acequia").id]


def test_a_question_that_changed_has_a_new_version_and_keeps_the_old(tmp_path):
    bring_in(tmp_path)
    (old,) = session.scalars(select(QuestionVersion)).all()
    text = lesson("acequia", "El agua corre por la {acequia}.") + "\n"
    changed = QUESTION.format(id="quien-cuida").replace("El barrio", "La junta")
    assert bring_in(tmp_path, uno__acequia=text + changed) == ["changed question quien-cuida"]
    versions = session.scalars(select(QuestionVersion).order_by(QuestionVersion.number)).all()
    assert [v.number for v in versions] == [1, 2]
    assert versions[0].id == old.id
    assert versions[0].spec["options"][1]["text"] == "El barrio"
    current = session.scalars(QuestionVersion.asked_in(lesson_row("acequia"), "es")).all()
    assert current == [versions[1]]
    # Back to the first words: a third version, since the second was asked in between.
    assert bring_in(tmp_path) == ["changed question quien-cuida"]
    current = session.scalars(QuestionVersion.asked_in(lesson_row("acequia"), "es")).one()
    assert (current.number, current.digest) == (3, old.digest)


def test_a_question_that_moved_to_another_lesson_is_the_same(tmp_path):
    bring_in(tmp_path)
    key = session.scalars(select(Question.id)).one()
    changes = bring_in(
        tmp_path,
        uno__acequia=lesson("acequia", "El agua corre por la {acequia}."),
        uno__pozo=lesson("pozo", "El pozo es hondo.") + QUESTION.format(id="quien-cuida"),
    )
    assert changes == ["moved question quien-cuida"]
    question = session.scalars(select(Question)).one()
    assert (question.id, question.lesson.slug) == (key, "pozo")
    assert session.scalar(select(func.count()).select_from(QuestionVersion)) == 1


def test_a_translation_comes_and_goes(tmp_path):
    english = "---\nid: acequia\ntitle: The ditch\n---\n\nWater.\n\n" + QUESTION.format(
        id="quien-cuida"
    )
    bring_in(tmp_path)
    path = "1-uno/1-acequia.en.md"
    assert bring_in(tmp_path, **{path: english}) == [
        "changed lesson acequia",
        "changed question quien-cuida",
    ]
    assert len(session.scalars(QuestionVersion.asked_in(lesson_row("acequia"), "en")).all()) == 1
    (tmp_path / path).unlink()
    assert "changed lesson acequia" in bring_in(tmp_path)
    assert session.scalars(select(LessonText.language)).all() == ["es"] * 3
    assert session.scalars(QuestionVersion.asked_in(lesson_row("acequia"), "en")).all() == []


def test_an_import_that_dies_midway_leaves_the_old_course(tmp_path, monkeypatch):
    bring_in(tmp_path)
    changed = read_course(
        write_course(tmp_path, uno__pozo=lesson("pozo", "Nuevo."), glosario=GLOSSARY + "\nmás\n")
    ).course

    def die(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storing._Store, "terms", die)
    with pytest.raises(KeyboardInterrupt), transaction():
        store_course(changed, now())
    monkeypatch.undo()
    htmls = " ".join(session.scalars(select(LessonText.html)))
    assert "Nuevo" not in htmls
    assert "El pozo es hondo." in htmls
    assert bring_in(tmp_path) == []


@pytest.mark.slow
def test_pictures_come_with_the_course(tmp_path, client, page):
    shown = "![Una acequia](../media/a.jpg) ![Un dibujo](../media/b.svg) {acequia}"
    files = {
        "media/a.jpg": photo(700, 500),
        "media/b.svg": DRAWING.replace(b"<path", b"<script/><path"),
    }
    bring_in(tmp_path, uno__acequia=lesson("acequia", shown), **files)
    names = session.scalars(select(CoursePicture.name).order_by(CoursePicture.name)).all()
    assert [name.rpartition("-")[2] for name in names if name.startswith("a")] == [
        *("p.avif", "p.jpg", "p.webp", "w.avif", "w.webp")
    ]
    for name in names:
        response = client.get(f"/courses/agua/media/{name}")
        assert response.status_code == 200
        assert b"script" not in response.data
        assert response.mimetype == session.scalar(
            select(CoursePicture.media_type).where(CoursePicture.name == name)
        )
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in response.headers["Cache-Control"]
    page("/courses/agua/media/a.jpg", status=404)  # what the trainer brought is shown to nobody
    (tmp_path / "media" / "a.jpg").unlink()
    bring_in(tmp_path)
    page(f"/courses/agua/media/{names[0]}", status=404)


def test_a_picture_is_made_once(tmp_path, monkeypatch, world):
    made = []
    make = images.variants
    monkeypatch.setattr(images, "variants", lambda *given: made.append(given) or make(*given))
    shown = lesson("acequia", "![Una acequia](../media/a.jpg) {acequia}")
    folder = write_course(tmp_path, uno__acequia=shown, **{"media/a.jpg": photo(400, 300)})
    for _time in range(2):
        course = read_course(folder).course
        prepare_pictures(course)
        assert len(made) == 1
        store_course(course, now())
    write_course(folder, uno__acequia=shown + "Otra.\n")
    bring_in(folder, uno__acequia=shown + "Otra.\n")
    assert len(made) == 1
    bring_in(folder, uno__acequia=shown, **{"media/a.jpg": photo(400, 301)})
    assert len(made) == 2
