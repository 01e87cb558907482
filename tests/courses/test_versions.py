"""However a course is edited, nobody loses what they read, answered or began."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pegup.accounts.models import Person
from pegup.assessments.marks import best_marks
from pegup.assessments.models import Attempt
from pegup.assessments.operations import NothingToAsk, save_answers, start_attempt, submit
from pegup.courses.content import compiled
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course, Lesson, LessonRead
from pegup.courses.operations import enrol, mark_read
from pegup.courses.outline import outline_of, standing_of
from pegup.db import now, session
from tests import make

pytestmark = pytest.mark.slow
Modules = dict[str, dict[str, dict[str, int]]]
"""Module to lessons to questions, each with the number of its wording; the order counts."""

START: Modules = {
    "uno": {"acequia": {"a1": 0, "a2": 0}, "pozo": {"p1": 0}},
    "dos": {"rio": {"r1": 0, "r2": 0}, "mar": {}},
}


class Editor:
    """A trainer who changes the course in every way there is."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.modules = copy.deepcopy(START)
        self.away: list[tuple[str, dict[str, int]]] = []
        self.titles = 0
        self.made = 0

    def change(self) -> None:
        edits = [
            self.reorder,
            self.move_lesson,
            self.move_question,
            self.reword,
            self.retitle,
            self.take_out,
            self.bring_back,
            self.split,
            self.add,
        ]
        self.chance.choice(edits)()

    def lessons(self) -> list[tuple[str, str]]:
        return [(module, lesson) for module, inside in self.modules.items() for lesson in inside]

    def reorder(self) -> None:
        for name in self.chance.sample(list(self.modules), len(self.modules)):
            self.modules[name] = self._shuffled(self.modules.pop(name))
            for lesson, questions in self.modules[name].items():
                self.modules[name][lesson] = self._shuffled(questions)

    def move_lesson(self) -> None:
        module, lesson = self.chance.choice(self.lessons())
        questions = self.modules[module].pop(lesson)
        self.modules[self.chance.choice(list(self.modules))][lesson] = questions

    def move_question(self) -> None:
        asking = [(m, le) for m, le in self.lessons() if self.modules[m][le]]
        if asking:
            module, lesson = self.chance.choice(asking)
            question = self.chance.choice(list(self.modules[module][lesson]))
            wording = self.modules[module][lesson].pop(question)
            other_module, other = self.chance.choice(self.lessons())
            self.modules[other_module][other][question] = wording

    def reword(self) -> None:
        for module, lesson in self.lessons():
            for question in self.modules[module][lesson]:
                self.modules[module][lesson][question] += self.chance.randint(0, 1)

    def retitle(self) -> None:
        self.titles += 1

    def take_out(self) -> None:
        if len(self.lessons()) > 1:
            module, lesson = self.chance.choice(self.lessons())
            self.away.append((lesson, self.modules[module].pop(lesson)))

    def bring_back(self) -> None:
        if self.away:
            lesson, questions = self.away.pop(self.chance.randrange(len(self.away)))
            self.modules[self.chance.choice(list(self.modules))][lesson] = questions

    def split(self) -> None:
        module, lesson = self.chance.choice(self.lessons())
        questions = self.modules[module][lesson]
        self.made += 1
        half = dict(list(questions.items())[len(questions) // 2 :])
        self.modules[module][lesson] = {q: w for q, w in questions.items() if q not in half}
        self.modules[module][f"parte-{self.made}"] = half

    def add(self) -> None:
        self.made += 1
        self.modules[self.chance.choice(list(self.modules))][f"nueva-{self.made}"] = {
            f"n{self.made}": 0
        }

    def _shuffled(self, found: dict) -> dict:
        return dict(self.chance.sample(list(found.items()), len(found)))

    def course(self) -> compiled.Course:
        texts = {"es": {"title": f"Curso {self.titles}", "summary": "", "welcome_html": ""}}
        modules = [
            compiled.Module(
                slug=module,
                position=position,
                weight=50,
                texts={"es": {"title": f"{module} {self.titles}", "goal": ""}},
                lessons=[
                    self._lesson(name, n, qs) for n, (name, qs) in enumerate(inside.items(), 1)
                ],
            )
            for position, (module, inside) in enumerate(self.modules.items(), 1)
        ]
        rules = {"grading": {"scale": 20, "weights": {"uno": 50, "dos": 50}}, "completion": {}}
        return compiled.Course("agua", "es", texts, rules, modules, {}, [])

    def _lesson(self, name: str, position: int, questions: dict[str, int]) -> compiled.Lesson:
        return compiled.Lesson(
            slug=name,
            position=position,
            minutes=10,
            words=500,
            feeds=[],
            review_by=None,
            titles={"es": f"{name} {self.titles}"},
            htmls={"es": f"<p>{name} {self.titles}</p>"},
            objectives={"es": []},
            questions=[
                compiled.Question(slug, n, {"es": make.SINGLE | {"prompt": f"{slug}, {wording}"}})
                for n, (slug, wording) in enumerate(questions.items(), 1)
            ],
        )


class Learner:
    """Somebody who reads and answers in between, and what must still be theirs."""

    def __init__(self, seed: int, number: int) -> None:
        self.chance = Random(seed)
        self.person = Person(name=f"Ben {number}", email=f"ben-{number}@example.org")
        session.add(self.person)
        session.flush()
        self.read: set[str] = set()
        self.finished: dict[int, Decimal] = {}
        self.asked: dict[int, list[str]] = {}

    def act(self, course: Course) -> None:
        lesson = self.chance.choice(session.scalars(Lesson.of(course)).all())
        if self.chance.random() < 0.4:
            mark_read(self.person, lesson, at=now())
            self.read.add(lesson.slug)
            return
        try:
            attempt = start_attempt(lesson, self.person, "es", at=now())
        except NothingToAsk:
            return
        self.asked.setdefault(attempt.id, prompts(attempt))
        if self.chance.random() < 0.6:
            save_answers(attempt, make.form(self.chance, attempt), at=now())
            submit(attempt, at=now())
            self.finished[attempt.id] = attempt.mark

    def still_has_everything(self, course: Course) -> None:
        query = select(Lesson.slug).join(LessonRead, LessonRead.lesson_id == Lesson.id)
        assert (
            set(session.scalars(query.where(LessonRead.person_id == self.person.id))) == self.read
        )
        standing = standing_of(self.person, course, "es")
        shown = {entry.slug for entry in standing.outline.lessons if entry.id in standing.read}
        present = {entry.slug for entry in standing.outline.lessons}
        assert shown == self.read & present
        attempts = {
            each.id: each
            for each in session.scalars(select(Attempt).filter_by(person_id=self.person.id))
        }
        assert set(attempts) == set(self.asked)
        best: dict[str, Decimal] = {}
        for key, attempt in attempts.items():
            assert prompts(attempt) == self.asked[key]
            assert attempt.mark == self.finished.get(key)
            if attempt.mark is not None:
                slug = attempt.lesson.slug
                best[slug] = max(best.get(slug, Decimal(0)), attempt.mark)
        marks = best_marks(course, [self.person.id]).get(self.person.id, {})
        slugs = {entry.id: entry.slug for entry in standing.outline.lessons}
        assert {slugs[lesson]: mark for lesson, mark in marks.items()} == {
            slug: mark for slug, mark in best.items() if slug in present
        }

    def can_finish_what_was_begun(self) -> None:
        for attempt in session.scalars(select(Attempt).filter_by(person_id=self.person.id)):
            if attempt.submitted_at is None:
                save_answers(attempt, make.form(self.chance, attempt), at=now())
                submit(attempt, at=now())
                assert 0 <= attempt.mark <= 1
                assert prompts(attempt) == self.asked[attempt.id]


def prompts(attempt: Attempt) -> list[str]:
    return [answer.version.spec["prompt"] for answer in attempt.answers]


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with an empty database."""
    outer = session.begin_nested()
    try:
        yield
    finally:
        outer.rollback()
        session.expunge_all()


@settings(
    deadline=None,
    max_examples=settings.default.max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32 - 1), steps=st.integers(2, 9))
def test_no_edit_takes_anything_from_a_learner(world, seed, steps):
    with undone():
        editor = Editor(seed)
        store_course(editor.course(), now())
        course = session.scalars(select(Course)).one()
        learners = [Learner(seed + number, number) for number in range(2)]
        for learner in learners:
            enrol(learner.person, course, at=now())
        for _step in range(steps):
            for learner in learners:
                learner.act(course)
            editor.change()
            store_course(editor.course(), now())
            assert store_course(editor.course(), now()) == []
            shown = [entry.slug for entry in outline_of(course, "es").lessons]
            assert shown == [lesson for _module, lesson in editor.lessons()]
            for learner in learners:
                learner.still_has_everything(course)
        for learner in learners:
            learner.can_finish_what_was_begun()
