"""Every word of the interface exists in English, and nothing is said past the catalogue."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_babel import force_locale
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length

from pegup.accounts.models import Kind
from pegup.db import now, session
from pegup.profiles.models import Indicator
from pegup.profiles.template import read_template
from pegup.standalone.messages import MESSAGES, SUBJECTS
from pegup.web.forms import Form
from pegup.web.language import TRANSLATIONS, day, gettext, moment, percent
from tests import make

pytestmark = pytest.mark.slow

PEGUP = Path(__file__).parents[1] / "pegup"
CATALOGUE = TRANSLATIONS / "en" / "LC_MESSAGES" / "pegup.po"
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "N_": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
SAYS = {"_", "gettext", "lazy", "ngettext"}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def said() -> set[str]:
    """What the code and the templates say; the first form of what is counted."""
    found = extract_from_dir(PEGUP, METHODS, keywords=KEYWORDS)
    return {m if isinstance(m, str) else m[0] for _file, _line, m, _comments, _context in found}


def texts(message: Message) -> tuple[list[str], list[str]]:
    """Spanish and English, one of each or singular and plural."""
    both = (message.id, message.string)
    spanish, english = ([each] if isinstance(each, str) else list(each) for each in both)
    return spanish, english


def test_the_catalogue_holds_what_is_said_and_nothing_else(catalogue, said):
    known = {texts(message)[0][0] for message in catalogue if message.id}
    assert known - said == set(), "run `make translations`"
    assert said - known == set(), "run `make translations` and translate"


def test_every_message_is_translated_with_its_placeholders(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        spanish, english = texts(message)
        assert not message.fuzzy, spanish
        assert len(spanish) == len(english)
        for source, translation in zip(spanish, english, strict=True):
            assert translation.strip(), source
            assert sorted(PLACEHOLDER.findall(source)) == sorted(
                PLACEHOLDER.findall(translation)
            ), source


def test_the_compiled_catalogue_is_the_one_in_the_sources(app):
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.exists(), "run `make setup`"
    assert compiled.stat().st_mtime >= CATALOGUE.stat().st_mtime, "run `make setup`"


@pytest.mark.parametrize(
    "path", sorted(PEGUP.rglob("*.py")), ids=lambda path: str(path.relative_to(PEGUP))
)
def test_what_is_said_is_written_out(path):
    """A variable or an f-string would never be found by the extraction."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
            if path == PEGUP / "web" / "language.py":
                continue  # where they are made
            count = 2 if node.func.id == "ngettext" else 1
            for argument in node.args[:count]:
                is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                assert is_text, f"line {node.lineno}: {ast.unparse(argument)}"


PAGES = (
    "/",
    "/accessibility",
    "/data",
    "/cities/",
    "/cities/paita",
    "/organisations/",
    "/forum-events/",
    "/courses/",
    "/courses/agua",
    "/courses/agua/lessons/acequia",
    "/courses/agua/glossary",
    "/teams/",
    "/teams/new",
    "/teams/join",
    "/teams/equipo-de-paita",
    "/teams/equipo-de-paita/invitations",
    "/teams/equipo-de-paita/seat",
    "/teams/equipo-de-paita/committee",
    "/teams/equipo-de-paita/agenda-process",
    "/profiles/",
    "/profiles/equipo-de-paita/perfil-ambiental/",
    "/profiles/equipo-de-paita/perfil-ambiental/completeness",
    "/profiles/equipo-de-paita/perfil-ambiental/indicators/",
    "/profiles/equipo-de-paita/perfil-ambiental/indicators/A02",
    "/profiles/equipo-de-paita/perfil-ambiental/sections/1.1",
    "/calls/",
    "/calls/promotores-1997",
    "/calls/promotores-1997/teams",
    "/calls/promotores-1997/teams/equipo-de-paita",
    "/grades/",
    "/grades/agua",
    "/grades/agua/people",
    "/grades/agua/cities",
    "/grades/student-codes",
    "/people/",
    "/people/new",
    "/people/import",
)


@pytest.fixture
def everything(world):
    """Somebody who may open every page, with a course, a team, a profile and a call."""
    person = make.person("Ana", roles=[(Kind.COORDINATOR, "")])
    person.language = "en"
    make.enrolment(person, make.course(english=True))
    make.profile(make.team(person), person)
    make.call()
    session.commit()
    return person


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_no_spanish_is_left_on_an_english_page(page, everything, catalogue, path):
    shown = page(path, as_=everything)
    assert shown.soup.html["lang"] == "en"
    for elsewhere in shown.all("[lang=es], form[action$='/language']"):
        elsewhere.extract()
    visible = shown.text
    for message in catalogue:
        if not message.id:
            continue
        for spanish, english in zip(*texts(message), strict=True):
            if "%" not in spanish and len(spanish) > 12 and spanish != english:
                assert spanish not in visible


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "We cannot find this page"), ("es", "No encontramos esta página")],
)
def test_not_found_is_said_in_the_persons_language(page, everything, language, words):
    everything.language = language
    session.commit()
    assert page("/no-existe", as_=everything, status=404).one("h1").text == words


