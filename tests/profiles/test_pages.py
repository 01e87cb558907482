"""A team writes, measures, looks back and publishes, through its pages."""

from __future__ import annotations

import time
from decimal import Decimal
from io import BytesIO

import pytest

from pegup.db import session
from pegup.profiles.models import (
    IndicatorValue,
    OwnSection,
    Publication,
    SectionVersion,
    Upload,
)
from pegup.profiles.operations import import_template
from pegup.profiles.template import read_template
from tests import make
from tests.profiles import sample

WHERE = "/profiles/equipo-de-paita/perfil-ambiental"


@pytest.fixture
def team(ben, ada):
    team = make.team(ben, local_government=ada)
    make.profile(team, ben)
    return team


def save(page, ben, text, base=0, key="1.1", status=302, **more):
    sent = {"base": str(base), "text": text, "action": "save"} | more
    return page(f"{WHERE}/sections/{key}", as_=ben, data=sent, status=status)


def test_writing_shows_the_text_to_the_team(page, ben, ada, team):
    save(page, ben, "Estamos **en la costa**.")
    assert "en la costa" in page(f"{WHERE}/sections/1.1", as_=ada).one("strong").text
    assert "1 de 2 secciones" in page(f"{WHERE}/", as_=ada).text


def test_a_save_over_a_newer_version_shows_both_and_loses_neither(page, ben, ada, team):
    save(page, ben, "Lo de Ben.")
    again = save(page, ada, "Lo de Ada.", base=0, status=409)
    assert "Ben Learner guardó otra versión" in again.text
    assert "Lo de Ben." in again.text
    assert again.one("textarea").text.strip() == "Lo de Ada."
    base = again.one("input[name=base]")["value"]
    save(page, ada, "Lo de Ada y lo de Ben.", base=base)
    texts = {v.text for v in session.query(SectionVersion)}
    assert texts == {"Lo de Ben.", "Lo de Ada y lo de Ben."}


def test_the_same_form_sent_twice_is_stored_once(page, ben, team):
    save(page, ben, "Una vez.")
    save(page, ben, "Una vez.")
    assert session.query(SectionVersion).count() == 1


def test_preview_stores_nothing(page, ben, team):
    shown = save(page, ben, "### Hola", action="preview", status=200)
    assert "Todavía no está guardado." in shown.text
    assert session.query(SectionVersion).count() == 0


def test_history_compares_and_restores(page, ben, team):
    save(page, ben, "El río está limpio.")
    save(page, ben, "El río está sucio.", base=1)
    old = page(f"{WHERE}/sections/1.1/versions/2", as_=ben)
    assert old.one("del").text.strip() == "limpio."
    assert old.one("ins").text.strip() == "sucio."
    page(f"{WHERE}/sections/1.1/versions/1/restoration", as_=ben, data={}, status=302)
    assert "limpio" in page(f"{WHERE}/sections/1.1", as_=ben).one("textarea").text
    assert session.query(SectionVersion).count() == 3


def test_not_applicable_needs_a_reason(page, ben, team):
    save(page, ben, "", does_not_apply="y", status=422)
    save(page, ben, "", does_not_apply="y", reason="No hay mar.")
    assert "No corresponde" in page(f"{WHERE}/", as_=ben).text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/p.png)",
    ],
)
def test_text_of_people_never_runs(page, ben, team, hostile):
    save(page, ben, hostile)
    shown = page(f"{WHERE}/sections/1.1", as_=ben)
    assert not shown.all("main script, main img, main [onerror], main a[href^=javascript]")


def test_a_wide_table_moves_inside_its_frame(page, ben, team):
    save(page, ben, '| Barrio "A" | <b>Horas</b> |\n|---|---|\n| Miramar | 6 |')
    frame = page(f"{WHERE}/sections/1.1", as_=ben).one("main .table-scroll")
    assert frame["aria-label"] == 'Barrio "A" <b>Horas</b>'
    assert [cell.text for cell in frame.select("table td")] == ["Miramar", "6"]


