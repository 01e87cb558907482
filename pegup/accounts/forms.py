"""What is asked when people are added and roles given."""

from __future__ import annotations

from wtforms import EmailField, FileField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional

from pegup.accounts.models import Kind, Person
from pegup.accounts.names import KINDS, scope_choices
from pegup.accounts.roster import EMAIL_LENGTH, NAME_LENGTH, PLACE_LENGTH
from pegup.web.forms import Form
from pegup.web.language import gettext as _
from pegup.web.language import lazy


class PersonForm(Form):
    """Somebody whom a coordinator adds."""

    name = StringField(
        lazy("Nombre y apellidos"),
        [InputRequired(lazy("Escribe el nombre.")), Length(max=NAME_LENGTH)],
        render_kw={"autocomplete": "off", "maxlength": NAME_LENGTH},
    )
    email = EmailField(
        lazy("Correo electrónico (si tiene)"),
        [
            Optional(),
            Length(max=EMAIL_LENGTH),
            Email(lazy("Esto no parece un correo. Ejemplo: rosa@correo.pe")),
        ],
        description=lazy("Sin correo, la persona entra con un código impreso."),
        render_kw={"autocomplete": "off", "maxlength": EMAIL_LENGTH},
    )
    place = StringField(
        lazy("Ciudad o distrito"),
        [Length(max=PLACE_LENGTH)],
        render_kw={"autocomplete": "off", "maxlength": PLACE_LENGTH},
    )


class RosterForm(Form):
    """A list of people as a file."""

    file = FileField(lazy("Archivo CSV"), render_kw={"accept": ".csv,text/csv"})


class RoleForm(Form):
    """A role to give; the value is ``kind:scope``."""

    role = SelectField(lazy("Papel"), validate_choice=True)

    def offer_roles(self, person: Person) -> None:
        """Offers what the person does not have yet."""
        held = {(role.kind, role.scope) for role in person.roles}
        everywhere = [
            (f"{kind}:", str(KINDS[kind]))
            for kind in (Kind.ADMINISTRATOR, Kind.COORDINATOR)
            if (kind, "") not in held
        ]
        groups: dict[str, list[tuple[str, str]]] = {}
        if everywhere:
            groups[_("En todo el sitio")] = everywhere
        for kind, names in scope_choices.items():
            offered = [
                (f"{kind}:{slug}", f"{KINDS[kind]}: {name}")
                for slug, name in names().items()
                if (kind, slug) not in held
            ]
            if offered:
                groups[str(KINDS[kind])] = offered
        self.role.choices = groups

    @property
    def chosen(self) -> tuple[Kind, str]:
        """The role that was chosen."""
        kind, _colon, scope = str(self.role.data).partition(":")
        return Kind(kind), scope
