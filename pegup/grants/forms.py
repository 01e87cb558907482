"""Forms of calls: the team's statement, and a person's judgement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from pegup.web.forms import Form, choices
from pegup.web.language import gettext as _
from pegup.web.language import lazy, percent


class StatementForm(Form):
    """What the team has done and will do."""

    base = HiddenField(
        validators=[Regexp(r"^\d{1,9}$", message=lazy("Abre la página otra vez."))], default="0"
    )
    text = TextAreaField(
        lazy("Declaración del equipo"),
        description=lazy(
            "Qué hicieron por el ambiente de la ciudad, con qué pruebas, y quién hará qué al volver del curso. Puedes pegar enlaces."
        ),
        render_kw={"rows": 14},
        validators=[
            InputRequired(lazy("Escribe la declaración.")),
            Length(min=20, max=10_000, message=lazy("Escribe entre 20 y 10 000 letras.")),
        ],
    )


class JudgementForm(Form):
    """A level and why, and which version of the statement was read."""

    statement = HiddenField(
        validators=[Regexp(r"^\d{1,9}$", message=lazy("Abre la página otra vez."))], default="0"
    )
    level = RadioField(
        lazy("¿Qué describe mejor la declaración?"),
        validators=[InputRequired(lazy("Elige un nivel."))],
    )
    reason = TextAreaField(
        lazy("¿Por qué?"),
        description=lazy("El equipo lo lee. Di qué viste y qué faltó."),
        validators=[
            InputRequired(lazy("Escribe la razón.")),
            Length(min=10, max=2000, message=lazy("Escribe entre 10 y 2000 letras.")),
        ],
    )

    def __init__(self, *args: Any, levels: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = choices(
            {
                str(share): _("%(percent)s: %(level)s", percent=percent(share), level=text)
                for share, text in levels
            }
        )