def answer(page, ben, status=302, code="A02", base=0, **fields):
    empty = {
        "value": "",
        "year": "",
        "source": "",
        "link": "",
        "method": "",
        "place": "",
        "no_data_reason": "",
    }
    sent = {"base": str(base)} | empty | fields
    return page(f"{WHERE}/indicators/{code}", as_=ben, data=sent, status=status)


def test_value_with_year_and_source_counts_and_stands_in_the_text(page, ben, team):
    answer(page, ben, value="48,5", year="2019", source="OEFA")
    save(page, ben, "El polvo llega a {A02}.")
    assert "Indicador 2: 48,5 µg/m³ (2019)" in page(f"{WHERE}/sections/1.1", as_=ben).text
    assert "1 de 8" in page(f"{WHERE}/completeness", as_=ben).text
    shown = page(f"{WHERE}/indicators/A02", as_=ben).text
    assert "El dato cumple esta norma peruana de hoy." in shown


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Escribe el valor"),
        ({"value": "48"}, "Di de qué año"),
        ({"value": "48", "year": "2999"}, "Ese año todavía no llega"),
        ({"value": "mucho", "year": "2019"}, "Escribe solo el número"),
        ({"value": "5000", "year": "2019"}, "Lo usual va de 2 a 400"),
        ({"value": "48", "year": "2019", "no_data_reason": "No hay"}, "no los dos"),
        ({"value": "48", "year": "2019", "link": "javascript:alert(1)"}, "https://"),
    ],
)
def test_wrong_values_come_back_with_what_was_typed(page, ben, team, fields, message):
    again = answer(page, ben, status=422, **fields)
    assert message in again.text
    assert again.one("input[name=value]").get("value", "") == fields.get("value", "")


def test_unusual_value_is_taken_once_confirmed(page, ben, team):
    answer(page, ben, value="5000", year="2019", source="OEFA", confirmed="y")
    assert session.query(IndicatorValue).one().value == 5000


def test_no_data_with_a_reason_is_an_answer(page, ben, team):
    answer(page, ben, no_data_reason="La ciudad no tiene estación.")
    assert "1 de 8" in page(f"{WHERE}/indicators/", as_=ben).text


def test_two_answers_at_once_do_not_overwrite(page, ben, ada, team):
    answer(page, ben, value="48", year="2019")
    again = answer(page, ada, value="50", year="2020", status=409)
    assert "Ben Learner guardó otra respuesta" in again.text
    assert again.one("input[name=value]")["value"] == "50"


def upload(page, ben, name, content, status=302):
    return answer(page, ben, status=status, value="48", year="2019", file=(BytesIO(content), name))


def test_files_go_out_as_downloads_under_their_shown_name(page, client, sign_in, ben, cleo, team):
    upload(page, ben, "../../etc/informe\u202e final.pdf", b"%PDF-1.7 x")
    stored = session.query(Upload).one()
    assert stored.name == "informe final.pdf"
    sign_in(ben)
    with client.get(f"{WHERE}/files/{stored.uuid}") as response:
        assert response.data == b"%PDF-1.7 x"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    sign_in(cleo)
    assert client.get(f"{WHERE}/files/{stored.uuid}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ"),
        ("foto.png", b"<svg onload=alert(1)>"),
        ("x.svg", b"<svg/>"),
        ("vacio.pdf", b""),
        ("pdf", b"%PDF-"),
    ],
)
def test_files_we_do_not_take(page, ben, team, name, content):
    upload(page, ben, name, content, status=422)
    assert session.query(Upload).count() == 0


def test_publishing_shows_a_copy_that_later_edits_do_not_change(page, ben, team):
    page(f"{WHERE}/publication", as_=ben, data={}, status=409)
    save(page, ben, "Primera versión.")
    page(f"{WHERE}/publication", as_=ben, data={}, status=302)
    save(page, ben, "Segunda versión.", base=1)
    assert "Primera versión." in page(f"{WHERE}/published").text
    assert "Perfil ambiental: Paita" in page("/profiles/").text
    assert "Perfil ambiental" in page("/cities/paita").text
    page(f"{WHERE}/publication/withdrawal", as_=ben, data={}, status=302)
    page(f"{WHERE}/published", status=404)


