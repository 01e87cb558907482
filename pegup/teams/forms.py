"""Forms of teams."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import URL, InputRequired, Length, Optional, Regexp

from pegup.db import session
from pegup.directory.models import City, Organisation, Sector
from pegup.directory.names import SECTORS
from pegup.teams.operations import Place
from pegup.web.forms import Form, choices, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy


class PlaceForm(Form):
    """For which sector somebody sits, in which organisation, with what experience."""

    sector = SelectField(
        lazy("¿Por qué sector participas?"),
        choices=choices({"": lazy("Elige uno")} | SECTORS),
        validators=[InputRequired(lazy("Elige tu sector."))],
    )
    organisation = SelectField(
        lazy("Tu organización"),
        description=lazy("Si no está en la lista, deja «Otra o ninguna» y cuéntalo abajo."),
    )
    experience = TextAreaField(
        lazy("¿Qué has hecho por el ambiente de tu ciudad?"),
        description=lazy("Dos o tres frases. Sirve para la postulación del equipo."),
        validators=[Length(max=2000)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = session.scalars(Organisation.in_order())
        self.organisation.choices = choices(
            {"": _("Otra o ninguna")}
            | {o.slug: f"{o.name} ({o.city.name})" if o.city else o.name for o in organisations}
        )

    def place(self) -> Place:
        """What was said, ready for ``seat_person``."""
        slug = self.organisation.data
        found = session.scalar(select(Organisation).filter_by(slug=slug)) if slug else None
        return Place(Sector(self.sector.data), found, typed(self.experience))


class TeamForm(PlaceForm):
    """A new team and its first seat."""

    city = SelectField(
        lazy("Tu ciudad"), validators=[InputRequired(lazy("Elige la ciudad del equipo."))]
    )
    name = StringField(
        lazy("Nombre del equipo"),
        description=lazy("Por ejemplo: «Equipo de Paita»."),
        validators=[InputRequired(lazy("Ponle un nombre al equipo.")), Length(max=120)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city.choices = city_choices()


class ArrivalForm(Form):
    """Somebody who comes alone."""

    city = SelectField(lazy("Tu ciudad"), validators=[InputRequired(lazy("Elige tu ciudad."))])
    sector = SelectField(
        lazy("¿Por qué sector participas?"),
        choices=choices({"": lazy("Elige uno")} | SECTORS),
        validators=[InputRequired(lazy("Elige tu sector."))],
    )
    experience = TextAreaField(
        lazy("¿Qué has hecho por el ambiente de tu ciudad?"), validators=[Length(max=2000)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city.choices = city_choices()


class InvitationForm(Form):
    """Whom to invite; both may stay empty."""

    name = StringField(lazy("¿A quién invitas?"), validators=[Length(max=200)])
    sector = SelectField(
        lazy("¿Para qué sector?"),
        choices=choices({"": lazy("Que lo diga quien llega")} | SECTORS),
    )


class JoinForm(Form):
    """The code on the paper or in the message."""

    code = StringField(
        lazy("Código de invitación"),
        description=lazy("Da igual si escribes mayúsculas, espacios o guiones."),
        validators=[InputRequired(lazy("Escribe el código.")), Length(max=60)],
    )


class MemberForm(Form):
    """A member without e-mail, who will sign in with a printed code."""

    name = StringField(
        lazy("Nombre y apellidos"),
        validators=[InputRequired(lazy("Escribe el nombre.")), Length(max=200)],
    )
    sector = SelectField(
        lazy("¿Por qué sector participa?"),
        choices=choices({"": lazy("Elige uno")} | SECTORS),
        validators=[InputRequired(lazy("Elige el sector."))],
    )


class CommitteeForm(Form):
    """The committee of the city and its act."""

    formed_on = StringField(
        lazy("¿Qué día se formó?"),
        render_kw={"type": "date"},
        validators=[InputRequired(lazy("Escribe la fecha."))],
    )
    act = TextAreaField(
        lazy("¿Quiénes firmaron y qué acordaron?"),
        description=lazy("Resume el acta en pocas líneas, o pega el enlace donde se puede leer."),
        validators=[InputRequired(lazy("Resume el acta.")), Length(min=20, max=2000)],
    )

    def validate_formed_on(self, field: Field) -> None:
        try:
            formed = date.fromisoformat(field.data or "")
        except ValueError:
            raise ValidationError(_("Escribe la fecha completa: año, mes y día.")) from None
        if formed > current_app.extensions["pegup"].today():
            raise ValidationError(_("Esa fecha todavía no llega."))


class AgendaForm(Form):
    """A Local Agenda 21 process under way."""

    began = StringField(
        lazy("¿Desde cuándo?"),
        description=lazy("El año, o el año y el mes: 1996 o 1996-10."),
        validators=[
            InputRequired(lazy("Escribe al menos el año.")),
            Regexp(r"^(19|20)\d\d(-(0[1-9]|1[0-2]))?$", message=lazy("Escribe 1996 o 1996-10.")),
        ],
    )
    description = TextAreaField(
        lazy("¿Qué se ha hecho y quiénes participan?"),
        validators=[InputRequired(lazy("Cuéntalo en pocas frases.")), Length(min=20, max=2000)],
    )
    link = StringField(
        lazy("Enlace a un documento, si hay"),
        validators=[
            Optional(),
            URL(message=lazy("Escribe un enlace completo, con https://.")),
            Regexp(r"^https?://", message=lazy("Escribe un enlace completo, con https://.")),
            Length(max=500),
        ],
    )

    def validate_began(self, field: Field) -> None:
        if typed(field) > f"{current_app.extensions['pegup'].today():%Y-%m}":
            raise ValidationError(_("Esa fecha todavía no llega."))


def city_choices() -> list[Any]:
    """Cities to choose from; a place that nobody could identify is not one of them."""
    cities = session.scalars(City.in_order().where(City.ubigeo.is_not(None)))
    return choices({"": _("Elige una")} | {c.slug: f"{c.name} ({c.department})" for c in cities})
