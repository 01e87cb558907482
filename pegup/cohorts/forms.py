"""Fields of groups and their checks."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from pegup.cohorts.models import NAME_LENGTH, TEXT_LENGTH
from pegup.courses.when import MOST_WEEKS
from pegup.web.forms import Form, sending_key, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)


def day_field(label: str, description: str) -> StringField:
    """A day, as the browser's calendar sends it."""
    return StringField(
        label,
        description=description,
        render_kw={"type": "date"},
        validators=[InputRequired(lazy("Escribe la fecha."))],
    )


def as_day(field: Field) -> date:
    """The day that stands in the field; ``ValidationError`` says what does not fit."""
    try:
        found = date.fromisoformat(str(field.data or "").strip())
    except ValueError:
        raise ValidationError(_("Escribe la fecha completa: año, mes y día.")) from None
    if not EARLIEST <= found <= LATEST:
        raise ValidationError(_("Revisa el año."))
    return found


class CopyForm(Form):
    """The same group again: another name, another day."""

    name = StringField(
        lazy("Nombre del grupo"),
        description=lazy("Por ejemplo: «Grupo de la tarde»."),
        validators=[InputRequired(lazy("Ponle un nombre al grupo.")), Length(max=NAME_LENGTH)],
    )
    starts_on = day_field(
        lazy("¿Qué día empieza?"),
        lazy("Esa semana, de lunes a domingo, es la semana 1 del curso."),
    )

    def validate_starts_on(self, field: Field) -> None:
        as_day(field)

    @property
    def start(self) -> date:
        return as_day(self.starts_on)


class MessageForm(Form):
    """What a trainer writes to people of a group."""

    text = TextAreaField(
        lazy("Tu mensaje"),
        description=lazy("Claro y corto. Cada persona lo recibe por separado."),
        render_kw={"maxlength": TEXT_LENGTH, "rows": 8},
        validators=[InputRequired(lazy("Escribe el mensaje.")), Length(max=TEXT_LENGTH)],
    )
    key = HiddenField()
    """Made by the page."""

    def validate_key(self, field: Field) -> None:
        try:
            UUID(str(field.data))
        except ValueError:
            raise ValidationError(_("Carga la página otra vez.")) from None

    @property
    def uuid(self) -> UUID:
        """Sent twice, it is one message."""
        return sending_key(UUID(str(self.key.data)), typed(self.text))


class ReplyForm(MessageForm):
    """An answer below a message."""

    text = TextAreaField(
        lazy("Tu respuesta"),
        render_kw={"maxlength": TEXT_LENGTH, "rows": 5},
        validators=[InputRequired(lazy("Escribe tu respuesta.")), Length(max=TEXT_LENGTH)],
    )


class CohortForm(CopyForm):
    """A group and its dates."""

    ends_on = day_field(
        lazy("¿Qué día termina?"),
        lazy("Después, las lecciones siguen abiertas para quienes están en el curso."),
    )

    def validate_ends_on(self, field: Field) -> None:
        end = as_day(field)
        try:
            start = self.start
        except ValidationError:
            return
        if end < start:
            raise ValidationError(_("Termina antes de empezar. Revisa las dos fechas."))
        if end - start > timedelta(weeks=MOST_WEEKS):
            raise ValidationError(
                _("Son más de %(weeks)s semanas. Revisa las dos fechas.", weeks=MOST_WEEKS)
            )

    @property
    def end(self) -> date:
        return as_day(self.ends_on)
