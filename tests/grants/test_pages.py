"""A team before a call, through its pages: from missing to met, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from pegup.db import db, session
from pegup.directory.models import Attendance, ForumEvent, Sector
from pegup.grants.models import Application, Judgement, Statement
from pegup.grants.operations import all_results
from pegup.profiles.models import Profile
from pegup.profiles.operations import import_template
from pegup.teams.models import AgendaProcess, Committee, Team
from pegup.teams.operations import Place, seat_person
from tests import make
from tests.pages import assert_links_resolve
from tests.profiles import sample

CALL = "/calls/promotores-1997"
TEAM = f"{CALL}/teams/equipo-de-paita"
AT = datetime(1997, 5, 3, tzinfo=UTC)


def points(page, person, criterion: str) -> str:
    """``10 de 20 puntos`` as the team's page says it."""
    shown = page(TEAM, as_=person)
    card = next(c for c in shown.all("main .card") if c.h3.text.startswith(f"{criterion}."))
    return card.find("strong").text


def rules(page, person) -> list[str]:
    """``done`` or ``missing`` of each rule."""
    section = page(TEAM, as_=person).all("main section")[0]
    return [line["class"][0] for line in section.select("li")]


def test_strangers_read_the_call_its_numbers_and_their_contradiction(page, app, call):
    listed = page("/calls/")
    assert "Becas para el curso de promotores ambientales" in listed.text
    shown = page(CALL)
    assert "9 por 3 son 27, y las becas son 25" in shown.text
    assert "Solo la inscripción" in shown.text
    for criterion, worth in zip(call.spec["criteria"], (30, 20, 20, 10, 20), strict=True):
        card = next(c for c in shown.all(".card") if c.h3.text.startswith(criterion["id"]))
        assert f"{worth} puntos" in card.text
    assert_links_resolve(shown, app)
    page("/calls/otra", status=404)


def test_call_speaks_english(page, client, call):
    client.set_cookie("pegup-language", "en")
    shown = page(CALL)
    assert shown.one("h1").text == call.texts["en"]["title"]
    assert "The registration fee only." in shown.text


def test_list_of_calls_says_when_there_is_none(page, world):
    assert "Todavía no hay convocatorias" in page("/calls/").text


def test_rules_turn_from_missing_to_met(page, ben, call, team, seat, fill):
    assert rules(page, ben) == ["missing", "missing"]
    shown = page(TEAM, as_=ben)
    assert "Falta alguien de: Organización vecinal o comunal." in shown.text
    seat("Vecina")
    assert rules(page, ben) == ["done", "missing"]
    fill(7)
    assert "Falta responder 1 indicador." in page(TEAM, as_=ben).text
    assert rules(page, ben) == ["done", "missing"]
    fill(8)
    assert rules(page, ben) == ["done", "done"]


def test_information_counts_when_it_has_a_source_and_is_used(page, ben, call, team, fill):
    assert points(page, ben, "C1") == "0 de 30 puntos"
    fill(9)
    assert points(page, ben, "C1") == "6 de 30 puntos"
    fill(9, used=4)
    assert points(page, ben, "C1") == "16 de 30 puntos"


def test_combined_application_counts_once_for_the_city(page, ben, cleo, call, team, seat, ready):
    assert points(page, ben, "C2") == "5 de 20 puntos"
    seat("Otra Vecina")
    assert points(page, ben, "C2") == "10 de 20 puntos"
    page(f"{TEAM}/application", as_=ben, data={}, status=302)
    assert points(page, ben, "C2") == "20 de 20 puntos"
    rival = make.team(cleo, city=team.city)
    rival.name = "Los otros"
    row = Application(call_id=call.id, team_id=rival.id, sectors=["ngo"], applied_at=AT)
    session.add(row)
    session.commit()
    assert points(page, ben, "C2") == "10 de 20 puntos"
    assert "De su ciudad también postula: Los otros." in page(TEAM, as_=ben).text


