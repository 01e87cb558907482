"""The forms of signing in: the library's, with our words, our limits and our lengths."""

from __future__ import annotations

from typing import Any

import flask_security as library
from flask import current_app, session
from flask_security.forms import (
    RegisterFormV2,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
)
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange

from pegup.accounts.roster import EMAIL_LENGTH, NAME_LENGTH
from pegup.db import now
from pegup.standalone import attempts, links
from pegup.standalone.accounts import account_by_email
from pegup.standalone.attempts import MustWait
from pegup.standalone.limits import Door
from pegup.standalone.mail import MailAway, require_mail
from pegup.standalone.models import Account
from pegup.standalone.passwords import LONGEST, SHORTEST
from pegup.web.forms import Form, choices
from pegup.web.language import LANGUAGES, lazy, ngettext
from pegup.web.language import gettext as _
from pegup.web.pages import local_address

NEW_PASSWORD_HINT = lazy(
    "Al menos %(length)s caracteres. Sirve bien una frase corta que solo tú digas.",
    length=SHORTEST,
)


def email_field(*validators: Any, **options: Any) -> EmailField:
    """The e-mail address that signs in."""
    return EmailField(
        lazy("Correo electrónico"),
        [Length(max=EMAIL_LENGTH), *validators],
        filters=[lambda typed: typed.strip() if typed else typed],
        render_kw={"autocomplete": "username", "maxlength": EMAIL_LENGTH},
        **options,
    )


def known_password(label: Any) -> PasswordField:
    """A password that the person has already."""
    return PasswordField(
        label,
        [
            InputRequired(lazy("Escribe la contraseña.")),
            Length(max=LONGEST, message=lazy("Esa contraseña es demasiado larga.")),
        ],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST},
    )


def new_password(label: Any = lazy("Contraseña nueva")) -> PasswordField:
    """A password that is being chosen."""
    return PasswordField(
        label,
        [InputRequired(lazy("Escribe la contraseña."))],
        description=NEW_PASSWORD_HINT,
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )


class Limited:
    """A form whose wrong tries are counted, and that makes whoever tries too often wait."""

    form_errors: list[str]
    status: int | None = None
    """The answer's status, where it is not simply 422."""
    wait_seconds = 0

    def begin(self, door: Door, account: str = "") -> int | None:
        """The number of this try, or None after saying how long to wait."""
        try:
            return attempts.begin_attempt(door, account)
        except MustWait as refused:
            self.status, self.wait_seconds = 429, refused.seconds
            self.form_errors.append(waiting_words(refused.seconds))
            return None


