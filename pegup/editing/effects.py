"""What a publication would change for those who learn: two readings of a course compared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from pegup.courses.content import compiled


class What(StrEnum):
    """What happens to a lesson."""

    NEW = "new"
    BACK = "back"
    CHANGED = "changed"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class LessonEffect:
    """One lesson and its questions, by how many."""

    what: What
    slug: str
    title: str
    new_questions: int = 0
    changed_questions: int = 0
    withdrawn_questions: int = 0


@dataclass
class Effects:
    """``lessons`` in the order of the course, withdrawn ones last."""

    lessons: list[LessonEffect] = field(default_factory=list)
    course_changed: bool = False
    """Its title, welcome, rules of grading or themes."""
    terms: int = 0
    """Words of the glossary that are new, other or gone."""
    pictures: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether no reader will notice."""
        return not (self.lessons or self.course_changed or self.terms or self.pictures)


def effects_of(
    before: compiled.Course | None, after: compiled.Course, withdrawn: Collection[str] = ()
) -> Effects:
    """Compares by ids; ``withdrawn`` are slugs of lessons that were of the course once."""
    old = _lessons(before) if before else {}
    new = _lessons(after)
    found = Effects()
    for slug, (theme, lesson) in new.items():
        title = lesson.titles.get(after.language, slug)
        if slug not in old:
            what = What.BACK if slug in withdrawn else What.NEW
            found.lessons.append(
                LessonEffect(what, slug, title, new_questions=len(lesson.questions))
            )
            continue
        old_theme, old_lesson = old[slug]
        effect = _compared(slug, title, old_lesson, lesson, moved=theme != old_theme)
        if effect is not None:
            found.lessons.append(effect)
    for slug, (_theme, lesson) in old.items():
        if slug not in new:
            title = lesson.titles.get(after.language, slug)
            found.lessons.append(
                LessonEffect(What.WITHDRAWN, slug, title, withdrawn_questions=len(lesson.questions))
            )
    if before is not None:
        found.course_changed = _head(before) != _head(after)
        found.terms = _differing(_terms(before), _terms(after))
        found.pictures = _differing(_pictures(before), _pictures(after))
    return found


def _lessons(course: compiled.Course) -> dict[str, tuple[str, compiled.Lesson]]:
    return {
        lesson.slug: (module.slug, lesson) for module in course.modules for lesson in module.lessons
    }


def _compared(
    slug: str, title: str, old: compiled.Lesson, new: compiled.Lesson, *, moved: bool
) -> LessonEffect | None:
    before = {question.slug: question.specs for question in old.questions}
    after = {question.slug: question.specs for question in new.questions}
    changed = sum(before[each] != after[each] for each in before.keys() & after.keys())
    same = (old.titles, old.htmls, old.objectives, old.minutes, old.when, before) == (
        new.titles,
        new.htmls,
        new.objectives,
        new.minutes,
        new.when,
        after,
    )
    if same and not moved and old.position == new.position:
        return None
    return LessonEffect(
        What.MOVED if same else What.CHANGED,
        slug,
        title,
        new_questions=len(after.keys() - before.keys()),
        changed_questions=changed,
        withdrawn_questions=len(before.keys() - after.keys()),
    )


def _head(course: compiled.Course) -> object:
    modules = [(m.slug, m.position, m.weight, m.texts, m.when) for m in course.modules]
    return course.texts, course.settings, course.language, modules


def _terms(course: compiled.Course) -> dict[tuple[str, str], compiled.Term]:
    return {(language, t.slug): t for language, terms in course.terms.items() for t in terms}


def _pictures(course: compiled.Course) -> dict[str, str]:
    return {file.path: file.digest for file in course.files}


def _differing(before: dict, after: dict) -> int:  # type: ignore[type-arg]
    return sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())