def test_commitment_is_judged_by_a_person(page, ben, telma, call, team):
    assert "El equipo no ha escrito su declaración." in page(TEAM, as_=ben).text
    text = "Limpiamos la playa cada mes con la junta de vecinos."
    page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": text}, status=302)
    waiting = page(TEAM, as_=ben)
    assert "Lo decide una persona: la coordinación aún no la califica." in waiting.text
    assert text in waiting.text
    form = page(f"{TEAM}/judgements/C3", as_=telma)
    assert text in form.text
    assert len(form.all("input[type=radio]")) == 5
    sent = {"level": "75", "reason": "Trae actas y fotos de la limpieza.", "statement": "1"}
    page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=302)
    assert points(page, ben, "C3") == "15 de 20 puntos"
    assert "Trae actas y fotos" in page(TEAM, as_=ben).text
    again = sent | {"level": "100", "reason": "Además reparte las tareas."}
    page(f"{TEAM}/judgements/C3", as_=telma, data=again, status=302)
    assert points(page, ben, "C3") == "20 de 20 puntos"
    assert session.query(Judgement).count() == 2, "judgements are only added"
    assert "Trae actas y fotos" in page(f"{TEAM}/judgements/C3", as_=telma).text


@pytest.mark.parametrize(
    "sent",
    [
        {"level": "75", "reason": ""},
        {"level": "", "reason": "Trae actas y fotos."},
        {"level": "60", "reason": "Trae actas y fotos."},
        {"level": "75", "reason": "x" * 2001},
    ],
)
def test_judgement_needs_a_level_and_a_reason(page, telma, call, team, sent):
    shown = page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=422)
    assert shown.one("textarea").text.strip() == sent["reason"]
    assert session.query(Judgement).count() == 0


def test_forum_membership_and_events_count(page, ben, ada, call, team):
    assert points(page, ben, "C4") == "0 de 10 puntos"
    ours = make.organisation("IPES", sector=Sector.NGO, is_forum_member=True)
    seat_person(team, ben, Place(Sector.NGO, ours), at=AT)
    session.commit()
    assert points(page, ben, "C4") == "4 de 10 puntos"
    held = [ForumEvent(slug=f"e{n}", title_es=f"Seminario {n}", title_en="x") for n in (1, 2)]
    session.add_all([*held, Attendance(person_id=ada.id, event=held[0])])
    session.commit()
    assert points(page, ben, "C4") == "7 de 10 puntos"
    session.add(Attendance(person_id=ben.id, event=held[0]))
    session.commit()
    assert points(page, ben, "C4") == "7 de 10 puntos", "the same event twice is one event"
    session.add(Attendance(person_id=ben.id, event=held[1]))
    session.commit()
    assert points(page, ben, "C4") == "10 de 10 puntos"
    assert "Seminario 1; Seminario 2" in page(TEAM, as_=ben).text


def test_agenda_21_counts_told_and_with_a_committee(page, ben, call, team):
    assert points(page, ben, "C5") == "0 de 20 puntos"
    session.add(AgendaProcess(team_id=team.id, began="1996", description="Mesas de barrio."))
    session.commit()
    assert points(page, ben, "C5") == "10 de 20 puntos"
    session.add(Committee(team_id=team.id, formed_on="1997-08-01", act="Firmaron doce."))
    session.commit()
    assert points(page, ben, "C5") == "20 de 20 puntos"
    assert "1 de agosto de 1997" in page(TEAM, as_=ben).text


def test_every_missing_thing_says_where_to_go(page, app, ben, client, call, team, tmp_path):
    import_template(sample.template(tmp_path / "template"))
    session.commit()
    shown = page(TEAM, as_=ben)
    assert_links_resolve(shown, app)
    links = [link["href"] for link in shown.all("main li.missing a")]
    assert len(links) >= 9
    for link in set(links):
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(
    ("has_sectors", "answers", "said"),
    [
        (False, 8, ["Falta alguien de: Organización vecinal o comunal."]),
        (True, 7, ["Falta responder 1 indicador."]),
        (True, 0, ["Empiecen el perfil."]),
        (False, 5, ["Falta alguien de: Organización", "Falta responder 3 indicadores."]),
    ],
)
def test_refusal_names_each_unmet_rule(
    page, ben, call, team, seat, fill, has_sectors, answers, said
):
    if has_sectors:
        seat("Vecina")
    if answers:
        fill(answers)
    assert not page(TEAM, as_=ben).all("form[action$='/application']")
    refused = page(f"{TEAM}/application", as_=ben, data={}, status=409)
    for words in said:
        assert words in refused.text
    everything = ("Falta alguien de", "Falta responder", "Empiecen el perfil")
    for words in everything:
        assert (words in refused.text) == any(words in each for each in said)
    assert session.query(Application).count() == 0


