"""The forms of sheets: printing them, typing them in, settling what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are of 3.2
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from pegup.assessments.kinds import Given
from pegup.paper.content import reminder
from pegup.paper.models import Edition, EditionLesson
from pegup.paper.ticks import Answers, Line, Mistyped, Slip, read
from pegup.web.forms import Form, typed
from pegup.web.language import gettext as _
from pegup.web.language import language, lazy

MOST_BLANKS = 60
FIRST, SECOND, OTHER = "first", "second", "other"
LONGEST = 60
SLIPS = {
    Slip.ONE_LETTER: lazy(
        "Aquí va una sola letra. Si en el papel hay dos marcas, déjala en blanco."
    ),
    Slip.LETTERS: lazy("Escribe solo letras que están en el papel para esta pregunta."),
    Slip.EACH: lazy("Escribe una letra por casilla. Pon - donde la casilla está vacía."),
    Slip.TWICE: lazy("La misma letra está dos veces. Pon - en la casilla que no se entiende."),
    Slip.LONG: lazy("Es demasiado largo para ser un número."),
}


class NumberForm(Form):
    """The number that stands on a sheet."""

    number = StringField(
        lazy("Número de la hoja"),
        description=lazy("Está arriba a la derecha, por ejemplo H7KQ-3M2X."),
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": 20,
        },
    )


class SheetsForm(Form):
    """How many sheets without a name; the people are ticked beside it."""

    key = HiddenField()
    blanks = IntegerField(
        lazy("Hojas sin nombre"),
        description=lazy("El nombre se escribe a mano. Como mucho 60."),
        default=0,
        validators=[
            Optional(),
            NumberRange(0, MOST_BLANKS, message=lazy("Escribe un número de 0 a 60.")),
        ],
    )


class EntryForm(Form):
    """One sheet; its fields are added by ``entry_form``."""

    key = HiddenField()

    lines: Sequence[Line]
    lessons: Sequence[EditionLesson]

    def blanks(self) -> list[int]:
        """Numbers of the questions for which nothing was typed."""
        given = self.answers().given
        positions = [line.position for line in self.lines]
        return [at for at in positions if at not in given and not self[f"q{at}"].errors]

    def answers(self) -> Answers:
        """What was typed; what cannot be read is left out and has an error."""
        given: dict[int, Given] = {}
        for line in self.lines:
            try:
                found = read(line, typed(self[f"q{line.position}"]))
            except Mistyped:
                continue
            if found is not None:
                given[line.position] = found
        ticked = {each.position for each in self.lessons if self[f"r{each.position}"].data}
        return Answers(frozenset(ticked), given)


def entry_form(edition: Edition, lines: Sequence[Line], data: Any) -> EntryForm:
    """A field for each box of the sheet."""
    languages = {each.lesson_id: each.language for each in edition.lessons}
    fields: dict[str, Any] = {}
    for each in edition.lessons:
        fields[f"r{each.position}"] = BooleanField(lazy("Leída"))
    for line, asked in zip(lines, edition.questions, strict=True):
        fields[f"q{line.position}"] = StringField(
            _label(line, languages[asked.lesson_id]),
            description=hint(line),
            validators=[_readable(line)],
            render_kw=_keyboard(line),
        )
    made: EntryForm = type("SheetForm", (EntryForm,), fields)(data)
    made.lines, made.lessons = lines, edition.lessons
    return made


class SettlementForm(Form):
    """What stands on the paper where two entries differ; its fields are added by ``settlement_form``."""

    def chosen(self, name: str) -> str:
        return str(self[name].data or "")


def settlement_form(
    items: Mapping[str, tuple[str, Mapping[str, str]]], lines: Mapping[str, Line], data: Any
) -> SettlementForm:
    """``items``: field to its label and choices; those of ``lines`` may also be something else."""
    fields: dict[str, Any] = {}
    for name, (label, offered) in items.items():
        fields[name] = RadioField(
            label,
            choices=[SelectChoice(value=value, label=words) for value, words in offered.items()],
            validators=[InputRequired(lazy("Mira el papel y elige."))],
        )
        if name in lines:
            fields[f"{name}-other"] = StringField(
                _("Otra cosa: pregunta %(number)s", number=lines[name].position),
                description=hint(lines[name]),
                validators=[_readable(lines[name]), _is_meant(name)],
                render_kw=_keyboard(lines[name]),
            )
    made: SettlementForm = type("Settling", (SettlementForm,), fields)(data)
    return made


def hint(line: Line) -> str:
    """What may be typed for a question."""
    if line.kind == "numeric":
        unit = line.spec.get("unit")
        return _("El número, en %(unit)s.", unit=unit) if unit else _("El número.")
    last = line.letters[-1:]
    if line.kind in {"match", "order"}:
        return _(
            "%(count)s letras de A a %(last)s, casilla por casilla.", count=line.places, last=last
        )
    if line.kind == "multiple":
        return _("Todas las letras marcadas, de A a %(last)s.", last=last)
    return _("Una letra, de A a %(last)s.", last=last)


def _label(line: Line, spoken: str) -> Markup:
    words = reminder(line.spec["prompt"])
    if spoken == language():
        return Markup("{}. {}").format(line.position, words)
    return Markup('{}. <span lang="{}">{}</span>').format(line.position, spoken, words)


def _keyboard(line: Line) -> dict[str, object]:
    common = {"autocomplete": "off", "spellcheck": "false", "maxlength": LONGEST}
    if line.kind == "numeric":
        return common | {"inputmode": "decimal"}
    return common | {"autocapitalize": "characters", "class": "letters"}


def _is_meant(name: str) -> Callable[[Form, Field], None]:
    """What was typed counts only where it was chosen: else one of the two is a slip."""

    def check(form: Form, field: Field) -> None:
        if typed(field) and form[name].data != OTHER:
            raise ValidationError(_("Escribiste otra cosa: elige «Otra cosa», o borra lo escrito."))

    return check


def _readable(line: Line) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        try:
            read(line, typed(field))
        except Mistyped as wrong:
            raise ValidationError(str(SLIPS[wrong.slip])) from None

    return check
