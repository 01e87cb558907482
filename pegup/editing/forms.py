"""What trainers fill in besides a lesson's own text."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage
from wtforms import (
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from pegup.editing.models import NOTE_LENGTH, Verdict
from pegup.web.forms import Form, choices, largest_file, too_large, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy

LONGEST_TEXT = 100_000
"""Letters of a file that is typed; a lesson has some 8,000."""
REQUIRED = lazy("Falta este dato.")
LONG = lazy("Es muy largo: que no pase de %(max)d letras.")
STATE = Regexp(r"[0-9a-f]{64}")


class TextForm(Form):
    """The text of a file."""

    base = HiddenField(validators=[Regexp(r"\d{1,9}\.\d{1,9}", message=REQUIRED)])
    text = TextAreaField(
        lazy("Texto"),
        validators=[
            InputRequired(lazy("El archivo no puede quedar vacío. Para quitarlo, usa «Quitar».")),
            Length(max=LONGEST_TEXT, message=LONG),
        ],
    )


class LessonForm(Form):
    """A new lesson."""

    title = StringField(
        lazy("Título de la lección"),
        validators=[DataRequired(REQUIRED), Length(max=150, message=LONG)],
    )
    folder = SelectField(lazy("Tema"), validate_choice=True)
    theme = StringField(
        lazy("Título del tema nuevo"),
        description=lazy("Solo si eliges «Un tema nuevo»."),
        validators=[Length(max=150, message=LONG)],
    )

    def validate(self, extra_validators: object = None) -> bool:
        """A new theme needs its title."""
        is_right = super().validate()
        if is_right and not self.folder.data and not typed(self.theme):
            self.theme.errors = [REQUIRED]
            return False
        return is_right


class NoteForm(Form):
    """Words to others, with the drafts that they are about."""

    state = HiddenField(validators=[STATE])
    note = TextAreaField(
        lazy("Qué cambia y por qué"),
        description=lazy("Una o dos frases. Queda en la historia."),
        validators=[Length(max=NOTE_LENGTH, message=LONG)],
        render_kw={"rows": 3},
    )


class AnswerForm(Form):
    """What a reviewer says."""

    state = HiddenField(validators=[STATE])
    verdict = RadioField(
        lazy("Tu respuesta"),
        choices=choices(
            {
                Verdict.APPROVED.value: lazy("Está bien así"),
                Verdict.CHANGES.value: lazy("Hay que cambiar algo"),
            }
        ),
        validators=[InputRequired(REQUIRED)],
    )
    remark = TextAreaField(
        lazy("Tu comentario"),
        validators=[Length(max=NOTE_LENGTH, message=LONG)],
        render_kw={"rows": 3},
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Whoever asks for changes says which."""
        is_right = super().validate()
        if is_right and self.verdict.data == Verdict.CHANGES and not typed(self.remark):
            self.remark.errors = [lazy("Di qué hay que cambiar.")]
            return False
        return is_right


class PictureForm(Form):
    """A picture from the trainer's own device."""

    file = FileField(
        lazy("Imagen"),
        description=lazy("JPEG, PNG, WebP, AVIF, GIF o SVG."),
        validators=[InputRequired(REQUIRED)],
    )
    content = b""
    """What was sent, once the form is valid."""

    def validate_file(self, field: Field) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("Elige una imagen de tu equipo."))
        with field.data.stream as sent:
            self.content = sent.read(largest_file() + 1)
        if len(self.content) > largest_file():
            raise ValidationError(too_large())