def test_downloads_hold_the_document(client, page, ben, team):
    answer(page, ben, value="48,5", year="2019", source="OEFA")
    save(page, ben, "Polvo: {A02}.")
    page(f"{WHERE}/publication", as_=ben, data={}, status=302)
    data = client.get(f"{WHERE}/published.json").json
    assert data["ubigeo"] == team.city.ubigeo
    assert data["indicators"][0]["source"] == "OEFA"
    assert "Polvo: Indicador 2: 48,5" in client.get(f"{WHERE}/published.md").text


def test_strangers_see_nothing_and_coordinators_write_nothing(page, ben, cleo, team):
    for path in (
        "/",
        "/completeness",
        "/sections/1.1",
        "/sections/new",
        "/indicators/",
        "/indicators/A01",
    ):
        page(f"{WHERE}{path}", as_=cleo, status=404)
    save(page, cleo, "Intruso", status=404)


def test_own_section_is_added(page, ben, team):
    page(f"{WHERE}/sections/new", as_=ben, data={"title": "El mercado"}, status=302)
    assert "El mercado" in page(f"{WHERE}/", as_=ben).text
    save(page, ben, "Basura del mercado.", key="own-1")


def test_unknown_places_are_not_found(page, ben, team):
    for path in ("/sections/9.9", "/indicators/Z99", "/sections/1.1/versions/7"):
        page(f"{WHERE}{path}", as_=ben, status=404)
    page("/profiles/equipo-de-paita/otra-cosa/", as_=ben, status=404)


def test_a_form_made_up_says_what_stands_and_breaks_nothing(page, ben, team):
    save(page, ben, "Sobre una versión que no hay.", base=5, status=302)
    answer(page, ben, value="48", year="2019", base=5, status=302)
    for path in ("sections/1.1/versions/99999999999999999999",):
        page(f"{WHERE}/{path}", as_=ben, status=404)
        page(f"{WHERE}/{path}/restoration", as_=ben, data={}, status=404)


def test_lines_that_both_wrote_are_not_shown_as_changed(page, ben, ada, team):
    save(page, ben, "Una línea.\r\n\r\nOtra línea.")
    again = save(page, ada, "Una línea.\r\n\r\nOtra línea distinta.", base=0, status=409)
    assert [each.text for each in again.all(".diff del")] == ["línea."]


def test_a_newer_version_that_does_not_apply_says_why(page, ben, ada, team):
    save(page, ben, "", does_not_apply="y", reason="No hay mar.")
    again = save(page, ada, "El mar está limpio.", base=0, status=409)
    assert "No hay mar." in again.one("[role=alert]").text


def test_a_section_that_does_not_apply_says_so_even_with_text(page, ben, ada, team):
    save(page, ben, "Quedó un texto.", does_not_apply="y", reason="No hay mar.")
    assert "No corresponde: No hay mar." in page(f"{WHERE}/sections/1.1", as_=ada).text


def test_the_same_answer_sent_twice_is_stored_once(page, ben, team):
    for _time in range(2):
        answer(page, ben, value="48,5", year="2019", source="OEFA")
    assert session.query(IndicatorValue).count() == 1


def test_a_number_too_large_to_store_is_refused(page, ben, team):
    answer(page, ben, value="9" * 20, year="2019", confirmed="y", status=422)


@pytest.mark.parametrize("value", [Decimal("1.187"), Decimal("1187"), Decimal("48.5")])
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_value_opened_and_saved_again_stays_what_it_was(page, client, ben, team, value, language):
    client.set_cookie("pegup-language", language)
    answer(page, ben, value="48", year="2019", code="A03")
    session.query(IndicatorValue).one().value = value
    session.commit()
    shown = page(f"{WHERE}/indicators/A03", as_=ben).one("input[name=value]")["value"]
    answer(page, ben, value=shown, year="2018", confirmed="y", base=1, code="A03")
    assert {each.value for each in session.query(IndicatorValue)} == {value}


def test_the_list_of_published_profiles_speaks_the_readers_language(client, page, ben, team):
    client.set_cookie("pegup-language", "en")
    save(page, ben, "Primera versión.")
    page(f"{WHERE}/publication", as_=ben, data={}, status=302)
    assert "City profile: Paita" in page("/profiles/").text


