"""What two people read differently on the same paper, and what a third sees there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pegup.accounts.models import Person
from pegup.assessments.kinds import Given
from pegup.paper.forms import FIRST, OTHER, SECOND, SettlementForm
from pegup.paper.models import Sheet
from pegup.paper.ticks import Answers, Line, differing, read, write
from pegup.web.forms import typed
from pegup.web.language import gettext as _

PERSON = "person"


@dataclass(frozen=True)
class Difference:
    """One thing on the sheet: the two values, in words."""

    name: str
    """Of its field: ``person``, ``r`` or ``q`` and the position."""
    label: str
    one: str
    other: str
    line: Line | None = None
    """Of a question: something else than the two may stand there."""

    @property
    def offered(self) -> dict[str, str]:
        """Value to words."""
        found = {
            FIRST: _("Primera vez: %(text)s", text=self.one),
            SECOND: _("Segunda vez: %(text)s", text=self.other),
        }
        if self.line is not None:
            found[OTHER] = _("Otra cosa: escríbela abajo, o deja en blanco")
        return found


def differences(sheet: Sheet, lines: Sequence[Line]) -> list[Difference]:
    """All that differs between the two entries."""
    one, other = sheet.entries
    first, second = Answers.of(one.answers), Answers.of(other.answers)
    found = []
    if one.person_id != other.person_id:
        found.append(Difference(PERSON, _("De quién es"), one.person.name, other.person.name))
    for lesson in sheet.batch.edition.lessons:
        if (lesson.position in first.read) != (lesson.position in second.read):
            label = _("¿Leída? %(lesson)s", lesson=f"{lesson.number} {lesson.title}")
            was, is_now = (_ticked(lesson.position in each.read) for each in (first, second))
            found.append(Difference(f"r{lesson.position}", label, was, is_now))
    for line in differing(lines, first, second):
        was, is_now = (shown(line, each.given.get(line.position)) for each in (first, second))
        label = _("Pregunta %(number)s", number=line.position)
        found.append(Difference(f"q{line.position}", label, was, is_now, line))
    return found


def settled(
    sheet: Sheet, found: Sequence[Difference], form: SettlementForm
) -> tuple[Person, Answers]:
    """The sheet as it counts: what both read, and for the rest what was chosen."""
    one, other = sheet.entries
    first, second = Answers.of(one.answers), Answers.of(other.answers)
    person, ticked, given = one.person, set(first.read), dict(first.given)
    for each in found:
        chosen = form.chosen(each.name)
        position = int(each.name[1:]) if each.name != PERSON else 0
        if each.name == PERSON:
            person = other.person if chosen == SECOND else one.person
        elif each.line is None:
            source = second if chosen == SECOND else first
            ticked = ticked - {position} | ({position} & source.read)
        else:
            value = _value(each.line, chosen, first, second, form)
            given.pop(position, None)
            if value is not None:
                given[position] = value
    return person, Answers(frozenset(ticked), given)


def shown(line: Line, given: Given) -> str:
    """An answer in words."""
    return write(line, given) or _("en blanco")


def _value(line: Line, chosen: str, first: Answers, second: Answers, form: SettlementForm) -> Given:
    if chosen == OTHER:
        return read(line, typed(form[f"q{line.position}-other"]))
    return (second if chosen == SECOND else first).given.get(line.position)


def _ticked(is_read: bool) -> str:
    return _("leída") if is_read else _("sin marca")
