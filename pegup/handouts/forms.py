"""The form into which a code is typed."""

from __future__ import annotations

from wtforms import Field, TextAreaField
from wtforms.validators import ValidationError

from pegup.handouts.codes import Mistyped, Slip, Typed, read_lines
from pegup.web.forms import Form, typed
from pegup.web.language import lazy

LONGEST = 1000
SLIPS = {
    Slip.NUMBER: lazy(
        "La primera línea no está bien: revísala letra por letra. Tiene ocho, como H7KQ-3M2X."
    ),
    Slip.LETTER: lazy("La línea %(line)s no está bien: revísala letra por letra."),
    Slip.LENGTH: lazy("A la línea %(line)s le falta una letra, o le sobra."),
    Slip.SHORT: lazy("Falta el final: el código sigue en la línea %(line)s."),
    Slip.LONG: lazy("Esto es demasiado largo para ser un código."),
}


class CodeForm(Form):
    """A code, however its lines were typed."""

    code = TextAreaField(
        lazy("El código del archivo"),
        description=lazy(
            "Está al final del archivo, en «Tu código». Escríbelo línea por línea; da igual si usas "
            "mayúsculas, espacios o guiones."
        ),
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": LONGEST,
            "rows": 8,
            "class": "letters",
        },
    )

    def validate_code(self, field: Field) -> None:
        try:
            self.read()
        except Mistyped as wrong:
            raise ValidationError(str(SLIPS[wrong.slip]) % {"line": wrong.line}) from None

    def read(self) -> Typed:
        return read_lines(typed(self.code)[:LONGEST])
