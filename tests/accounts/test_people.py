"""The pages of people and roles."""

from __future__ import annotations

import io
import time
import uuid

import pytest
from sqlalchemy import event, func, select

from pegup.accounts import codes, operations
from pegup.accounts.models import Kind, Person, Role, SignInCode
from pegup.db import db, now, session
from tests import make


@pytest.fixture
def telma(world) -> Person:
    return make.person("Telma Vargas", roles=[(Kind.COORDINATOR, "")])


def roster(text: str | bytes):
    content = text.encode() if isinstance(text, str) else text
    return {"file": (io.BytesIO(content), "lista.csv")}


def people() -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_learners_see_nothing_of_it(page, ben, cleo):
    for path in ("/people/", f"/people/{cleo.uuid}", "/people/new", "/people/import"):
        page(path, as_=ben, status=403)
    for path in ("/people/codes", f"/people/{cleo.uuid}/codes", f"/people/{cleo.uuid}/roles"):
        page(path, as_=ben, data={}, status=403)


def test_list_is_searched_by_name_address_and_city(page, telma):
    session.add_all([Person(name="Juan Huamán", place="Huanta"), Person(name="100% Perú")])
    session.commit()
    assert "Juan Huamán" in page("/people/?q=huanta", as_=telma).text
    assert "Juan Huamán" in page("/people/?q=HUAMAN juan", as_=telma).text
    assert "Juan Huamán" not in page("/people/?q=ilo", as_=telma).text
    assert len(page("/people/?q=100%25", as_=telma).all("tbody tr")) == 1
    assert "Nadie coincide" in page("/people/?q=%25%25", as_=telma).text


def test_list_is_paged_at_a_constant_cost(page, telma):
    def statements(path: str) -> int:
        seen = []
        engine = db.engine
        event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        page(path, as_=telma)
        return len(seen)

    few = statements("/people/")
    session.add_all(
        Person(name=f"Persona {n:03}", roles=[Role(kind=Kind.TRAINER, scope="x")])
        for n in range(120)
    )
    session.commit()
    many = statements("/people/")
    assert many <= few + 1
    first = page("/people/", as_=telma)
    assert len(first.all("tbody tr")) == 50
    last = page("/people/?page=3", as_=telma)
    assert last.all("a[rel=prev]")
    assert not last.all("a[rel=next]")
    assert page("/people/?page=99", as_=telma).text == last.text


def test_person_without_address_is_added(page, telma):
    page("/people/new", as_=telma, data={"name": "Juan Huamán", "place": "Huanta"}, status=302)
    juan = session.scalars(Person.matching("Juan")).one()
    assert (juan.email, juan.place) == (None, "Huanta")


def test_taken_address_keeps_what_was_typed(page, telma, ben):
    data = {"name": "Otro Ben", "email": "BEN@example.org"}
    again = page("/people/new", as_=telma, data=data, status=422)
    assert "Ya hay una persona" in again.text
    assert again.one("input[name=name]")["value"] == "Otro Ben"


def test_whole_list_is_added_and_those_without_address_get_codes(page, telma):
    text = "nombre,correo,ciudad\nRosa Quispe,rosa@correo.pe,Ilo\nJuan Huamán,,Huanta\n"
    done = page("/people/import", as_=telma, data=roster(text))
    assert "Se agregaron 2 personas" in done.one("h1").text
    keys = [each["value"] for each in done.all("input[name=person]")]
    sheet = page("/people/codes", as_=telma, data={"person": keys})
    assert [each.text for each in sheet.all("article h2")] == ["Juan Huamán"]
    assert operations.redeem_code(sheet.one("article code").text, now()).name == "Juan Huamán"