def test_team_applies_once_withdraws_and_applies_again(page, ben, ada, call, team, ready):
    assert page(TEAM, as_=ben).all("form[action$='/application']")
    page(f"{TEAM}/application", as_=ben, data={}, status=302)
    page(f"{TEAM}/application", as_=ada, data={}, status=302)
    row = session.query(Application).one()
    assert (row.applied_by_id, sorted(row.sectors)) == (
        ben.id,
        ["community_organization", "local_government", "ngo"],
    )
    shown = page(TEAM, as_=ada)
    assert "La envió Ben Learner." in shown.text
    assert "Se presentó con 3 personas." in shown.text
    page(f"{TEAM}/application/withdrawal", as_=ada, data={}, status=302)
    assert session.query(Application).one().withdrawn_by_id == ada.id
    assert not page(TEAM, as_=ada).all("form[action$='/withdrawal']")
    page(f"{TEAM}/application/withdrawal", as_=ada, data={}, status=302)
    page(f"{TEAM}/application", as_=ada, data={}, status=302)
    assert session.query(Application).count() == 2


def test_two_statements_at_once_lose_nothing(page, ben, ada, call, team):
    page(
        f"{TEAM}/statement",
        as_=ben,
        data={"base": "0", "text": "Lo que Ben sabe hacer."},
        status=302,
    )
    mine = {"base": "0", "text": "Lo que Ada sabe hacer."}
    again = page(f"{TEAM}/statement", as_=ada, data=mine, status=409)
    assert "Ben Learner guardó otra versión" in again.text
    assert "Lo que Ben sabe hacer." in again.text
    assert again.one("textarea").text.strip() == mine["text"]
    base = again.one("input[name=base]")["value"]
    page(f"{TEAM}/statement", as_=ada, data=mine | {"base": base}, status=302)
    page(f"{TEAM}/statement", as_=ada, data=mine | {"base": base}, status=302)
    assert session.query(Statement).count() == 2


@pytest.mark.parametrize("text", ["", "corto", "x" * 10_001])
def test_statement_has_bounds_and_comes_back(page, ben, call, team, text):
    shown = page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": text}, status=422)
    assert shown.one("textarea").text.strip() == text


def test_statement_is_cleaned(page, ben, telma, call, team):
    text = "<script>alert(1)</script> [x](javascript:alert(1)) y más palabras"
    page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": text}, status=302)
    for path, person in ((TEAM, ben), (f"{TEAM}/judgements/C3", telma)):
        assert not page(path, as_=person).all("main script, main a[href^=javascript]")


def test_who_may_do_what(page, ben, cleo, telma, call, team):
    doors = {
        "": {ben: 200, cleo: 404, telma: 200},
        "/statement": {ben: 200, cleo: 404, telma: 403},
        "/judgements/C3": {ben: 403, cleo: 404, telma: 200},
        "/judgements/C1": {ben: 403, cleo: 404, telma: 404},
    }
    for path, people in doors.items():
        for person, status in people.items():
            page(f"{TEAM}{path}", as_=person, status=status)
    for path in ("/application", "/application/withdrawal"):
        page(f"{TEAM}{path}", as_=cleo, data={}, status=404)
        page(f"{TEAM}{path}", as_=telma, data={}, status=403)
    for person, status in ((ben, 403), (cleo, 403), (telma, 200)):
        page(f"{CALL}/teams", as_=person, status=status)


def test_member_of_another_team_sees_only_the_own(page, cleo, call, team):
    make.team(cleo, city=make.city("Ilo"))
    page(f"{CALL}/teams/equipo-de-ilo", as_=cleo)
    page(TEAM, as_=cleo, status=404)
    shown = page(CALL, as_=cleo)
    assert "Equipo de Ilo" in shown.text
    assert "Equipo de Paita" not in shown.text


def test_nobody_judges_the_own_team(page, telma, call, team):
    seat_person(team, telma, Place(Sector.OTHER), at=AT)
    session.commit()
    refused = page(f"{TEAM}/judgements/C3", as_=telma, status=409)
    assert "Eres parte de este equipo" in refused.text
    sent = {"level": "100", "reason": "Somos los mejores."}
    page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=409)
    assert session.query(Judgement).count() == 0


def test_room_shows_what_the_call_says(page, ben, call, team):
    room = page("/teams/equipo-de-paita", as_=ben)
    assert "0 de 100 puntos" in room.text
    assert room.all(f"a[href='{TEAM}']")


