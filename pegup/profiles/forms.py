"""Forms of profiles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import URL, InputRequired, Length, Optional, Regexp

from pegup.db import now
from pegup.profiles.files import UnusableFile, check
from pegup.profiles.operations import Measurement
from pegup.profiles.values import Doubt, Reading, read_value
from pegup.web.forms import Form, choices, largest_file, too_large, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy, number

LONGEST_TEXT = 100_000
METHODS = {
    "official": lazy("Dato oficial"),
    "study": lazy("Estudio o tesis"),
    "own_count": lazy("Lo contamos o medimos nosotros"),
    "estimate": lazy("Es un cálculo aproximado"),
}


class SectionForm(Form):
    """The whole text of a section, and the version on which it was written."""

    base = HiddenField(validators=[InputRequired(), Regexp(r"^\d{1,9}$")])
    text = TextAreaField(
        lazy("Texto"),
        description=lazy("Línea vacía: párrafo nuevo. **negrita**, - lista, ### subtítulo."),
        validators=[
            Length(max=LONGEST_TEXT, message=lazy("El texto es demasiado largo para una sección."))
        ],
    )
    does_not_apply = BooleanField(lazy("Esta parte no corresponde a nuestra ciudad"))
    reason = StringField(lazy("¿Por qué no corresponde?"), validators=[Length(max=500)])

    def validate_reason(self, field: Field) -> None:
        if self.does_not_apply.data and not typed(field):
            raise ValidationError(_("Escribe por qué esta parte no corresponde."))

    @property
    def not_applicable(self) -> str:
        """The reason, where the box is ticked."""
        return typed(self.reason) if self.does_not_apply.data else ""


class IndicatorForm(Form):
    """A value with its year and source, or why there is none."""

    base = HiddenField(validators=[InputRequired(), Regexp(r"^\d{1,9}$")])
    value = StringField(lazy("Valor"), validators=[Length(max=30)])
    confirmed = BooleanField(lazy("Revisé la unidad: el valor es correcto"))
    year = StringField(
        lazy("Año del dato"), render_kw={"inputmode": "numeric"}, validators=[Length(max=4)]
    )
    source = StringField(
        lazy("Fuente: institución y documento"),
        description=lazy("Por ejemplo: «EPS Grau, memoria anual»."),
        validators=[Length(max=500)],
    )
    link = StringField(
        lazy("Enlace, si hay"),
        validators=[
            Optional(),
            URL(message=lazy("Escribe un enlace completo, con https://.")),
            Regexp(r"^https?://", message=lazy("Escribe un enlace completo, con https://.")),
            Length(max=500),
        ],
    )
    file = FileField(
        lazy("Archivo, si hay"),
    )
    method = SelectField(
        lazy("¿Cómo se obtuvo?"),
        choices=choices({"": lazy("No sabemos")} | METHODS),
    )
    place = StringField(
        lazy("¿Dónde se midió?"),
        description=lazy("El lugar o la zona, si el dato no es de toda la ciudad."),
        validators=[Length(max=200)],
    )
    no_data_reason = StringField(
        lazy("No hay dato, porque…"),
        description=lazy("Que falte un dato también enseña algo. Di a quién lo pidieron."),
        validators=[Length(max=500)],
    )

    def __init__(self, *args: Any, indicator: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        self.reading = Reading(None)
        self.content = b""

    def validate_value(self, field: Field) -> None:
        entered, reason = typed(field), typed(self.no_data_reason)
        if entered and reason:
            raise ValidationError(_("Escribe el valor o di por qué no hay dato, no los dos."))
        if not entered and not reason:
            raise ValidationError(_("Escribe el valor, o di abajo por qué no hay dato."))
        if entered:
            self._read(entered)

    def validate_year(self, field: Field) -> None:
        year = typed(field)
        if not year and typed(self.value):
            raise ValidationError(_("Di de qué año es el dato."))
        if year and not re.fullmatch(r"(19|[2-9]\d)\d\d", year):
            raise ValidationError(_("Escribe el año con cuatro cifras."))
        if year and int(year) > now().year:
            raise ValidationError(_("Ese año todavía no llega."))

    def validate_file(self, field: Field) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            return  # none, or a form that was sent without its files
        content = field.data.stream.read(largest_file() + 1)
        if len(content) > largest_file():
            raise ValidationError(too_large())
        self.content = content
        reasons = {
            UnusableFile.KIND: _(
                "Ese tipo de archivo no se puede subir. Prueba con PDF, foto, hoja de cálculo o texto."
            ),
            UnusableFile.CONTENT: _(
                "El archivo no es lo que dice su nombre. Ábrelo y guárdalo otra vez."
            ),
            UnusableFile.EMPTY: _("El archivo está vacío."),
        }
        try:
            check(field.data.filename, self.content)
        except UnusableFile as error:
            raise ValidationError(reasons[error.reason]) from None

    def measurement(self) -> Measurement:
        """What was said, ready for ``measure``."""
        if reason := typed(self.no_data_reason):
            return Measurement(no_data_reason=reason)
        return Measurement(
            value=self.reading.value,
            year=int(typed(self.year)),
            source=typed(self.source),
            link=typed(self.link),
            method=self.method.data or "",
            place=typed(self.place),
        )

    def _read(self, entered: str) -> None:
        self.reading = read_value(entered, self.indicator, confirmed=bool(self.confirmed.data))
        low, high = self.indicator["minimum"], self.indicator["maximum"]
        unit = self.indicator["unit"]
        messages = {
            Doubt.NOT_A_NUMBER: _("Escribe solo el número, por ejemplo 67,7."),
            Doubt.TWO_READINGS: _(
                "Ese número se puede leer de dos maneras. Escríbelo sin punto de miles."
            ),
            Doubt.IMPOSSIBLE: _("Ese valor no es posible en %(unit)s.", unit=unit),
            Doubt.TOO_LARGE: _("Ese número es demasiado grande. Revísalo."),
            Doubt.UNUSUAL: _(
                "Lo usual va de %(low)s a %(high)s %(unit)s. Revisa la unidad. Si el valor es correcto, marca la casilla de abajo.",
                low=number(low),
                high=number(high),
                unit=unit,
            ),
        }
        if self.reading.doubt:
            raise ValidationError(messages[self.reading.doubt])


class OwnSectionForm(Form):
    """A section that the template lacks."""

    title = StringField(
        lazy("Título de la sección"),
        validators=[InputRequired(lazy("Escribe un título.")), Length(max=200)],
    )