def waiting_words(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds < 60:
        wait = ngettext("un segundo", "%(num)d segundos", seconds)
    else:
        wait = ngettext("un minuto", "%(num)d minutos", -(-seconds // 60))
    return _(
        "Hubo demasiados intentos. Espera %(wait)s y prueba otra vez. Tu cuenta no se ha perdido.",
        wait=wait,
    )


def mail_can_be_sent(form: Any) -> bool:
    """Says so in words if no mail can be sent now."""
    try:
        require_mail()
    except MailAway:
        form.status = 503
        form.form_errors.append(
            _(
                "Ahora no podemos mandar correos. No se guardó nada a medias. Prueba otra vez en unos minutos."
            )
        )
        return False
    return True


class SignInForm(Limited, library.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    email = email_field(
        InputRequired(lazy("Escribe tu correo.")), library.forms.EmailValidation(verify=False)
    )
    password = known_password(lazy("Contraseña"))
    remember = BooleanField(lazy("Mantener mi sesión abierta en este aparato"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""

    def validate(self, **kwargs: Any) -> bool:
        """Right, and not tried too often; the session starts anew."""
        if not (self.email.data and self.password.data):
            return bool(super().validate(**kwargs))
        attempt = self.begin(Door.PASSWORD, self.email.data)
        if attempt is None or not super().validate(**kwargs):
            if self.user_authenticated:  # the password was right: say what else is in the way
                self.form_errors.extend(self.email.errors)
                self.email.errors = []
            return False
        attempts.succeed(attempt)
        session.clear()
        return True

    def validate_next(self, field: Any) -> None:
        """An address of another site is forgotten, not followed."""
        if local_address(field.data) != field.data:
            field.data = ""


class VerifyForm(Limited, library.VerifyForm):  # type: ignore[misc]
    """The password again, before something delicate."""

    password = known_password(lazy("Contraseña"))

    def validate(self, **kwargs: Any) -> bool:
        """Right, and not tried too often."""
        attempt = self.begin(Door.PASSWORD, self.user.email or str(self.user.uuid))
        if attempt is None or not super().validate(**kwargs):
            return False
        attempts.succeed(attempt)
        return True


class RegisterForm(Limited, RegisterFormV2):  # type: ignore[misc]
    """A new account."""

    name = StringField(
        lazy("Nombre y apellidos"),
        [InputRequired(lazy("Escribe tu nombre.")), Length(max=NAME_LENGTH)],
        render_kw={"autocomplete": "name", "maxlength": NAME_LENGTH},
    )
    email = email_field(
        InputRequired(lazy("Escribe tu correo.")),
        library.forms.EmailValidation(verify=True),
        library.forms.unique_user_email,
    )
    password = new_password(lazy("Contraseña"))
    password_confirm = None
    invitation = HiddenField()

    def validate(self, **kwargs: Any) -> bool:
        """Everything right, with a place on the invitation where one is needed."""
        self.name.data = " ".join((self.name.data or "").split())
        if self.begin(Door.REGISTER, self.email.data or "") is None or not mail_can_be_sent(self):
            return False
        by_invitation = current_app.config["PEGUP_REGISTRATION"] == "invitation"
        link = links.open_link(self.invitation.data or "", now()) if by_invitation else None
        if by_invitation and link is None:
            self.form_errors.append(_("Esa invitación ya no sirve. Pide otra a tu coordinación."))
            return False
        if not super().validate(**kwargs):
            return False
        if link is not None:
            link.used += 1
        return True


class AddressForm(Limited):
    """Asks where to send a link; the answer is the same whether there is an account or not."""

    email: EmailField
    user: Account | None

    def finds_account(self) -> bool:
        """Whether mail can be sent now, and the address is that of an open account.

        What is wrong with the address itself is told; that nobody has it is not: the library
        forgets the errors of the field.
        """
        if self.begin(Door.RESET, self.email.data or "") is None or not mail_can_be_sent(self):
            return False
        if not library.Form.validate(self):
            self.form_errors.extend(self.email.errors)
            return False
        self.user = account_by_email(self.email.data or "")
        if self.user is None or not self.user.active:
            self.email.errors = [library.utils.get_message("USER_DOES_NOT_EXIST")[0]]
            return False
        return True


class ForgotPasswordForm(AddressForm, library.ForgotPasswordForm):  # type: ignore[misc]
    """Where to send the link for a new password."""

    email = email_field(
        InputRequired(lazy("Escribe tu correo.")), library.forms.EmailValidation(verify=True)
    )

    def validate(self, **kwargs: Any) -> bool:
        """An open account, also one that waits for its confirmation: the link shows whose it is.

        For an address of nobody the library hashes a password, so that it takes as long as a found one
        took with a slow hash in the link. Ours is fast: we hash one too.
        """
        is_found = self.finds_account()
        if is_found:
            library.hash_password("not-a-password")
        return is_found


class SendConfirmationForm(AddressForm, library.SendConfirmationForm):  # type: ignore[misc]
    """Where to send the confirmation again."""

    email = email_field(
        InputRequired(lazy("Escribe tu correo.")), library.forms.EmailValidation(verify=True)
    )

    def validate(self, **kwargs: Any) -> bool:
        """An open account that waits for it."""
        if not self.finds_account():
            return False
        if self.user is not None and self.user.confirmed_at is not None:
            self.email.errors = [library.utils.get_message("ALREADY_CONFIRMED")[0]]
            return False
        return True


class ResetPasswordForm(library.ResetPasswordForm):  # type: ignore[misc]
    """A new password by a mailed link."""

    password = new_password()
    password_confirm = None


class ChangePasswordForm(Limited, library.ChangePasswordForm):  # type: ignore[misc]
    """A new password by the old one."""

    password = PasswordField(
        lazy("Contraseña actual"),
        [Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST},
    )
    new_password = new_password()
    new_password_confirm = None

    def validate(self, **kwargs: Any) -> bool:
        """The old one right, and not tried too often."""
        account = library.current_user
        attempt = self.begin(Door.PASSWORD, account.email or str(account.uuid))
        if attempt is None or not super().validate(**kwargs):
            return False
        attempts.succeed(attempt)
        return True


class SecondFactorSetupForm(TwoFactorSetupForm):  # type: ignore[misc]
    """Whether to use the phone's codes; the page has buttons, not a list."""

    setup = HiddenField()


class NoRescueForm(TwoFactorRescueForm):  # type: ignore[misc]
    """The library builds it beside the code; our page links to the recovery codes instead."""

    help_setup = RadioField(choices=list)


class SecondFactorForm(Limited, TwoFactorVerifyCodeForm):  # type: ignore[misc]
    """The six digits that the phone shows."""

    code = StringField(
        lazy("Código de 6 cifras"),
        [InputRequired(lazy("Escribe el código.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20},
    )

    def validate(self, **kwargs: Any) -> bool:
        """Right, new, and not tried too often."""
        if self.is_setup:
            return bool(super().validate(**kwargs))
        attempt = self.begin(Door.SECOND_FACTOR, str(self.user.uuid))
        if attempt is None or not super().validate(**kwargs):
            return False
        attempts.succeed(attempt)
        return True


class RecoveryForm(Limited, MfRecoveryForm):  # type: ignore[misc]
    """One of the codes kept for the day the phone is lost."""

    code = StringField(
        lazy("Código de respaldo"),
        [InputRequired(lazy("Escribe el código.")), Length(max=30)],
        render_kw={"autocomplete": "off", "maxlength": 30, "autocapitalize": "none"},
    )

    def validate(self, **kwargs: Any) -> bool:
        """One of the person's, unused, and not tried too often."""
        self.code.data = (self.code.data or "").strip().lower()
        attempt = self.begin(Door.SECOND_FACTOR, str(self.user.uuid))
        if attempt is None or not super().validate(**kwargs):
            return False
        attempts.succeed(attempt)
        return True


class CodeForm(Limited, Form):
    """The code from the paper."""

    code = StringField(
        lazy("Código"),
        [InputRequired(lazy("Escribe el código de tu papel.")), Length(max=100)],
        description=lazy(
            "Son 26 letras y números. No importan los guiones, los espacios ni las mayúsculas."
        ),
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": 100,
        },
    )


class ProfileForm(Form):
    """What a person says about themselves."""

    name = StringField(
        lazy("Nombre y apellidos"),
        [InputRequired(lazy("Escribe tu nombre.")), Length(max=NAME_LENGTH)],
        render_kw={"autocomplete": "name", "maxlength": NAME_LENGTH},
    )
    language = SelectField(lazy("Idioma"), choices=choices(LANGUAGES))


class EmailForm(Limited, Form):
    """A new address."""

    email = EmailField(
        lazy("Correo electrónico nuevo"),
        [
            InputRequired(lazy("Escribe tu correo.")),
            Length(max=EMAIL_LENGTH),
            Email(lazy("Esto no parece un correo. Ejemplo: rosa@correo.pe")),
        ],
        render_kw={"autocomplete": "email", "maxlength": EMAIL_LENGTH},
    )


class SignUpLinkForm(Form):
    """A link for a group of people."""

    note = StringField(
        lazy("¿Para quién es?"),
        [InputRequired(lazy("Escribe para quién es.")), Length(max=120)],
        description=lazy("Por ejemplo: taller de Ilo."),
        render_kw={"maxlength": 120},
    )
    places = IntegerField(
        lazy("¿Cuántas personas pueden usarlo?"),
        [InputRequired(lazy("Escribe un número.")), NumberRange(1, 500)],
        default=20,
    )