def many_teams(count: int, city, like: Profile) -> None:
    for number in range(count):
        person = make.person(f"P{number}x{count} Apellido")
        team = make.team(person, city=city)
        session.add(Profile(team_id=team.id, template_id=like.template_id))
        event_ = ForumEvent(slug=f"s{count}-{number}", title_es="S", title_en="S")
        session.add_all([event_, Attendance(person_id=person.id, event=event_)])
        session.add(AgendaProcess(team_id=team.id, began="1996", description="x"))
    session.commit()


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["name", "points", "C4"])
def test_table_costs_the_same_for_three_and_thirty_teams(page, telma, ben, call, team, fill, sort):
    fill(3)
    profile, city = session.query(Profile).one(), team.city

    def statements() -> int:
        seen: list[str] = []

        def note(*arguments):
            seen.append(arguments[2])

        if telma in session:
            session.refresh(telma)
        session.expunge_all()  # what earlier steps loaded must not make this one cheaper
        event.listen(db.engine, "before_cursor_execute", note)
        page(f"{CALL}/teams?sort={sort}", as_=telma)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    many_teams(2, city, profile)
    few = statements()
    many_teams(27, session.merge(city), session.merge(profile))
    assert session.query(Team).count() == 30
    assert statements() == few


@pytest.mark.slow
def test_table_is_sorted_paged_and_links_to_what_waits(page, telma, ben, call, team, fill):
    fill(9, used=4)
    page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": "x" * 30}, status=302)
    profile = session.query(Profile).one()
    many_teams(54, make.city("Ancón"), profile)
    first = page(f"{CALL}/teams", as_=telma)
    assert len(first.all("tbody tr")) == 50
    assert "Equipo de Paita" not in first.one("tbody").text
    second = page(f"{CALL}/teams?page=2", as_=telma)
    assert "Equipo de Paita" in second.one("tbody").text
    assert second.all("a[rel=prev]")
    assert not second.all("a[rel=next]")
    assert second.one("a[href$='/judgements/C3']").text.startswith("por calificar")
    best = page(f"{CALL}/teams?sort=C1", as_=telma)
    assert "Equipo de Paita" in best.all("tbody tr")[0].text
    assert best.one("th[aria-sort=descending]").text == "C1"
    for odd in ("?sort=nada", "?page=-3", f"?page={10**30}", "?page=x"):
        page(f"{CALL}/teams{odd}", as_=telma)


def test_all_results_are_by_name_and_complete_across_batches(monkeypatch, ben, call, team, fill):
    monkeypatch.setattr("pegup.grants.operations.BATCH", 4)
    fill(3)
    many_teams(9, make.city("Ancón"), session.query(Profile).one())
    names = [found.name for found, _result in all_results(call)]
    assert names == sorted(names)
    assert len(names) == 10


def test_a_statement_or_a_reason_of_spaces_is_none(page, ben, telma, call, team):
    page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": " " * 40}, status=422)
    sent = {"level": "100", "reason": " " * 40}
    page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=422)
    assert points(page, ben, "C3") == "0 de 20 puntos"


def test_a_judgement_is_of_the_statement_that_was_read(page, ben, telma, call, team):
    old, new = "Limpiamos la playa cada mes, con actas.", "Pensamos hacer algo algún día."
    page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": old}, status=302)
    read = page(f"{TEAM}/judgements/C3", as_=telma).one("input[name=statement]")["value"]
    page(f"{TEAM}/statement", as_=ben, data={"base": "1", "text": new}, status=302)
    sent = {"level": "75", "reason": "Trae actas de la limpieza.", "statement": read}
    again = page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=409)
    assert new in again.text
    assert "Trae actas de la limpieza." in again.one("textarea").text
    assert again.one("input[name=level][checked]")["value"] == "75"
    assert points(page, ben, "C3") == "0 de 20 puntos"
    sent["statement"] = again.one("input[name=statement]")["value"]
    page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=302)
    assert points(page, ben, "C3") == "15 de 20 puntos"


def test_a_judgement_sent_twice_is_stored_once(page, ben, telma, call, team):
    text = "Limpiamos la playa cada mes, con actas."
    page(f"{TEAM}/statement", as_=ben, data={"base": "0", "text": text}, status=302)
    sent = {"level": "75", "reason": "Trae actas de la limpieza.", "statement": "1"}
    for _time in range(2):
        page(f"{TEAM}/judgements/C3", as_=telma, data=sent, status=302)
    assert session.query(Judgement).count() == 1
