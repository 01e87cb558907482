"""What is stored comes back as it was, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from alembic import command
from sqlalchemy import create_engine, func, inspect, select

from pegup.accounts.models import Person
from pegup.assessments.models import Attempt
from pegup.cohorts.digest import send_digests
from pegup.courses.when import monday_of
from pegup.db import Model, now
from pegup.directory.models import City
from pegup.migrations import VERSION_TABLE, config, is_current, upgrade
from pegup.profiles.models import IndicatorValue, Profile, SectionVersion
from pegup.web.language import LIMA
from pegup.web.letters import Fate
from tests.pages import Page, checked
from tests.schema import shape
from tests.storage.conftest import run

LESSON = "/courses/promotores-ambientales/lessons/ciudad-que-habitamos"
PROFILE = "/profiles/equipo-de-ilo/perfil-ambiental"
TEXT = "Ñawi, yaku, kʼiski: «¿qué pasó?» Qusqu, Áncash, Ünïcödé 🌱 — 67,7 %"


def test_migrations_make_what_the_models_say(engine, empty):
    made = create_engine(empty)
    with made.begin() as connection:
        upgrade(connection)
        upgrade(connection)
        assert is_current(connection)
        command.check(config(connection))
        found = shape(connection)
        command.downgrade(config(connection), "base")
        assert inspect(connection).get_table_names() == [VERSION_TABLE]
        Model.metadata.create_all(connection)
        wanted = shape(connection)
    made.dispose()
    assert found.pop(VERSION_TABLE)
    assert wanted.pop(VERSION_TABLE)
    assert found == wanted


def test_content_and_demonstration_again_change_nothing(site, monkeypatch):
    with site.looking() as session:
        url = session.get_bind().url.render_as_string(hide_password=False)
        before = counts(session)
    monkeypatch.setenv("PEGUP_DATABASE_URL", url)
    monkeypatch.setenv("PEGUP_DATA", str(site.app.config["PEGUP_DATA"]))
    lines = run("content", "import").splitlines()
    assert lines
    assert [line for line in lines if not line.endswith(": nothing changed")] == []
    run("demo")
    with site.looking() as session:
        assert counts(session) == before
    assert before["pegup_lesson"] == 20
    assert before["pegup_team"] == 12


def test_people_of_the_demonstration_work_by_daylight(site):
    with site.looking() as session:
        saved = [
            *session.scalars(select(SectionVersion.saved_at)),
            *session.scalars(select(IndicatorValue.saved_at)),
        ]
    assert len(saved) > 100
    assert {8 <= each.astimezone(LIMA).hour < 18 for each in saved} == {True}


def test_some_of_the_demonstration_completed_the_course_and_others_not(site):
    """Whoever looks at it meets both, whatever the questions become."""
    people = site.client(site.person("trainer")).get("/grades/promotores-ambientales/people")
    rows = [[cell.text.strip() for cell in row("td")] for row in checked(people).all("tbody tr")]
    assert {row[-1] for row in rows} == {"Sí", "No"}
    assert any(0 < int(row[0]) < 11 for row in rows), "a mark that is not enough"


def test_an_answer_comes_back_as_it_was_given(site):
    person = site.person()
    client = site.client(person)
    client.post("/courses/promotores-ambientales/enrolment")
    address = client.post(f"{LESSON}/attempts").location
    fields = filled(checked(client.get(address)))
    assert client.post(address, data={**fields, "action": "save"}).status_code == 302
    assert shown(checked(client.get(address))) == fields
    assert client.post(address, data={**fields, "action": "finish"}).status_code == 302
    checked(client.get(address))
    with site.looking() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.person_id == person)).one()
        mark = sum(answer.points for answer in attempt.answers) / len(attempt.answers)
        assert isinstance(attempt.mark, Decimal)
        assert attempt.mark == mark.quantize(Decimal("0.000001"))
        assert attempt.submitted_at.tzinfo is UTC
        assert timedelta(0) <= datetime.now(UTC) - attempt.submitted_at < timedelta(minutes=1)


def test_words_come_back_letter_by_letter(site):
    client = site.client(site.person("team coordinator"))
    address = f"{PROFILE}/sections/1.1"
    base = checked(client.get(address)).one("[name=base]")["value"]
    assert client.post(address, data={"base": base, "text": TEXT}).status_code == 302
    assert checked(client.get(address)).one("textarea[name=text]").text.strip() == TEXT


def test_times_of_any_zone_are_stored_as_utc(site):
    lima = timezone(timedelta(hours=-5))
    at = datetime(1997, 5, 3, 23, 59, 59, 123456, lima)
    with site.looking() as session:
        session.add(Person(name="Reloj", created_at=at))
    with site.looking() as session:
        query = select(Person).where(Person.created_at == at)
        stored = session.scalars(query).one().created_at
    assert stored == at
    assert stored.isoformat() == "1997-05-04T04:59:59.123456+00:00"


@pytest.mark.parametrize("value", ["67.7", "0.1", "0.000001", "123456789.123456", "-3"])
def test_decimals_are_exact(site, value):
    with site.looking() as session:
        profile = session.scalars(select(Profile).limit(1)).one()
        row = IndicatorValue(profile_id=profile.id, code="X1", number=1, value=Decimal(value))
        row.author_id, row.saved_at = 1, datetime.now(UTC)
        session.add(row)
        session.flush()
        key = row.id
    with site.looking() as session:
        stored = session.get(IndicatorValue, key).value
    assert isinstance(stored, Decimal)
    assert stored == Decimal(value)


def test_people_are_found_and_sorted_alike(site):
    names = ["Ñusta Quispe", "zoila Huamán", "Ángel Huaman", "abel Ríos", "Nora HUAMÁN", "Óscar Z"]
    with site.looking() as session:
        session.add_all([Person(name=name) for name in names])
    with site.looking() as session:
        added = select(Person).where(Person.name.in_(names))
        order = [each.name for each in session.scalars(added.order_by(Person.folded))]
        found = [each.name for each in session.scalars(Person.matching("huaman"))]
    assert order == sorted(names, key=lambda name: Person(name=name).name and plain(name))
    assert found == ["Ángel Huaman", "Nora HUAMÁN", "zoila Huamán"]


def test_who_is_stuck_is_the_same_on_every_database(site):
    page = site.client(site.person("trainer")).get(
        "/cohorts/promotores-ambientales/grupo-de-1997?reason=all&order=name"
    )
    text = " ".join(checked(page).text.split())
    assert "De 34 personas, 31 necesitan una palabra." in text
    assert "Curso completo" in text


def test_the_weekly_mail_goes_once_on_every_database(site):
    with site.app.app_context():
        first = send_digests(monday_of(now().date()), at=now())
        again = send_digests(monday_of(now().date()), at=now())
        folder = site.app.config["PEGUP_DATA"] / "mail"
    assert first.told[Fate.SENT] > 20
    assert again.told == {}
    mails = [file.read_text() for file in folder.glob("*.eml")]
    assert sum("List-Unsubscribe: <http" in mail for mail in mails) >= first.told[Fate.SENT]


def test_a_page_of_each_feature_opens_for_each_role(site):
    opened = 0
    for account in [None, *site.accounts]:
        client = site.client(site.person(account["role"]) if account else None)
        links = {each["href"] for each in checked(client.get("/")).all("a[href^='/']")}
        for path in sorted(links | set(site.addresses.values())):
            response = client.get(path)
            assert response.status_code in {200, 302, 403, 404}, f"{path}: {response.status_code}"
            opened += response.status_code == 200
    administrator = site.client(site.person("administrator"))
    for name, path in site.addresses.items():
        assert administrator.get(path).status_code == 200 or name == "sign_in", path
    assert opened > 60


def counts(session) -> dict[str, int]:
    tables = Model.metadata.tables.values()
    return {each.name: session.scalar(select(func.count()).select_from(each)) for each in tables}


def plain(name: str) -> str:
    return name.lower().translate(str.maketrans("áéíóúñ", "aeioun"))


def filled(page: Page) -> dict[str, str]:
    """An answer for every control of an attempt: the first choice, or a number."""
    fields: dict[str, str] = {}
    for control in page.all("main form [name]"):
        name = control["name"]
        if control.name == "select":
            fields[name] = control.select("option[value]")[-1]["value"]
        elif control.get("type") in {"radio", "checkbox"}:
            fields.setdefault(name, control["value"])
        elif control.name == "input" and control.get("type") != "hidden":
            fields[name] = "67,7"
    return fields


def shown(page: Page) -> dict[str, str]:
    """What an attempt's page shows as given."""
    fields: dict[str, str] = {}
    for control in page.all("main form [name]"):
        if control.name == "select":
            fields[control["name"]] = control.select_one("option[selected]")["value"]
        elif control.get("type") in {"radio", "checkbox"}:
            if control.has_attr("checked"):
                fields[control["name"]] = control["value"]
        elif control.name == "input" and control.get("type") != "hidden":
            fields[control["name"]] = control["value"]
    return fields


def test_names_stand_in_the_alphabet_wherever_their_marks(site):
    names = [
        "Zarumilla",
        "Ñaña",
        "«Tirimata»",
        "Áncash",
        "abancay",
        "San Juan",
        "Sanabria",
        "Óvalo",
    ]
    with site.looking() as session:
        session.add_all([City(slug=f"x-{n}", name=name) for n, name in enumerate(names)])
    with site.looking() as session:
        query = City.in_order().where(City.slug.startswith("x-"))
        found = [city.name for city in session.scalars(query)]
    alphabet = "abancay Áncash Ñaña Óvalo San/Juan Sanabria «Tirimata» Zarumilla"
    assert found == [name.replace("/", " ") for name in alphabet.split()]
