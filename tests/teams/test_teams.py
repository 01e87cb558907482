"""Teams through their pages: begin, invite, join, leave, and who may see what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pegup.accounts.models import Kind
from pegup.db import now, session
from pegup.directory.models import Sector
from pegup.teams.models import Arrival, Invitation, Team
from pegup.teams.operations import BadInvitation, invitation_for, invite
from pegup.teams.sectors import missing_sectors
from tests import make


def test_beginning_a_team_seats_its_coordinator(page, ben):
    make.city("Paita")
    sent = {
        "city": "paita",
        "name": "Equipo de Paita",
        "sector": "ngo",
        "organisation": "",
        "experience": "Limpiamos",
    }
    page("/teams/new", as_=ben, data=sent, status=302)
    room = page("/teams/equipo-de-paita", as_=ben)
    assert "Ben Learner" in room.text
    assert "Coordina: Ben Learner" in room.text


def test_wrong_form_keeps_what_was_typed(page, ben):
    make.city("Paita")
    again = page("/teams/new", as_=ben, data={"name": "Los de Paita"}, status=422)
    assert again.one("input[name=name]")["value"] == "Los de Paita"
    assert "Elige la ciudad del equipo." in again.text


def test_two_teams_of_one_name_have_two_addresses(ben, ada):
    paita = make.city("Paita")
    assert make.team(ben, city=paita).slug != make.team(ada, city=paita).slug


def test_room_says_which_sectors_are_missing(page, ben):
    team = make.team(ben, sector=Sector.NGO)
    missing = [
        item.get_text(" ", strip=True)
        for item in page(f"/teams/{team.slug}", as_=ben).all("li.missing")
    ]
    assert any("Gobierno local" in line for line in missing)
    assert not any("ONG" in line for line in missing)


def test_business_never_fills_a_required_seat():
    assert missing_sectors({Sector.BUSINESS, Sector.UNIVERSITY, Sector.NGO}) == [
        Sector.LOCAL_GOVERNMENT,
        Sector.COMMUNITY_ORGANIZATION,
    ]


def test_invitation_by_link_seats_one_guest_once(page, ben, ada, cleo):
    team = make.team(ben)
    code = (
        page(f"/teams/{team.slug}/invitations", as_=ben, data={"name": "Ada", "sector": ""})
        .one("code")
        .text
    )
    forgiving = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    page(
        f"/teams/join/{forgiving}",
        as_=ada,
        data={"sector": "local_government", "organisation": ""},
        status=302,
    )
    assert "Ada Trainer" in page(f"/teams/{team.slug}", as_=ben).text
    page(f"/teams/join/{code}", as_=cleo, data={"sector": "ngo"}, status=409)


def test_old_or_withdrawn_invitations_seat_nobody(world, ben):
    team = make.team(ben)
    code = invite(team, by=ben, at=now())
    with pytest.raises(BadInvitation):
        invitation_for(code, now() + timedelta(days=31))
    invitation_for(code, now()).withdrawn_at = now()
    with pytest.raises(BadInvitation):
        invitation_for(code, now())


def test_the_table_of_invitations_holds_no_code(world, ben):
    code = invite(make.team(ben), by=ben, at=now())
    assert code.replace("-", "") not in session.query(Invitation).one().token_hash


def test_strangers_do_not_learn_that_a_team_exists(page, ben, cleo):
    team = make.team(ben)
    for path in (
        "",
        "/invitations",
        "/seat",
        "/seat/leaving",
        "/members/new",
        "/committee",
        "/agenda-process",
    ):
        page(f"/teams/{team.slug}{path}", as_=cleo, status=404)


def test_members_do_not_manage_and_coordinators_do_not_write(page, ben, ada, root):
    team = make.team(ben, local_government=ada)
    page(f"/teams/{team.slug}/members/new", as_=ada, status=403)
    coordinator = make.person("Coordinating Person", roles=[(Kind.COORDINATOR, "")])
    page(f"/teams/{team.slug}/members/new", as_=coordinator)
    page(f"/teams/{team.slug}/committee", as_=coordinator, status=403)


def test_leaving_keeps_the_team_coordinated(page, ben, ada):
    team = make.team(ben, local_government=ada)
    page(f"/teams/{team.slug}/seat/leaving", as_=ben, data={}, status=302)
    page(f"/teams/{team.slug}", as_=ben, status=404)
    assert "Coordina: Ada Trainer" in page(f"/teams/{team.slug}", as_=ada).text


def test_member_without_email_gets_a_seat(page, ben):
    team = make.team(ben)
    sent = {"name": "Rosa del Mercado", "sector": "community_organization"}
    page(f"/teams/{team.slug}/members/new", as_=ben, data=sent, status=302)
    assert "Rosa del Mercado" in page(f"/teams/{team.slug}", as_=ben).text


def test_coordinator_groups_people_who_came_alone(page, ben, cleo):
    make.city("Paita")
    coordinator = make.person("Coordinating Person", roles=[(Kind.COORDINATOR, "")])
    for alone, sector in ((ben, "ngo"), (cleo, "local_government")):
        page("/teams/arrival", as_=alone, data={"city": "paita", "sector": sector}, status=302)
    keys = [str(arrival.uuid) for arrival in session.scalars(Arrival.waiting())]
    page("/teams/arrivals/seats", as_=coordinator, data={"arrival": keys, "team": ""}, status=302)
    team = session.query(Team).one()
    assert {seat.person_id for seat in team.seats} == {ben.id, cleo.id}
    assert "Nadie espera equipo" in page("/teams/arrivals", as_=coordinator).text
    page("/teams/arrivals", as_=ben, status=403)


def test_people_of_two_cities_are_not_one_team(page, ben, cleo):
    make.city("Paita")
    make.city("Ilo")
    coordinator = make.person("Coordinating Person", roles=[(Kind.COORDINATOR, "")])
    page("/teams/arrival", as_=ben, data={"city": "paita", "sector": "ngo"}, status=302)
    page("/teams/arrival", as_=cleo, data={"city": "ilo", "sector": "ngo"}, status=302)
    keys = [str(arrival.uuid) for arrival in session.scalars(Arrival.waiting())]
    refused = page("/teams/arrivals/seats", as_=coordinator, data={"arrival": keys}, status=409)
    assert "una sola ciudad" in refused.text
    assert session.query(Team).count() == 0


def test_committee_needs_a_day_that_has_come(page, ben):
    team = make.team(ben)
    act = {"act": "Firmaron la junta de vecinos y la municipalidad."}
    page(
        f"/teams/{team.slug}/committee",
        as_=ben,
        data={"formed_on": "2999-01-01", **act},
        status=422,
    )
    page(f"/teams/{team.slug}/committee", as_=ben, data={"formed_on": "ayer", **act}, status=422)
    page(
        f"/teams/{team.slug}/committee",
        as_=ben,
        data={"formed_on": "1997-05-20", **act},
        status=302,
    )
    assert "Comité formado el 20 de mayo de 1997" in page(f"/teams/{team.slug}", as_=ben).text


def test_a_link_to_a_process_is_never_a_script(page, ben):
    team = make.team(ben)
    sent = {
        "began": "1996",
        "description": "Reuniones de vecinos cada mes",
        "link": "javascript:alert(1)",
    }
    page(f"/teams/{team.slug}/agenda-process", as_=ben, data=sent, status=422)


def test_a_process_that_has_not_begun_yet_is_not_under_way(page, ben):
    team = make.team(ben)
    sent = {"began": "2098", "description": "Reuniones de vecinos cada mes", "link": ""}
    again = page(f"/teams/{team.slug}/agenda-process", as_=ben, data=sent, status=422)
    assert "Esa fecha todavía no llega." in again.text


def test_a_team_coordinator_prints_a_code_for_who_has_no_email(page, ben, ada, client):
    team = make.team(ben, local_government=ada)
    sent = {"name": "Tomasa Sin Correo", "sector": "community_organization"}
    page(f"/teams/{team.slug}/members/new", as_=ben, data=sent, status=302)
    [form] = [
        each
        for each in page(f"/teams/{team.slug}", as_=ben).all("form")
        if each["action"].endswith("/codes")
    ]
    assert "Tomasa" in form.text
    sheet = page(form["action"], as_=ben, data={})
    assert sheet.one("article h2").text == "Tomasa Sin Correo"
    assert len(sheet.one("article code").text.replace("-", "")) >= 20


def test_nobody_gets_a_code_into_an_account_that_has_an_email(page, ben, ada, cleo):
    team = make.team(ben, local_government=ada)
    where = f"/teams/{team.slug}/members"
    coordinator = make.person("Telma", roles=[(Kind.COORDINATOR, "")])
    assert "Códigos para entrar sin correo" not in page(f"/teams/{team.slug}", as_=ben).text
    page(f"{where}/{ada.uuid}/codes", as_=ben, data={}, status=403)
    page(f"{where}/{ada.uuid}/codes", as_=coordinator, data={}, status=403)
    page(f"{where}/{ben.uuid}/codes", as_=ada, data={}, status=403)
    page(f"{where}/{cleo.uuid}/codes", as_=ben, data={}, status=404)
    page(f"{where}/{ada.uuid}/codes", as_=cleo, data={}, status=404)


def test_a_member_without_email_who_has_a_role_gets_no_code_here(page, ben):
    staff = make.person("Staff", roles=[(Kind.COORDINATOR, "")])
    staff.email = None
    team = make.team(ben, local_government=staff)
    page(f"/teams/{team.slug}/members/{staff.uuid}/codes", as_=ben, data={}, status=403)
