"""Every sentence of the sign-in library that a person can meet, in our words.

The library translates them through our catalogue; ``N_`` only marks them for extraction.
"""

from __future__ import annotations

from typing import Any


def N_(text: str) -> str:  # the customary name
    """Marks words that are translated when shown."""
    return text


def message_settings() -> dict[str, Any]:
    """``SECURITY_MSG_…`` and subjects of mails."""
    told = {f"SECURITY_MSG_{name}": (text, _category(name)) for name, text in MESSAGES.items()}
    return told | {f"SECURITY_{name}": text for name, text in SUBJECTS.items()}


def _category(name: str) -> str:
    """How the message looks: what stops the person is a warning."""
    stops = name.startswith(("INVALID_", "UNAUTH", "REAUTHENTICATION_REQ", "API_"))
    return "warn" if stops or name.endswith(("_EXPIRED", "_DENIED", "_TOKEN")) else "good"


SUBJECTS = {
    "EMAIL_SUBJECT_REGISTER": N_("Confirma tu cuenta"),
    "EMAIL_SUBJECT_CONFIRM": N_("Confirma tu cuenta"),
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("Elige una contraseña nueva"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Tu contraseña cambió"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("Tu contraseña cambió"),
}

MESSAGES = {
    "API_ERROR": N_("Algo llegó incompleto. Prueba otra vez."),
    "GENERIC_AUTHN_FAILED": N_(
        "El correo o la contraseña no coinciden. Revisa los dos y prueba otra vez."
    ),
    "GENERIC_RECOVERY": N_(
        "Si hay una cuenta con ese correo, te llegará un mensaje para elegir otra contraseña."
    ),
    "UNAUTHORIZED": N_("No tienes permiso para esto."),
    "UNAUTHENTICATED": N_("Primero entra con tu cuenta."),
    "REAUTHENTICATION_REQUIRED": N_("Para este paso, escribe otra vez tu contraseña."),
    "CONFIRM_REGISTRATION": N_(
        "Mandamos un mensaje a %(email)s. Ábrelo y toca el enlace para terminar."
    ),
    "EMAIL_CONFIRMED": N_("Tu correo quedó confirmado. Ya puedes entrar."),
    "ALREADY_CONFIRMED": N_("Ese correo ya estaba confirmado. Ya puedes entrar."),
    "INVALID_CONFIRMATION_TOKEN": N_("Ese enlace no sirve. Escribe tu correo y te mandamos otro."),
    "EMAIL_ALREADY_ASSOCIATED": N_("Ya hay una cuenta con %(email)s."),
    "PASSWORD_MISMATCH": N_("Las dos contraseñas no son iguales."),
    "RETYPE_PASSWORD_MISMATCH": N_("Las dos contraseñas no son iguales."),
    "INVALID_REDIRECT": N_("La dirección para volver no es de este sitio."),
    "INVALID_RECOVERY_CODE": N_("Ese código de respaldo no sirve. Revisa que no lo hayas usado."),
    "NO_RECOVERY_CODES_SETUP": N_("Todavía no tienes códigos de respaldo."),
    "PASSWORD_RESET_REQUEST": N_(
        "Si hay una cuenta con %(email)s, te llegará un mensaje para elegir otra contraseña."
    ),
    "PASSWORD_RESET_EXPIRED": N_("Ese enlace venció: sirve durante %(within)s. Pide otro."),
    "INVALID_RESET_PASSWORD_TOKEN": N_("Ese enlace no sirve o ya se usó. Pide otro."),
    "CONFIRMATION_REQUIRED": N_("Falta confirmar tu correo. Abre el mensaje que te mandamos."),
    "CONFIRMATION_REQUEST": N_(
        "Si hay una cuenta sin confirmar con %(email)s, te llegará un mensaje."
    ),
    "CONFIRMATION_EXPIRED": N_("Ese enlace venció: sirve durante %(within)s. Pide otro."),
    "DISABLED_ACCOUNT": N_("Esta cuenta está cerrada. Habla con tu coordinación."),
    "EMAIL_NOT_PROVIDED": N_("Escribe tu correo."),
    "INVALID_EMAIL_ADDRESS": N_("Esto no parece un correo. Ejemplo: rosa@correo.pe"),
    "INVALID_CODE": N_("Ese código no sirve."),
    "INVALID_INPUT": N_("Esto no sirve aquí."),
    "PASSWORD_NOT_PROVIDED": N_("Escribe la contraseña."),
    "PASSWORD_INVALID_LENGTH": N_("La contraseña debe tener al menos %(length)s caracteres."),
    "PASSWORD_TOO_SIMPLE": N_("Esa contraseña es fácil de adivinar. Elige otra."),
    "USER_DOES_NOT_EXIST": N_("No conocemos ese correo."),
    "INVALID_PASSWORD": N_("La contraseña no es esa."),
    "FORGOT_PASSWORD": N_("Olvidé mi contraseña"),
    "PASSWORD_RESET_NO_LOGIN": N_("Tu contraseña quedó cambiada. Ahora entra con la nueva."),
    "PASSWORD_IS_THE_SAME": N_("La contraseña nueva debe ser distinta de la anterior."),
    "PASSWORD_CHANGE": N_("Tu contraseña quedó cambiada. Las otras sesiones se cerraron."),
    "LOGIN": N_("Primero entra con tu cuenta."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Gracias. Puedes continuar."),
    "ANONYMOUS_USER_REQUIRED": N_("Ya estás dentro."),
    "TWO_FACTOR_INVALID_TOKEN": N_(
        "Ese código no sirve. Mira el que muestra ahora la aplicación y escríbelo."
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("El código es correcto. Ya estás dentro."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_(
        "Listo: desde ahora te pediremos un código de tu teléfono al entrar."
    ),
    "TWO_FACTOR_PERMISSION_DENIED": N_("Ese paso venció. Empieza otra vez: entra con tu cuenta."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Elige una de las opciones."),
    "TWO_FACTOR_DISABLED": N_("Quitaste el segundo paso. Desde ahora basta la contraseña."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("Pasaron más de %(within)s. Empieza otra vez."),
}