def test_the_same_title_sent_twice_adds_one_section(page, ben, team):
    for _time in range(2):
        page(f"{WHERE}/sections/new", as_=ben, data={"title": "El mercado"}, status=302)
    assert session.query(OwnSection).count() == 1


def test_a_title_of_spaces_is_no_title(page, ben, team):
    page(f"{WHERE}/sections/new", as_=ben, data={"title": "   "}, status=422)


def test_publishing_twice_without_a_change_publishes_once(page, ben, team):
    save(page, ben, "Primera versión.")
    for _time in range(2):
        page(f"{WHERE}/publication", as_=ben, data={}, status=302)
    assert session.query(Publication).count() == 1


@pytest.mark.slow
def test_long_texts_are_compared_in_no_time(page, ben, team):
    words = [f"a{number * number % 7}" for number in range(24_000)]
    save(page, ben, "\n\n".join(words))
    save(page, ben, "\n\n".join(sorted(words)), base=1)
    start = time.process_time()
    shown = page(f"{WHERE}/sections/1.1/versions/2", as_=ben)
    assert time.process_time() - start < 5
    assert shown.all(".diff ins")


def test_a_file_that_is_not_kept_leaves_nothing_behind(page, app, ben, ada, team):
    answer(page, ben, value="48", year="2019")
    kept = set((app.config["PEGUP_DATA"] / "files").rglob("*"))
    again = answer(
        page, ada, value="50", year="2020", file=(BytesIO(b"%PDF-1.7"), "a.pdf"), status=409
    )
    assert "Elige otra vez el archivo" in again.text
    assert set((app.config["PEGUP_DATA"] / "files").rglob("*")) == kept


def test_the_form_says_how_large_a_file_may_be(page, app, ben, team):
    assert app.config["PEGUP_UPLOAD_LIMIT"] == 5 * 1024 * 1024
    assert "Hasta 5 MB." in page(f"{WHERE}/indicators/A02", as_=ben).text


def test_a_photo_that_is_too_large_is_said_at_its_field_and_nothing_typed_is_lost(
    page, app, ben, team, monkeypatch
):
    monkeypatch.setitem(app.config, "PEGUP_UPLOAD_LIMIT", 1000)
    photo = (BytesIO(b"\xff\xd8\xff" + b"0" * 3000), "plaza.jpg")
    again = answer(
        page, ben, value="48", year="2019", source="OEFA, informe", file=photo, status=422
    )
    assert "El archivo es muy grande." in again.text
    assert again.one('input[name="source"]').get("value") == "OEFA, informe"
    assert session.query(IndicatorValue).count() == 0


def test_a_section_that_left_the_template_waits_with_its_text(page, ben, team, tmp_path):
    save(page, ben, "Somos pescadores.", key="1.2")
    folder = sample.write(tmp_path / "other")
    whole = {name: (folder / name).read_text() for name in ("1-ciudad.md", "1-ciudad.en.md")}
    for name, text in whole.items():
        (folder / name).write_text(text.partition("## La gente")[0].partition("## People")[0])
    assert "section 1.2 left the files; its texts wait for its id" in imported(folder)
    assert "0 de 1 secciones" in page(f"{WHERE}/", as_=ben).text
    page(f"{WHERE}/sections/1.2", as_=ben, status=404)
    sample.write(folder)
    imported(folder)
    assert "Somos pescadores." in page(f"{WHERE}/sections/1.2", as_=ben).text


def imported(folder) -> list[str]:
    read = read_template(folder).template
    assert read is not None
    changed = import_template(read)
    session.commit()
    return changed


def test_a_source_that_is_only_a_file_is_named_where_it_is_published(page, client, ben, team):
    upload(page, ben, "Informe de aire.pdf", b"%PDF-1.7 x")
    save(page, ben, "Hay polvo.")
    page(f"{WHERE}/publication", as_=ben, data={}, status=302)
    shown = page(f"{WHERE}/published")
    assert "Informe de aire.pdf" in client.get(f"{WHERE}/published.md").text
    link = next(a for a in shown.all("main td a") if a.text == "Informe de aire.pdf")
    with client.get(link["href"]) as response:
        assert response.data == b"%PDF-1.7 x"