def test_list_with_one_wrong_line_adds_nobody(page, telma, ben):
    before = people()
    text = "nombre,correo\nRosa,rosa@correo.pe\nBen,ben@example.org\n,x@y.pe\n"
    refused = page("/people/import", as_=telma, data=roster(text), status=422)
    assert people() == before
    assert "Fila 3: Ya hay una persona" in refused.text
    assert "Fila 4: Falta el nombre" in refused.text


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04binary\x00"])
def test_useless_file_is_refused_in_words(page, telma, content):
    refused = page("/people/import", as_=telma, data=roster(content), status=422)
    assert refused.one("[role=alert]").text.strip()


def test_a_list_that_is_too_large_is_said_at_its_field(page, app, telma, monkeypatch):
    monkeypatch.setitem(app.config, "PEGUP_UPLOAD_LIMIT", 20)
    large = page("/people/import", as_=telma, data=roster("nombre\nRosa\nJuan\nAna\n"), status=422)
    assert "El archivo es muy grande." in large.text


def test_no_file_is_asked_for(page, telma):
    assert "Elige un archivo" in page("/people/import", as_=telma, data={}, status=422).text


def test_five_hundred_people_take_less_than_three_seconds(page, telma):
    lines = "".join(f"Persona {n},persona{n}@correo.pe,Ilo\n" for n in range(500))
    start = time.process_time()
    page("/people/import", as_=telma, data=roster("nombre,correo,ciudad\n" + lines))
    assert time.process_time() - start < 3
    assert people() >= 500


def test_sheet_has_name_code_address_and_qr_and_is_not_kept(page, telma, ben):
    sheet = page(f"/people/{ben.uuid}/codes", as_=telma, data={})
    slip = sheet.one("article")
    assert slip.h2.text == "Ben Learner"
    assert "/sign-in/code" in slip.text
    assert slip.svg
    assert sheet.response.headers["Cache-Control"] == "no-store"
    shown = page(f"/people/{ben.uuid}", as_=telma)
    assert "Sin usar" in shown.text
    assert "Telma Vargas" in shown.text
    assert slip.code.text not in shown.response.text


@pytest.mark.slow
def test_five_hundred_codes_are_made_at_once(telma):
    made = [Person(name=f"Persona {n}") for n in range(500)]
    session.add_all(made)
    session.commit()
    codes_made = operations.issue_codes(made, telma, now())
    assert len({codes.plain(code) for code in codes_made}) == 500
    assert session.scalar(select(func.count()).select_from(SignInCode)) == 500


def test_coordinators_cannot_become_administrators_by_a_code(page, telma, root, ada, cleo):
    page(f"/people/{root.uuid}/codes", as_=telma, data={}, status=403)
    page("/people/codes", as_=telma, data={"person": [str(cleo.uuid), str(root.uuid)]}, status=403)
    assert session.scalar(select(func.count()).select_from(SignInCode)) == 0
    page(f"/people/{telma.uuid}/codes", as_=root, data={})


def test_changed_name_is_found(page, telma, ben):
    ben.name = "Benjamín Núñez"
    session.commit()
    assert "Benjamín Núñez" in page("/people/?q=nunez", as_=telma).text


def test_host_without_a_code_page_offers_no_codes(app, page, telma, ben, monkeypatch):
    monkeypatch.setattr(app.extensions["pegup"], "code_address", None)
    assert "ódigo" not in page(f"/people/{ben.uuid}", as_=telma).one("main").text
    assert not page("/people/", as_=telma).all("input[name=person]")
    page(f"/people/{ben.uuid}/codes", as_=telma, data={}, status=404)


def test_nobody_chosen_is_said(page, telma):
    assert "No elegiste a nadie" in page("/people/codes", as_=telma, data={}, status=409).text
    page("/people/codes", as_=telma, data={"person": "not-a-uuid"}, status=400)


def test_role_is_given_and_taken_back_with_who_and_when(page, root, ben):
    page(f"/people/{ben.uuid}/roles", as_=root, data={"role": "coordinator:"}, status=302)
    (role,) = ben.roles
    assert (role.kind, role.granted_by_id) == (Kind.COORDINATOR, root.id)
    assert "Coordina el Foro" in page(f"/people/{ben.uuid}", as_=root).text
    page(f"/people/{ben.uuid}/roles/removal", as_=root, data={"kind": "coordinator"}, status=302)
    assert ben.roles == []


