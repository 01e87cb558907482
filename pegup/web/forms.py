"""Forms that say what is wrong at the field and keep what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import Field, PasswordField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are of 3.2
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from pegup.web.forgery import SAFE_METHODS
from pegup.web.language import gettext as _
from pegup.web.language import language, number

TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Letters that nobody sees and that turn round the rest of a line, also of what others wrote."""


class Form(WTForm):
    """Base of every form: messages in the reader's language; forgery is refused by headers."""

    class Meta(DefaultMeta):
        def get_translations(self, form: BaseForm) -> Any:
            """The library's own messages, in the language of this page."""
            self.locales = [language()]
            return super().get_translations(form)

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """Space alone is no answer; browsers end lines with two letters, and we with one."""
            if formdata is None:
                return None
            secrets = {field.name for field in form if isinstance(field, PasswordField)}
            return MultiDict(
                (name, _tidy(value) if isinstance(value, str) and name not in secrets else value)
                for name, value in formdata.items(multi=True)
            )


def submitted(form: WTForm) -> bool:
    """Whether the form was sent and every field is right."""
    return request.method == "POST" and form.validate()


def refuse_zero_bytes() -> None:
    """No keyboard types them and PostgreSQL stores none: such a request was damaged or made up."""
    has_body = request.method not in SAFE_METHODS or request.content_length
    fields = request.form.items(multi=True) if has_body else ()
    sent = chain(request.args.items(multi=True), fields)
    if any("\0" in part for part in (request.path, *chain.from_iterable(sent))):
        raise BadRequest


def status_of(*forms: WTForm) -> int:
    """422 for a form shown again with its errors, else 200."""
    return 422 if any(form.errors for form in forms) else 200


def largest_file() -> int:
    """Bytes of a file that a person may send."""
    return int(current_app.config["PEGUP_UPLOAD_LIMIT"])


def too_large() -> str:
    """What a form says of a file that is larger."""
    return _("El archivo es muy grande. Puede pesar hasta %(size)s MB.", size=megabytes())


def megabytes() -> str:
    """The largest file, as a hint says it."""
    return number(largest_file() // 2**20)


def typed(field: Field) -> str:
    """What was typed in a text field, without the space around it."""
    return (field.data or "").strip()


def page_key(field: Field) -> UUID:
    """The key that a page made up for what is sent from it; a new one where it has none yet."""
    try:
        return UUID(str(field.data or ""))
    except ValueError:
        return uuid4()


def sending_key(page: UUID, *said: object) -> UUID:
    """Names what is sent: twice the same is one, and other words from a page gone back to are others."""
    return uuid5(page, repr(said))


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").translate(TURNING).strip()


def choices(names: Mapping[Any, object]) -> list[SelectChoice]:
    """What a list offers: value to words."""
    return [SelectChoice(value=value, label=label) for value, label in names.items()]