def test_numbers_and_dates_are_said_as_in_english(app):
    morning = datetime(1997, 5, 25, 14, 5, tzinfo=UTC)
    with app.test_request_context(), force_locale("en"):
        assert day(morning) == "25 May 1997"
        assert moment(morning) == "25 May 1997, 09:05"
        assert percent(Decimal("67.7")) == "67.7\N{NARROW NO-BREAK SPACE}%"


class Sheet(Form):
    name = StringField("", [InputRequired()])
    code = StringField("", [Length(max=3)])
    year = IntegerField("")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "es",
            {
                "name": ["Este campo es obligatorio."],
                "code": ["El campo no puede tener más de 3 caracteres."],
                "year": ["No es un valor entero válido."],
            },
        ),
        (
            "en",
            {
                "name": ["This field is required."],
                "code": ["Field cannot be longer than 3 characters."],
                "year": ["Not a valid integer value."],
            },
        ),
    ],
)
def test_forms_say_what_is_wrong_in_the_pages_language(app, language, words):
    with app.test_request_context(), force_locale(language):
        sheet = Sheet(MultiDict({"name": "", "code": "12345", "year": "x"}))
        assert not sheet.validate()
        assert sheet.errors == words


@pytest.mark.parametrize("words", [*SUBJECTS.values(), *MESSAGES.values()])
def test_the_sign_in_librarys_messages_are_in_both_languages(app, words):
    speaks = app.extensions["security"].i18n_domain
    with app.test_request_context():
        with force_locale("es"):
            assert speaks.gettext(words) == words
        with force_locale("en"):
            assert speaks.gettext(words) == gettext(words) != words


def shown_in_english(page, reader, path):
    reader.language = "en"
    session.commit()
    return page(path, as_=reader)


def test_titles_of_themes_carry_the_language_they_are_in(page, ben):
    make.enrolment(ben, make.course("traducido", english=True))
    make.enrolment(ben, make.course("original"))
    for course, language in (("traducido", "en"), ("original", "es")):
        themes = shown_in_english(page, ben, f"/courses/{course}").all("h3")
        assert [each["lang"] for each in themes] == [language] * 2
        lesson = page(f"/courses/{course}/lessons/acequia", as_=ben)
        assert lesson.all(".breadcrumbs a")[1]["lang"] == language


def test_a_theme_without_translation_is_spanish_in_a_course_that_has_one(page, ben):
    course = make.course(english=True)
    make.enrolment(ben, course)
    course.modules[0].translations = {}
    course.imported_at = now()
    session.commit()
    themes = shown_in_english(page, ben, "/courses/agua").all("h3")
    assert [each["lang"] for each in themes] == ["es", "en"]


def test_a_glossary_only_in_spanish_says_so_in_english(page, ben):
    make.course()
    shown = shown_in_english(page, ben, "/courses/agua/glossary")
    assert shown.one(".notice.warn").text == (
        "For now this glossary is only in its original language."
    )
    assert shown.one("div[lang=es] h3").text == "Acequia"


def test_a_spanish_glossary_needs_no_notice_in_spanish(page, ben):
    make.course()
    assert not page("/courses/agua/glossary", as_=ben).all(".notice.warn")


@pytest.mark.parametrize(("language", "unit"), [("es", "kg/hab/día"), ("en", "kg/inhab./day")])
def test_units_are_said_in_the_pages_language(page, everything, language, unit):
    everything.language = language
    found = session.scalars(select(Indicator).filter_by(code="A02")).one()
    found.spec = found.spec | {"unit": {"es": "kg/hab/día", "en": "kg/inhab./day"}}
    session.commit()
    where = "/profiles/equipo-de-paita/perfil-ambiental/indicators/A02"
    shown = page(where, as_=everything)
    assert any(unit in each.text for each in shown.all(".hint"))
    answer = {"value": "-5", "year": "1996", "source": "Censo", "base": "0"}
    refused = page(where, as_=everything, data=answer, status=422)
    assert any(unit in each.text for each in refused.all(".error"))
    assert "'es':" not in shown.text + refused.text


def test_the_profiles_units_have_english_where_they_hold_words():
    read = read_template(Path(__file__).parents[1] / "content" / "profiles" / "perfil-ambiental")
    units = [each["unit"] for each in read.template.indicators]
    spanish = re.compile(r"\b(hab|día|días|año|casos|viv|de|por|NMP)\b")
    assert not [each for each in units if isinstance(each, str) and spanish.search(each)]
    both = [each for each in units if not isinstance(each, str)]
    assert both
    assert not [each for each in both if spanish.search(each["en"])]
