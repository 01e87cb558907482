"""Two people, or one with two clicks, at the same moment: nothing is lost, nothing counts twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from pegup.accounts.models import Identity, Kind, Person, Role
from pegup.accounts.recognise import Claim, recognise
from pegup.assessments.models import Attempt
from pegup.cohorts.models import Cohort, CohortMember, Message, MessageCopy
from pegup.courses.models import Enrolment, LessonRead
from pegup.db import Model, now
from pegup.directory.models import City, Sector
from pegup.grants.models import Application
from pegup.offline.models import Delivery
from pegup.profiles.models import OwnSection, Profile, Publication, SectionVersion
from pegup.standalone.links import make_link
from pegup.standalone.models import Account
from pegup.teams.models import Invitation, Seat, Team
from pegup.teams.operations import Place, begin_team, invite
from tests.pages import checked

COURSE = "/courses/promotores-ambientales"
LESSON = f"{COURSE}/lessons/ciudad-que-habitamos"
TEAM = "/teams/equipo-de-ilo"
PROFILE = "/profiles/equipo-de-ilo/perfil-ambiental"
OPEN = "/profiles/equipo-de-ilo/plan-de-promocion"


@pytest.fixture
def learner(site) -> int:
    """Somebody new who attends the course."""
    person = site.person()
    assert site.client(person).post(f"{COURSE}/enrolment").status_code == 302
    return person


def count(site, model: type[Model], **given) -> int:
    with site.looking() as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**given))


def statuses(responses) -> list[int]:
    return sorted(each.status_code for each in responses)


def test_two_who_write_the_same_section_lose_neither_text(site):
    address = f"{PROFILE}/sections/1.1"
    writers = [site.client(site.person(role)) for role in ("team coordinator", "member")]
    base = checked(writers[0].get(address)).one("[name=base]")["value"]
    texts = ["Lo que escribió una: agua por horas.", "Lo que escribió el otro: polvo en el puerto."]

    def write(who, text):
        return lambda: who.post(address, data={"base": base, "text": text})

    sent = [write(who, text) for who, text in zip(writers, texts, strict=True)]
    answers = site.together(*sent, at="INSERT INTO pegup_section_version")
    assert statuses(answers) == [302, 409]
    conflict = next(each for each in answers if each.status_code == 409)
    page = checked(conflict, 409)
    lost = texts[answers.index(conflict)]
    assert page.one("textarea[name=text]").text.strip() == lost
    stored = next(text for text in texts if text != lost)
    with site.looking() as session:
        query = SectionVersion.of(session.scalars(profile_of_ilo()).one(), "1.1")
        assert session.scalars(query.limit(1)).one().text == stored
    base = page.one("[name=base]")["value"]
    again = writers[answers.index(conflict)].post(address, data={"base": base, "text": lost})
    assert again.status_code == 302


def test_two_who_measure_the_same_indicator_lose_neither(site):
    address = f"{PROFILE}/indicators/A02"
    client = site.client(site.person("team coordinator"))
    base = checked(client.get(address)).one("[name=base]")["value"]
    rest = {"base": base, "year": "1996", "source": "OEFA", "no_data_reason": ""}

    def measure(value):
        return lambda: client.post(address, data=rest | {"value": value})

    answers = site.together(measure("41"), measure("43"), at="INSERT INTO pegup_indicator_value")
    assert statuses(answers) == [302, 409]
    lost = "41" if answers[0].status_code == 409 else "43"
    refused = next(each for each in answers if each.status_code == 409)
    assert checked(refused, 409).one("[name=value]")["value"] == lost


def test_two_clicks_begin_one_attempt(site, learner):
    client = site.client(learner)
    begin = [lambda: client.post(f"{LESSON}/attempts")] * 2
    answers = site.together(*begin, at="INSERT INTO pegup_attempt")
    assert statuses(answers) == [302, 302]
    assert answers[0].location == answers[1].location
    assert count(site, Attempt, person_id=learner) == 1


def test_two_clicks_finish_an_attempt_once(site, learner):
    client = site.client(learner)
    address = client.post(f"{LESSON}/attempts").location
    finish = [lambda: client.post(address, data={"action": "finish"})] * 2
    answers = site.together(*finish, at="UPDATE pegup_attempt")
    assert statuses(answers) == [302, 302]
    with site.looking() as session:
        attempt = session.scalars(select(Attempt).filter_by(person_id=learner)).one()
        assert attempt.mark == 0
    checked(client.get(address))


def test_an_answer_saved_while_the_attempt_is_finished_is_in_it_or_refused(site, learner):
    client = site.client(learner)
    address = client.post(f"{LESSON}/attempts").location
    radio = checked(client.get(address)).all("main form input[type=radio]")[0]
    attempt, key = address.rsplit("/", 1)[1], str(uuid4())
    answer = {"attempt": attempt, "fields": [[radio["name"], radio["value"]]]}
    with site.looking() as session:
        person = str(session.get(Person, learner).uuid)
    sent = {"id": key, "kind": "answers", "age": 0, "data": answer}
    saved, finished = site.together(
        lambda: client.post("/outbox", json={"person": person, "items": [sent]}),
        lambda: client.post(address, data={"action": "finish"}),
        at="SELECT pegup_attempt.submitted_at",
    )
    assert finished.status_code == 302
    with site.looking() as session:
        attempt = session.scalars(select(Attempt).filter_by(person_id=learner)).one()
        given = [answer.given for answer in attempt.answers if answer.given is not None]
        assert bool(given) == (saved.json["taken"][key]["outcome"] == "stored")
        for answer in attempt.answers:
            assert answer.points is not None


def test_what_a_page_and_the_worker_hand_in_at_once_is_taken_from_both(site, learner):
    client = site.client(learner)
    assert client.post(f"{COURSE}/enrolment").status_code == 302
    with site.looking() as session:
        person = str(session.get(Person, learner).uuid)
    read = {"course": "promotores-ambientales", "lesson": "ciudad-que-habitamos"}
    sent = {"id": str(uuid4()), "kind": "read", "age": 0, "data": read}
    hand = [lambda: client.post("/outbox", json={"person": person, "items": [sent]})] * 2
    answers = site.together(*hand, at="INSERT INTO pegup_delivery")
    assert statuses(answers) == [200, 200], "409 would mean that it is another person's"
    assert [each.json["taken"][sent["id"]]["outcome"] for each in answers] == ["stored"] * 2
    assert count(site, Delivery, person_id=learner) == 1


@pytest.mark.parametrize(
    ("action", "row"),
    [("enrolment", Enrolment), ("lessons/ciudad-que-habitamos/reading", LessonRead)],
)
def test_two_clicks_count_once(site, action, row):
    person = site.person()
    client = site.client(person)
    if row is LessonRead:
        client.post(f"{COURSE}/enrolment")
    click = [lambda: client.post(f"{COURSE}/{action}")] * 2
    answers = site.together(*click, at=f"INSERT INTO {row.__tablename__}")
    assert statuses(answers) == [302, 302]
    assert count(site, row, person_id=person) == 1


def invitation(site) -> str:
    with site.looking() as session:
        team = session.scalars(select(Team).filter_by(slug="equipo-de-ilo")).one()
        by = session.get(Person, team.created_by_id)
        return invite(team, by=by, at=now(), sector=Sector.UNIVERSITY)


def join(client, code):
    data = {"sector": Sector.UNIVERSITY, "organisation": "", "experience": ""}
    return lambda: client.post(f"/teams/join/{code}", data=data)


def test_an_invitation_seats_one_person(site):
    code = invitation(site)
    guests = [site.person(), site.person()]
    sent = [join(site.client(guest), code) for guest in guests]
    answers = site.together(*sent, at="INSERT INTO pegup_seat")
    seated = [count(site, Seat, person_id=guest) for guest in guests]
    assert sum(seated) == 1, statuses(answers)
    assert all(each < 500 for each in statuses(answers))
    assert answers[seated.index(1)].status_code == 302
    assert count(site, Invitation, accepted_by_id=guests[seated.index(1)]) == 1


def test_one_guest_with_two_invitations_gets_one_seat(site):
    guest = site.person()
    sent = [join(site.client(guest), invitation(site)) for _ in range(2)]
    answers = site.together(*sent, at="INSERT INTO pegup_seat")
    assert all(each < 500 for each in statuses(answers))
    assert count(site, Seat, person_id=guest, left_at=None) == 1


def test_two_teams_of_one_name_get_two_addresses(site):
    with site.looking() as session:
        city = session.scalars(select(City).filter_by(slug="paita")).one().slug
    rest = {"sector": Sector.NGO, "organisation": "", "experience": ""}
    data = rest | {"city": city, "name": "Equipo nuevo"}
    clients = [site.client(site.person()) for _ in range(2)]
    sent = [lambda client=client: client.post("/teams/new", data=data) for client in clients]
    answers = site.together(*sent, at="INSERT INTO pegup_team")
    assert all(each < 500 for each in statuses(answers))
    again = [client.post("/teams/new", data=data) for client in clients]
    assert all(each.status_code < 500 for each in again)
    assert count(site, Team, name="Equipo nuevo") >= 2


def profile_of_ilo():
    return (
        select(Profile).join(Team).where(Team.slug == "equipo-de-ilo").order_by(Profile.id).limit(1)
    )


@pytest.mark.parametrize(
    ("address", "data", "row"),
    [
        (f"{PROFILE}/publication", {}, Publication),
        (f"{PROFILE}/sections/new", {"title": "El mar de Ilo"}, OwnSection),
    ],
)
def test_two_clicks_on_a_document_count_once(site, address, data, row):
    client = site.client(site.person("team coordinator"))
    section = f"{PROFILE}/sections/1.2"
    base = checked(client.get(section)).one("[name=base]")["value"]
    client.post(section, data={"base": base, "text": f"Antes de {row.__name__}."})
    before = count(site, row)
    send = [lambda: client.post(address, data=data)] * 2
    answers = site.together(*send, at=f"INSERT INTO {row.__tablename__}")
    assert statuses(answers)[0] == 302
    assert all(each < 500 for each in statuses(answers)), statuses(answers)
    assert count(site, row) == before + 1


def test_one_document_is_begun_once(site):
    person = site.person()
    with site.looking() as session:
        city = session.scalars(select(City).filter_by(slug="paita")).one()
        by, place = session.get(Person, person), Place(Sector.NGO)
        team = begin_team(city=city, name="Otro equipo", by=by, place=place, at=now())
        slug, key = team.slug, team.id
    client = site.client(person)
    begin = [lambda: client.post(f"/profiles/{slug}/perfil-ambiental")] * 2
    answers = site.together(*begin, at="INSERT INTO pegup_profile")
    assert all(each < 500 for each in statuses(answers)), statuses(answers)
    assert count(site, Profile, team_id=key) == 1


def test_the_first_two_pages_of_a_hosts_person_make_one_person(site, monkeypatch):
    claim = Claim(issuer="barrio", subject="7", name="Beto", email="beto@example.org")
    monkeypatch.setattr(site.app.extensions["pegup"], "current_person", lambda: recognise(claim))
    look = [lambda: site.client(None).get("/courses/")] * 2
    answers = site.together(*look, at="INSERT INTO pegup_person")
    asks_to_come_again = site.engine.name == "sqlite"  # its readers cannot wait for a writer
    assert statuses(answers) == [200, 503 if asks_to_come_again else 200]
    assert look[0]().status_code == 200
    assert count(site, Identity, issuer="barrio") == 1
    assert count(site, Person, name="Beto") == 1


def test_two_administrators_who_dismiss_each_other_leave_one(site):
    administrators = [site.person("administrator"), site.person()]
    with site.looking() as session:
        session.add(Role(person_id=administrators[1], kind=Kind.ADMINISTRATOR))
        uuids = [session.get(Person, each).uuid for each in administrators]
    sent = [
        lambda by=by, uuid=uuid: site.client(by).post(
            f"/people/{uuid}/roles/removal", data={"kind": "administrator", "scope": ""}
        )
        for by, uuid in zip(administrators, reversed(uuids), strict=True)
    ]
    answers = site.together(*sent, at="DELETE FROM pegup_role")
    assert all(each < 500 for each in statuses(answers)), statuses(answers)
    assert count(site, Role, kind="administrator") >= 1


def registration(site, email, invitation=""):
    data = {"name": "Nueva Vecina", "email": email, "password": "el agua baja del cerro"}
    return lambda: site.client(None).post("/register", data=data | {"invitation": invitation})


def test_the_last_place_of_a_sign_up_link_is_given_once(site, monkeypatch):
    monkeypatch.setitem(site.app.config, "PEGUP_REGISTRATION", "invitation")
    coordinator = site.person("coordinator")
    with site.looking() as session:
        token = make_link("Taller", 1, session.get(Person, coordinator), now())
    emails = ["nueva1@example.org", "nueva2@example.org"]
    sent = [registration(site, email, token) for email in emails]
    answers = site.together(*sent, at="INSERT INTO pegup_account")
    assert statuses(answers) == [302, 422]
    assert sum(count(site, Account, email=email) for email in emails) == 1


def test_two_clicks_make_one_account(site):
    sent = [registration(site, "nueva@example.org")] * 2
    answers = site.together(*sent, at="INSERT INTO pegup_account")
    assert statuses(answers)[0] == 302
    assert all(each < 500 for each in statuses(answers)), statuses(answers)
    assert count(site, Account, email="nueva@example.org") == 1
    assert count(site, Person, email="nueva@example.org") == 1


def test_two_who_write_the_teams_statement_lose_neither_text(site):
    address = "/calls/promotores-1997/teams/equipo-de-ilo/statement"
    client = site.client(site.person("team coordinator"))
    base = checked(client.get(address)).one("[name=base]")["value"]
    texts = ["Limpiamos la playa cada mes. " * 5, "Sembramos árboles en la pampa. " * 5]
    sent = [
        lambda text=text: client.post(address, data={"base": base, "text": text}) for text in texts
    ]
    answers = site.together(*sent, at="INSERT INTO pegup_statement")
    assert statuses(answers) == [302, 409]
    refused = next(each for each in answers if each.status_code == 409)
    page = checked(refused, 409)
    lost, stored = texts[answers.index(refused)], texts[1 - answers.index(refused)]
    assert page.one("textarea[name=text]").text.strip() == lost.strip()
    assert stored.strip() in page.text


def test_two_clicks_apply_once(site):
    address = "/calls/promotores-1997/teams/equipo-de-ilo"
    client = site.client(site.person("team coordinator"))
    client.post(f"{address}/application/withdrawal")
    before = count(site, Application)
    apply = [lambda: client.post(f"{address}/application")] * 2
    answers = site.together(*apply, at="INSERT INTO pegup_application")
    assert statuses(answers) == [302, 302]
    assert count(site, Application) == before + 1


def test_a_message_sent_by_two_clicks_is_one_with_one_copy_each(site, monkeypatch):
    monkeypatch.setattr("pegup.cohorts.mailing.send_soon", lambda: None)
    trainer = site.client(site.person("trainer"))
    with site.looking() as session:
        learner = session.get(Person, site.person("learner")).uuid
    data = {"to": str(learner), "key": uuid4().hex, "text": "Ánimo", "step": "send"}
    address = "/messages/groups/promotores-ambientales/grupo-de-demostracion/new"
    send = lambda: trainer.post(address, data=data)  # noqa: E731
    answers = site.together(send, send, at="INSERT INTO pegup_message ")
    assert statuses(answers) == [302, 302]
    assert answers[0].location == answers[1].location
    assert count(site, Message) == count(site, MessageCopy) == 1


def test_a_team_that_two_bring_into_a_group_is_in_it_once(site):
    trainer = site.client(site.person("trainer"))
    address = "/cohorts/promotores-ambientales"
    data = {"name": "Nuevo", "starts_on": "2026-01-05", "ends_on": "2026-05-05"}
    assert trainer.post(f"{address}/new", data=data).status_code == 302
    add = lambda: trainer.post(f"{address}/nuevo/people", data={"team": "equipo-de-ilo"})  # noqa: E731
    answers = site.together(add, add, at="INSERT INTO pegup_cohort_member")
    assert set(statuses(answers)) <= {302, 409}
    with site.looking() as session:
        cohort = session.scalars(select(Cohort.id).filter_by(slug="nuevo")).one()
    assert count(site, CohortMember, cohort_id=cohort, left_at=None) == 4
