"""What is asked for grades: the student's code."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from pegup.db import session
from pegup.directory.models import Organisation, Sector
from pegup.gradebook.models import CODE_LENGTH
from pegup.web.forms import Form, choices
from pegup.web.language import lazy


class StudentForm(Form):
    """Where somebody studies and under which code."""

    university = SelectField(
        lazy("Universidad"), validators=[InputRequired(lazy("Elige tu universidad."))]
    )
    code = StringField(
        lazy("Código de estudiante"),
        description=lazy("Está en tu carné. Escríbelo igual, con sus ceros."),
        render_kw={"autocomplete": "off", "maxlength": CODE_LENGTH},
        validators=[
            InputRequired(lazy("Escribe tu código.")),
            Length(max=CODE_LENGTH, message=lazy("El código es demasiado largo.")),
            Regexp(
                r"^\s*[A-Za-z0-9][A-Za-z0-9./-]*\s*$",
                message=lazy("Solo letras sin tilde, números, puntos y guiones."),
            ),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {
            each.slug: each for each in session.scalars(Organisation.of_sector(Sector.UNIVERSITY))
        }
        names = {slug: each.name for slug, each in self.known.items()}
        self.university.choices = choices(names)

    @property
    def chosen(self) -> Organisation:
        """The university that was chosen."""
        return self.known[str(self.university.data)]