def test_registrar_is_offered_the_universities(page, root, ben):
    from pegup.directory.models import Sector

    make.organisation("Universidad Nacional de Ingeniería", slug="uni", sector=Sector.UNIVERSITY)
    make.organisation("Municipalidad de Ilo", slug="ilo", sector=Sector.LOCAL_GOVERNMENT)
    offered = [each["value"] for each in page(f"/people/{ben.uuid}", as_=root).all("option")]
    assert "registrar:uni" in offered
    assert "registrar:ilo" not in offered
    page(f"/people/{ben.uuid}/roles", as_=root, data={"role": "registrar:uni"}, status=302)
    assert ben.scopes(Kind.REGISTRAR) == ["uni"]


def test_role_that_is_not_offered_is_refused(page, root, ben):
    for role in ("registrar:made-up", "trainer:", "boss:", ""):
        page(f"/people/{ben.uuid}/roles", as_=root, data={"role": role}, status=422)
    assert ben.roles == []


def test_only_administrators_give_roles(page, telma, ben):
    page(f"/people/{telma.uuid}/roles", as_=telma, data={"role": "administrator:"}, status=403)
    page(f"/people/{ben.uuid}/roles/removal", as_=telma, data={"kind": "trainer"}, status=403)
    assert not page(f"/people/{ben.uuid}", as_=telma).all("select[name=role]")


def test_last_administrator_stays(page, root):
    data = {"kind": "administrator", "scope": ""}
    refused = page(f"/people/{root.uuid}/roles/removal", as_=root, data=data, status=409)
    assert "única persona" in refused.text
    make.person("Segunda Admin", roles=[(Kind.ADMINISTRATOR, "")])
    page(f"/people/{root.uuid}/roles/removal", as_=root, data=data, status=302)


def test_unknown_person_is_not_found(page, root):
    page(f"/people/{uuid.uuid4()}", as_=root, status=404)


def test_account_is_closed_and_opened_by_administrators_but_never_ones_own(page, root, telma, ben):
    page(f"/people/{ben.uuid}/account/closure", as_=telma, data={}, status=403)
    page(f"/people/{root.uuid}/account/closure", as_=root, data={}, status=409)
    page(f"/people/{ben.uuid}/account/closure", as_=root, data={}, status=302)
    assert "Cerrada" in page(f"/people/{ben.uuid}", as_=telma).text
    page(f"/people/{ben.uuid}/account/reopening", as_=root, data={}, status=302)
    assert "Abierta" in page(f"/people/{ben.uuid}", as_=telma).text


def test_sign_up_links_are_made_shown_once_and_withdrawn(page, telma, ben):
    page("/sign-up-links", as_=ben, status=403)
    made = page("/sign-up-links", as_=telma, data={"note": "Taller de Ilo", "places": "20"})
    address = made.one(".notice a")["href"]
    assert "/register?invitation=" in address
    listed = page("/sign-up-links", as_=telma)
    assert address not in listed.response.text
    page(listed.one("form[action$=removal]")["action"], as_=telma, data={}, status=302)
    assert "Cerrado" in page("/sign-up-links", as_=telma).text
    page("/sign-up-links", as_=telma, data={"note": "", "places": "0"}, status=422)


def test_own_name_and_language_are_changed(page, ben):
    page("/account", as_=ben, data={"name": "Benjamín Learner", "language": "en"}, status=302)
    assert (ben.name, ben.language) == ("Benjamín Learner", "en")
    page("/account", as_=ben, data={"name": "", "language": "xx"}, status=422)
    page("/account", as_=ben, data={"name": "x" * 201, "language": "es"}, status=422)
