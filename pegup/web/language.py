"""The words of the interface: Spanish in the code, other languages in ``pegup/translations``.

Templates have ``_`` and ``ngettext``; numbers and dates are written as in Peru (67,7 %).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, partial
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel.speaklater import LazyString

LANGUAGES = {"es": "Español", "en": "English"}
DEFAULT = "es"
COOKIE = "pegup-language"
DATE_LOCALES = {"es": "es_PE", "en": "en_GB"}
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
LIMA = ZoneInfo("America/Lima")

_NOT_HELD = object()

TRANSLATIONS = Path(__file__).parent.parent / "translations"


def gettext(text: str, /, **values: object) -> str:
    """The words in the page's language; ``%(name)s`` is filled from ``values``."""
    return speaker(language())(text, **values)


@cache
def speaker(language: str) -> Callable[..., str]:
    """``gettext`` of one language: a page asks for some sixty texts, and for its language once."""
    translate = _catalogue(language).gettext

    def speak(text: str, /, **values: object) -> str:
        words = translate(text)
        return words % values if values else words

    return speak


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The words for one or for ``num``; ``%(num)d`` is filled in."""
    return _catalogue(language()).ngettext(one, many, num) % {"num": num, **values}


def lazy(text: str, /, **values: object) -> LazyString:
    """Words that are translated when shown: for labels of forms and names of enums."""
    return LazyString(partial(gettext, text, **values))


def choose_language() -> str:
    """The visitor's choice, else the person's, else the browser's, else Spanish."""
    if not has_request_context():
        return DEFAULT
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    person = g.get("person")
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT


def settle(app: Flask) -> None:
    """Lets the app speak our languages; one that has a Babel of its own keeps its say."""
    babel = app.extensions.get("babel")
    if babel is None:
        Babel(
            app,
            locale_selector=lambda: _locale(choose_language()),
            default_timezone="America/Lima",
            configure_jinja=False,
        )
        return
    theirs = babel.locale_selector
    babel.locale_selector = lambda: _chosen_here() or (theirs() if theirs else None)


def speaking_only() -> Flask:
    """An app for commands that need our words alone: it has no database, no key and no folder."""
    app = Flask("pegup.words", static_folder=None)
    settle(app)
    return app


@cache
def _locale(language: str) -> Locale:
    """What Babel makes of the two letters, for every page anew if it were left to it."""
    return Locale.parse(language)


def _chosen_here() -> str | None:
    """What the visitor chose with our switch; it holds on our pages alone."""
    is_ours = has_request_context() and request.blueprints and request.blueprints[-1] == "pegup"
    chosen = request.cookies.get(COOKIE) if is_ours else None
    return chosen if chosen in LANGUAGES else None


def language() -> str:
    """The language of this page as two letters: ``es`` or ``en``."""
    try:
        here = g._get_current_object()  # asked for once: a page asks for some eighty words
    except RuntimeError:
        return _chosen()
    held = here.get("pegup_language", _NOT_HELD)
    if held is None:
        held = here.pegup_language = _chosen()
    return _chosen() if held is _NOT_HELD else str(held)


def hold_language() -> None:
    """From here on, one choice serves the whole request."""
    g.pegup_language = None


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is made inside is in this language, whatever the page speaks: such as a file to keep."""
    held = g.get("pegup_language", _NOT_HELD)
    g.pegup_language = language
    try:
        yield
    finally:
        if held is _NOT_HELD:
            del g.pegup_language
        else:
            g.pegup_language = held


def _chosen() -> str:
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else DEFAULT


@cache
def _catalogue(language: str) -> NullTranslations:
    """Spanish stands in the code: it has no catalogue, and every text is its own answer."""
    return Translations.load(TRANSLATIONS, [language], "pegup")


def number(value: Decimal | float | int, decimals: int | None = None) -> str:
    """67.7 as ``67,7``; ``decimals`` fixes how many are shown (rounded half up by the caller).

    Thousands stand apart by a space, as INEI writes them: 1.187 would be read in two ways.
    """
    return _number(value, decimals, language())


@lru_cache(maxsize=4096)
def _number(value: Decimal | float | int, decimals: int | None, language: str) -> str:
    pattern = (
        "#,##0.######" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    )
    shown = format_decimal(value, format=pattern, locale=language)
    return shown.replace(".", NARROW_SPACE) if language == "es" else shown


def percent(value: Decimal | float | int, decimals: int | None = None) -> str:
    """67.7 as ``67,7 %`` with a space that does not break."""
    return f"{number(value, decimals)}{NARROW_SPACE}%"


def kilobytes(size: int) -> str:
    """Bytes as whole kilobytes of 1000, never none, with a space that does not break."""
    return f"{number(max(1, -(-size // 1000)))}{NARROW_SPACE}kB"


def day(value: date | datetime) -> str:
    """A day in words, at Lima's clock: ``3 de mayo de 1997``."""
    return _day(_at_lima(value), _date_locale())


def rough_day(value: str) -> str:
    """What is known of a day, in words: ``1996``, ``1996-08`` (agosto de 1996) or ``1996-08-03``."""
    year, _hyphen, rest = value.partition("-")
    month, _hyphen, of_month = rest.partition("-")
    if not month:
        return year
    try:
        first = date(int(year), int(month), int(of_month or 1))
    except ValueError:
        return value
    return day(first) if of_month else _month(first, _date_locale())


def moment(value: datetime) -> str:
    """A day and a time, at Lima's clock."""
    return _moment(_at_lima(value), _date_locale())


def clock(value: datetime) -> str:
    """The time of the day at Lima's clock: ``10:42``."""
    return f"{value.astimezone(LIMA):%H:%M}"


@lru_cache(maxsize=4096)
def _day(value: date | datetime, locale: str) -> str:
    return format_date(value, format="long", locale=locale)


@lru_cache(maxsize=4096)
def _month(value: date, locale: str) -> str:
    return format_skeleton("yMMMM", value, locale=locale)


@lru_cache(maxsize=4096)
def _moment(value: date | datetime, locale: str) -> str:
    return format_datetime(value, format="d MMM y, HH:mm", locale=locale)


def _at_lima(value: date | datetime) -> date | datetime:
    return value.astimezone(LIMA) if isinstance(value, datetime) else value


def _date_locale() -> str:
    return DATE_LOCALES[language()]
