"""A course written in the browser without JavaScript: drafts, collisions, check, history, publication."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import urljoin

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from pegup.cli import pegup
from pegup.courses.content.blocks import OPTIONS
from pegup.courses.content.questions import Kind
from pegup.courses.models import Course, Lesson, LessonRead, LessonText, Origin
from pegup.courses.operations import mark_read
from pegup.courses.sources import live_files, versions_of
from pegup.db import now, session
from pegup.editing import operations
from pegup.editing.models import CoursePublication, DraftVersion, ReviewRequest
from pegup.editing.operations import (
    NotPublishable,
    checked,
    files_with_drafts,
    open_drafts,
    prepare,
    publish,
    state_of,
)
from pegup.editing.pictures import UnfitPicture, examined
from tests import make
from tests.courses.folders import QUESTION, lesson
from tests.courses.photos import photo
from tests.courses.test_sources import odd
from tests.editing.conftest import EDITING, POZO, bring
from tests.pages import checked as checked_page

FILE = f"{EDITING}/files/{POZO}"
NEW = lesson("pozo", "Ahora el pozo es nuevo.")


@pytest.fixture
def send(client, sign_in, course):
    """``send(ada, "/moves", path=…)``: the response of a form below the course."""

    def post(person, address: str, **data):
        sign_in(person)
        return client.post(f"{EDITING}{address}", data=data)

    return post


@pytest.fixture
def write(page, send):
    """``write(ada, text)``: as a form with the base that the page names."""

    def save(person, text: str, path: str = POZO, base: str | None = None, action: str = "save"):
        if base is None:
            base = page(f"{EDITING}/files/{path}", as_=person).one("[name=base]")["value"]
        return send(
            person, f"/files/{path}", base=base, text=text.replace("\n", "\r\n"), action=action
        )

    return save


def said(course, path: str = POZO) -> str:
    return files_with_drafts(course)[path].decode()


def go_live(send, page, person, note: str = ""):
    shown = page(f"{EDITING}/changes", as_=person)
    state = shown.soup.select_one("#publish-state")["value"]
    return send(person, "/publications", state=state, note=note)


# Drafts


def test_the_list_shows_every_file_and_what_can_be_done(page, course, ada):
    shown = page(EDITING, as_=ada)
    for words in ("Módulo uno", "Lección pozo", "Subir", "Quitar", "Traducir a", "Glosario"):
        assert words in shown.text
    assert f"/editing/agua/files/{POZO}" in str(shown.soup)
    assert "Editar el curso" in page("/courses/agua", as_=ada).text


def test_a_draft_is_seen_by_trainers_and_by_nobody_else(page, write, course, ada, ben):
    assert write(ada, NEW).status_code == 302
    assert said(course) == NEW
    assert "Ahora el pozo es nuevo" in page(FILE, as_=ada).text
    assert "borrador" in page(EDITING, as_=ada).text
    assert "Ahora el pozo" not in page("/courses/agua/lessons/pozo", as_=ben).text


@pytest.mark.slow
def test_what_nobody_touched_stays_to_the_byte(page, write, tmp_path, world, ada, send):
    course = bring(odd(tmp_path / "odd"))
    before = live_files(course)
    for path in [p for p in before if p.endswith(".md")]:
        text = page(f"{EDITING}/files/{path}", as_=ada).one("textarea").text.removeprefix("\n")
        assert write(ada, text, path).status_code == 302
    assert open_drafts(course) == {}
    text = page(FILE, as_=ada).one("textarea").text.removeprefix("\n")
    write(ada, text.replace("hondo", "muy hondo"))
    expected = before[POZO].replace(b"hondo", b"muy hondo")
    assert files_with_drafts(course)[POZO] == expected
    assert b"\r\n" in expected


def test_a_form_sent_twice_is_one_version(write, course, ada, page):
    base = page(FILE, as_=ada).one("[name=base]")["value"]
    for _time in range(2):
        assert write(ada, NEW, base=base).status_code == 302
    assert session.scalar(select(func.count()).select_from(DraftVersion)) == 1


def test_two_trainers_at_once_see_both_texts_and_lose_none(page, write, course, ada, eva):
    base = page(FILE, as_=ada).one("[name=base]")["value"]
    assert write(eva, lesson("pozo", "Esto es de Eva."), base=base).status_code == 302
    refused = write(ada, lesson("pozo", "Esto es de Ada."), base=base)
    assert refused.status_code == 409
    assert "Eva Trainer guardó otra versión" in refused.text
    assert refused.text.count("Esto es de Ada.") >= 1
    assert "Esto es de Eva." in refused.text
    assert "<del>" in refused.text
    assert said(course) == lesson("pozo", "Esto es de Eva.")
    again = checked_page(refused, 409).one("[name=base]")["value"]
    assert write(ada, lesson("pozo", "De las dos."), base=again).status_code == 302
    assert said(course) == lesson("pozo", "De las dos.")
    history = page(f"{EDITING}/history/{POZO}?from=b1&to=b2", as_=ada)
    assert "Esto es de" in str(history.soup)


def test_an_old_page_after_a_publication_overwrites_nothing(page, write, send, course, ada, eva):
    base = page(FILE, as_=ada).one("[name=base]")["value"]
    write(eva, NEW)
    assert go_live(send, page, eva).status_code == 302
    assert write(ada, lesson("pozo", "Viejo."), base=base).status_code == 409
    assert open_drafts(course) == {}


@pytest.mark.parametrize("base", ["", "x", "1", "-1.0", "9" * 30 + ".0"])
def test_a_base_that_is_none_is_told(write, course, ada, base):
    assert write(ada, NEW, base=base).status_code == 422
    assert open_drafts(course) == {}


def test_text_back_to_what_is_live_ends_the_draft(write, course, ada, page):
    before = said(course)
    write(ada, NEW)
    write(ada, before)
    assert open_drafts(course) == {}
    assert "Igual que lo publicado" in page(FILE, as_=ada).text


def test_a_discarded_draft_stays_in_the_history(write, send, course, ada, page):
    write(ada, NEW)
    assert send(ada, "/discards", path=POZO).status_code == 302
    assert open_drafts(course) == {}
    assert "descartado" in page(f"{EDITING}/history/{POZO}", as_=ada).text
    assert send(ada, "/restorations", path=POZO, version="b1").status_code == 302
    assert said(course) == NEW


def test_a_new_lesson_that_was_discarded_is_lost_to_nobody(page, write, send, course, ada, eva):
    path = "1-uno/3-el-mar.md"
    send(ada, "/lessons/new", title="El mar", folder="1-uno")
    base = page(f"{EDITING}/files/{path}", as_=eva).one("[name=base]")["value"]
    assert send(ada, "/discards", path=path).location == f"{EDITING}/history/{path}"
    refused = write(eva, lesson("el-mar", "Esto es de Eva."), path, base=base)
    assert "Este archivo ya no está" in refused.text
    assert "Esto es de Eva." in refused.text
    again = checked_page(refused, 409).one("[name=base]")["value"]
    assert "Ya no está en el curso" in page(f"{EDITING}/files/{path}", as_=ada).text
    assert write(eva, lesson("el-mar", "Esto es de Eva."), path, base=again).status_code == 302
    assert said(course, path) == lesson("el-mar", "Esto es de Eva.")
    send(ada, "/discards", path=path)
    assert send(ada, "/restorations", path=path, version="b2").status_code == 302
    assert said(course, path) == lesson("el-mar", "Esto es de Eva.")


@pytest.mark.slow
def test_strange_text_is_kept_and_told(write, course, ada, page):
    for text in ("\ufeff\u202e\x01 \t🌱", "---\nid: [\n", "a\n" * 40_000, "[" * 5000):
        assert write(ada, text).status_code == 302
        shown = page(FILE, as_=ada)
        assert shown.one("[data-findings]").select(".error")
    assert write(ada, "x" * 100_001).status_code == 422
    assert write(ada, "").status_code == 422


def test_text_that_waits_on_a_device_is_offered_to_nobody_else(page, course, ada, eva):
    keys = {page(FILE, as_=each).one("lesson-editor")["data-key"] for each in (ada, eva)}
    assert len(keys) == 2


def test_only_a_page_that_shows_what_is_stored_lets_the_device_forget_its_copy(
    page, write, course, ada
):
    def is_stored(shown) -> bool:
        return shown.one("lesson-editor").has_attr("data-stored")

    assert is_stored(page(FILE, as_=ada))
    assert not is_stored(checked_page(write(ada, NEW, action="preview")))
    assert not is_stored(checked_page(write(ada, NEW, base="x"), 422))


def test_a_translation_is_written_in_its_own_language(page, send, course, ada):
    send(ada, "/translations", path=POZO, language="en")
    translation = FILE.replace(".md", ".en.md")
    spoken = [page(each, as_=ada).one("textarea")["lang"] for each in (FILE, translation)]
    assert spoken == ["es", "en"]


# The check and the look


def test_the_findings_of_the_file_stand_below_it(write, course, ada, page):
    write(ada, lesson("pozo", "La {asequia} [va](9-nada.md)."))
    shown = page(FILE, as_=ada)
    findings = shown.one("[data-findings]").text
    assert "«asequia» no está en el glosario" in findings
    assert "Línea 10" in findings
    write(ada, lesson("rio", "{nada}"), "2-dos/1-rio.md")
    assert "En otros archivos del curso" in page(FILE, as_=ada).one("[data-others]").text


def test_a_preview_shows_the_lesson_and_stores_nothing(write, course, ada):
    text = NEW + "\n" + QUESTION.format(id="nueva") + "\n/// question | ¿Sin respuestas?\n///\n"
    shown = write(ada, text, action="preview")
    assert shown.status_code == 200
    assert "Ahora el pozo es nuevo" in shown.text
    assert "¿Quién cuida la acequia?" in shown.text
    assert "Todavía no está guardado" in shown.text
    assert open_drafts(course) == {}


def test_the_live_preview_answers_with_text_and_findings(client, sign_in, course, ada):
    sign_in(ada)
    text = lesson("pozo", "La {asequia} <b>negra</b>") + QUESTION.format(id="nueva")
    found = client.post(f"{EDITING}/look/{POZO}", data={"text": text}).json
    assert "La <span>asequia</span>" in found["html"]
    assert "<b>" not in found["html"]
    assert "El barrio" in found["html"]
    assert {each["code"] for each in found["findings"]} >= {"term-unknown", "raw-html"}
    assert open_drafts(course) == {}
    for path in ("course.md", "glosario.md", "1-uno/module.md"):
        assert client.post(f"{EDITING}/look/{path}", data={"text": "x"}).status_code == 200
        assert (
            client.post(
                f"{EDITING}/look/{path}", data={"text": files_with_drafts(course)[path].decode()}
            ).status_code
            == 200
        )


def test_the_frame_shows_a_lesson_with_all_drafts(write, course, ada, page, client):
    write(ada, NEW)
    shown = page(f"{EDITING}/preview/pozo", as_=ada)
    assert "Ahora el pozo es nuevo" in shown.text
    assert "frame-ancestors 'self'" in shown.response.headers["Content-Security-Policy"]
    assert (
        "frame-ancestors 'none'" in page(FILE, as_=ada).response.headers["Content-Security-Policy"]
    )
    assert "Todavía no se puede mostrar" in page(f"{EDITING}/preview/nada", as_=ada).text


def test_the_toolbar_inserts_every_block_and_every_kind_of_question(page, course, ada):
    offered = {each["value"] for each in page(FILE, as_=ada).all("[data-blocks] option")} - {""}
    assert offered == (OPTIONS.keys() - {"question"}) | {kind.value for kind in Kind}


# Files


def test_a_new_lesson_a_new_theme_and_a_translation(page, send, write, course, ada):
    data = {"title": "¿Qué es «el agua»?: 1", "folder": "1-uno"}
    told = send(ada, "/lessons/new", **data)
    path = "1-uno/3-que-es-el-agua-1.md"
    assert told.location == f"{EDITING}/files/{path}"
    assert "id: que-es-el-agua-1" in said(course, path)
    assert "text-missing" in {f.code for f in checked(course).reading.findings}
    again = send(ada, "/lessons/new", **data).location
    assert again.endswith("4-que-es-el-agua-1-2.md")
    send(ada, "/discards", path="1-uno/4-que-es-el-agua-1-2.md")
    assert send(ada, "/lessons/new", title="Uno", folder="").status_code == 422
    assert send(ada, "/lessons/new", title="Uno", folder="9-nada").status_code == 422
    send(ada, "/lessons/new", title="El mar", folder="", theme="Las costas")
    assert {"3-las-costas/module.md", "3-las-costas/1-el-mar.md"} < files_with_drafts(course).keys()
    send(ada, "/translations", path=POZO, language="en")
    assert said(course, "1-uno/2-pozo.en.md") == said(course)
    for wrong in ({"path": POZO, "language": "es"}, {"path": POZO, "language": "xx"}):
        assert send(ada, "/translations", **wrong).status_code == 400


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/moves", {"path": "2-dos/1-rio.md", "step": "up"}),
        ("/translations", {"path": "2-dos/1-rio.md", "language": "en"}),
        ("/lessons/new", {"title": "El mar", "folder": "2-dos"}),
    ],
)
def test_what_somebody_removes_before_its_turn_comes_is_told(
    send, course, ada, monkeypatch, address, data
):
    """Between the page's first look and its lock, as PostgreSQL lets it happen."""
    lock = operations.locked

    def overtaken(locking: Course) -> None:
        lock(locking)
        for path in ("2-dos/module.md", "2-dos/1-rio.md"):
            operations.put(course, path, None, by=ada, at=now())

    monkeypatch.setattr(operations, "locked", overtaken)
    told = send(ada, address, **data)
    assert told.status_code == 409
    assert "Otra persona movió o quitó este texto" in checked_page(told, 409).text
    assert open_drafts(course) == {}


def test_a_removed_lesson_goes_with_its_translations_and_can_stay(send, course, ada, page):
    send(ada, "/translations", path=POZO, language="en")
    send(ada, "/removals", path=POZO)
    assert POZO not in files_with_drafts(course)
    assert "1-uno/2-pozo.en.md" not in files_with_drafts(course)
    assert "Se quitan con la próxima publicación" in page(EDITING, as_=ada).text
    assert page(FILE, as_=ada).one("textarea").text.strip() == ""
    send(ada, "/discards", path=POZO)
    assert POZO in files_with_drafts(course)
    assert send(ada, "/removals", path="course.md").status_code == 409
    assert send(ada, "/removals", path="nada.md").status_code == 404


def test_moving_a_lesson_takes_links_translations_and_progress_along(
    page, send, write, course, ada, ben
):
    mark_read(ben, session.scalars(select(Lesson).where(Lesson.slug == "pozo")).one(), at=now())
    session.commit()
    send(ada, "/translations", path=POZO, language="en")
    write(ada, lesson("rio", "Mira [el pozo](../1-uno/2-pozo.md#mira)."), "2-dos/1-rio.md")
    send(ada, "/moves", path=POZO, step="up")
    files = files_with_drafts(course)
    assert {"1-uno/1-pozo.md", "1-uno/1-pozo.en.md", "1-uno/2-acequia.md"} < files.keys()
    assert not {POZO, "1-uno/1-acequia.md", "1-uno/2-pozo.en.md"} & files.keys()
    assert b"(../1-uno/1-pozo.md#mira)" in files["2-dos/1-rio.md"]
    assert b"(1-uno/2-acequia.md)" in files["course.md"]
    assert go_live(send, page, ada).status_code == 302
    assert session.scalar(select(func.count()).select_from(LessonRead)) == 1
    order = [each.slug for each in session.scalars(Lesson.of(course))]
    assert order == ["pozo", "acequia", "rio"]
    assert live_files(course) == files


def test_where_a_moved_lesson_was_is_known_until_it_is_published(page, send, write, course, ada):
    send(ada, "/moves", path="1-uno/1-acequia.md", step="down")
    write(ada, NEW, "1-uno/1-pozo.md")
    assert open_drafts(course)["1-uno/1-pozo.md"].moved_from == POZO
    assert f"antes se llamaba {POZO}" in page(f"{EDITING}/changes", as_=ada).text
    send(ada, "/lessons/new", title="El mar", folder="1-uno")
    send(ada, "/moves", path="1-uno/2-acequia.md", step="down")
    assert open_drafts(course)["1-uno/3-acequia.md"].moved_from == "1-uno/1-acequia.md"
    send(ada, "/moves", path="1-uno/1-pozo.md", step="down")
    assert open_drafts(course)[POZO].moved_from is None, "it is where it was"


def test_up_and_down_again_is_nothing(send, course, ada):
    before = files_with_drafts(course)
    send(ada, "/moves", path=POZO, step="up")
    send(ada, "/moves", path="1-uno/1-pozo.md", step="down")
    assert files_with_drafts(course) == before
    assert open_drafts(course) == {}
    send(ada, "/moves", path=POZO, step="down")
    assert open_drafts(course) == {}, "it stands at the end already"


# Pictures


def upload(client, name: str, content: bytes, **headers):
    data = {"file": (io.BytesIO(content), name)}
    return client.post(f"{EDITING}/pictures", data=data, headers={"Accept": "application/json"})


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Mi Foto ÑANDÚ.JPG", "media/mi-foto-nandu.jpg"),
        ("../../etc/passwd.jpg", "media/passwd.jpg"),
        ("río.jpeg", "media/rio.jpg"),
        ("foto.png", "media/foto.jpg"),
        ("image", "media/image.jpg"),
        ("🌱.jpg", "media/sin-titulo.jpg"),
    ],
)
def test_a_picture_gets_a_safe_name_by_what_it_is(client, sign_in, course, ada, name, path):
    sign_in(ada)
    assert upload(client, name, photo(400, 300)).json == {"path": path}
    assert path in open_drafts(course)


def test_the_same_picture_is_one_and_the_same_name_two(client, sign_in, course, ada):
    sign_in(ada)
    content = photo(400, 300)
    for _time in range(2):
        assert upload(client, "a.jpg", content).json == {"path": "media/a.jpg"}
    assert upload(client, "A.jpg", photo(401, 300)).json == {"path": "media/a-2.jpg"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"PK"),
        ("a.jpg", b""),
        ("a.jpg", b"\xff\xd8\xff" + b"x" * 100),
        ("a.svg", b"<svg"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(client, sign_in, course, ada, name, content):
    sign_in(ada)
    told = upload(client, name, content)
    assert told.status_code == 422
    assert len(told.json["error"]) > 10
    assert open_drafts(course) == {}
    for sent in ({}, {"file": "a.jpg"}):
        assert client.post(f"{EDITING}/pictures", data=sent).status_code == 409


def test_a_picture_over_the_site_s_limit_is_refused(client, sign_in, course, ada, app, monkeypatch):
    monkeypatch.setitem(app.config, "PEGUP_UPLOAD_LIMIT", 1_000)
    sign_in(ada)
    told = upload(client, "a.jpg", photo(400, 300))
    assert told.status_code == 422
    assert "muy grande" in told.json["error"]
    assert open_drafts(course) == {}


@pytest.mark.parametrize(("name", "size"), [("a.svg", 1_000_001), ("a.jpg", 10_000_001)])
def test_a_picture_larger_than_an_import_takes_is_refused_unread(name, size):
    with pytest.raises(UnfitPicture) as refused:
        examined(name, b" " * size)
    assert refused.value.finding.code == "file-too-large"


@pytest.mark.slow
def test_a_picture_is_seen_in_the_preview_and_after_publication(
    client, sign_in, course, ada, ben, write, send, page
):
    sign_in(ada)
    path = upload(client, "plaza.jpg", photo(700, 500)).json["path"]
    write(ada, lesson("pozo", f"![La plaza](../{path})"))
    shown = page(f"{EDITING}/preview/pozo", as_=ada)
    for source in [shown.one("main img")["src"], shown.all("main source")[0]["srcset"]]:
        assert client.get(source).status_code == 200, source
    assert go_live(send, page, ada).status_code == 302
    live = page("/courses/agua/lessons/pozo", as_=ben)
    assert live.one("main img")["alt"] == "La plaza"
    picture = client.get(urljoin("/courses/agua/lessons/pozo", live.one("main img")["src"]))
    assert picture.status_code == 200


# Publication


def test_publishing_shows_what_changes_and_does_it_all_at_once(page, write, send, course, ada, ben):
    write(ada, NEW + "\n" + QUESTION.format(id="nueva"))
    write(ada, lesson("rio", "Otro río."), "2-dos/1-rio.md")
    shown = page(f"{EDITING}/changes", as_=ada)
    assert "Lección pozo : cambia" in shown.text
    assert "1 pregunta nueva" in shown.text
    assert "<ins>" in str(shown.soup)
    assert "quedará escrito que fue sin revisión" in shown.text
    assert go_live(send, page, ada, "Textos más claros").status_code == 302
    assert "Ahora el pozo es nuevo" in page("/courses/agua/lessons/pozo", as_=ben).text
    assert "Otro río" in page("/courses/agua/lessons/rio", as_=ben).text
    row = session.scalars(select(CoursePublication)).one()
    assert (row.note, row.published_by_id, row.approved_id) == ("Textos más claros", ada.id, None)
    assert {each["path"] for each in row.files} == {POZO, "2-dos/1-rio.md"}
    listed = page(EDITING, as_=ada).text
    assert "Textos más claros" in listed
    assert "sin revisión" in listed
    newest = versions_of(course, POZO)[0]
    assert (newest.origin, newest.by_id, newest.number) == (Origin.BROWSER, ada.id, 2)


def test_errors_keep_it_back_with_their_place(page, write, send, course, ada):
    write(ada, lesson("pozo", "{nada}"))
    shown = page(f"{EDITING}/changes", as_=ada)
    assert f"{POZO}, línea 10" in shown.text
    assert not shown.all("#publish-state")
    refused = send(ada, "/publications", state=state_of(course))
    assert refused.status_code == 409
    assert "Hay errores" in refused.text
    assert session.scalar(select(CoursePublication)) is None


def test_nobody_overwrites_another_course_by_taking_its_id(page, write, send, course, ada, world):
    make.course("otro")
    before = session.scalars(select(LessonText.html).order_by(LessonText.id)).all()
    write(ada, said(course, "course.md").replace("id: agua", "id: otro"), "course.md")
    assert "El id no se cambia aquí" in page(f"{EDITING}/changes", as_=ada).text
    refused = send(ada, "/publications", state=state_of(course))
    assert refused.status_code == 409
    assert session.scalars(select(LessonText.html).order_by(LessonText.id)).all() == before


def test_published_twice_it_is_published_once(page, write, send, course, ada, eva):
    write(ada, NEW)
    state = page(f"{EDITING}/changes", as_=ada).soup.select_one("#publish-state")["value"]
    assert send(ada, "/publications", state=state).status_code == 302
    told = send(eva, "/publications", state=state)
    assert told.status_code == 409
    assert "alguien guardó o publicó" in told.text
    assert session.scalar(select(func.count()).select_from(CoursePublication)) == 1
    empty = send(eva, "/publications", state=state_of(course))
    assert empty.status_code == 409
    assert "No hay borradores que publicar" in empty.text


def test_a_draft_that_changed_since_the_page_is_not_published_unseen(
    page, write, send, course, ada, eva
):
    write(ada, NEW)
    state = page(f"{EDITING}/changes", as_=ada).soup.select_one("#publish-state")["value"]
    write(eva, lesson("pozo", "Otra cosa."))
    assert send(ada, "/publications", state=state, note="Mi nota").status_code == 409
    assert session.scalar(select(CoursePublication)) is None


def test_an_import_in_between_is_never_undone_by_a_draft(page, write, send, course, ada, folder):
    write(ada, NEW)
    (folder / POZO).write_text(lesson("pozo", "Del archivo."))
    bring(folder)
    assert "borrador sobre un texto anterior" in page(EDITING, as_=ada).text
    refused = send(ada, "/publications", state=state_of(course))
    assert refused.status_code == 409
    assert "cambió en lo publicado desde que empezó su borrador" in refused.text
    shown = page(FILE, as_=ada)
    assert "Lo publicado cambió" in shown.text
    assert "Del archivo" in shown.text
    assert write(ada, NEW).status_code == 302
    assert go_live(send, page, ada).status_code == 302
    assert live_files(course)[POZO].decode() == NEW


def test_an_import_of_another_file_between_look_and_lock_is_not_undone(course, write, ada, folder):
    write(ada, NEW)
    found = prepare(course, state_of(course))
    (folder / "2-dos/1-rio.md").write_text(lesson("rio", "Del archivo."))
    bring(folder)
    with pytest.raises(NotPublishable):
        publish(course, found, "", by=ada, at=now())
    assert b"Del archivo" in live_files(course)["2-dos/1-rio.md"]


def test_history_compares_any_two_and_restores(page, write, send, course, ada):
    first = said(course)
    for text in ("Uno.", "Dos."):
        write(ada, lesson("pozo", text))
        go_live(send, page, ada)
    shown = page(f"{EDITING}/history/{POZO}?from=p1&to=p3", as_=ada)
    assert "Dos." in str(shown.one("main ins"))
    assert "El pozo es hondo" in str(shown.one("main del"))
    assert send(ada, "/restorations", path=POZO, version="p1").status_code == 302
    assert said(course) == first
    go_live(send, page, ada)
    assert "El pozo es hondo" in " ".join(session.scalars(select(LessonText.html)))
    for wrong in ("p99", "b99", "x", "", "p" + "9" * 40):
        assert send(ada, "/restorations", path=POZO, version=wrong).status_code == 404


def test_a_withdrawn_lesson_comes_back_with_its_progress(page, send, course, ada, ben):
    mark_read(ben, session.scalars(select(Lesson).where(Lesson.slug == "pozo")).one(), at=now())
    session.commit()
    send(ada, "/removals", path=POZO)
    assert "se retira" in page(f"{EDITING}/changes", as_=ada).text
    go_live(send, page, ada)
    page("/courses/agua/lessons/pozo", as_=ben, status=404)
    send(ada, "/restorations", path=POZO, version="p1")
    assert "vuelve, con el avance de todos" in page(f"{EDITING}/changes", as_=ada).text
    go_live(send, page, ada)
    assert "Leída" in page("/courses/agua/lessons/pozo", as_=ben).text


def test_the_download_is_the_live_course(client, sign_in, write, course, ada):
    write(ada, NEW)
    sign_in(ada)
    response = client.post(f"{EDITING}/export")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        files = {name.removeprefix("agua/"): archive.read(name) for name in archive.namelist()}
    assert files == live_files(course)


def test_from_the_folder_to_the_browser_and_back(
    app, monkeypatch, page, write, send, course, ada, folder
):
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: app)

    def run(*arguments: object):
        return CliRunner().invoke(pegup, ["content", *map(str, arguments)])

    write(ada, NEW)
    assert run("import", folder).exit_code == 0, "a draft is in nobody's way"
    assert said(course) == NEW
    go_live(send, page, ada)
    refused = run("import", folder)
    assert refused.exit_code == 1
    assert POZO in refused.output
    assert run("export", "agua", "--to", folder).output == f"changed {folder / POZO}\n"
    assert (folder / POZO).read_text() == NEW
    assert run("import", folder).output == f"{folder}: nothing changed\n"


@pytest.mark.slow
def test_the_pages_ask_the_database_as_often_for_many_drafts_as_for_one(
    queries, send, write, course, ada
):
    """A list that grows with the course must not grow in questions."""
    write(ada, NEW)
    addresses = ("", "/changes", f"/files/{POZO}")
    few = [queries(f"{EDITING}{each}", ada) for each in addresses]
    for path in ("1-uno/1-acequia.md", "2-dos/1-rio.md", "course.md", "glosario.md"):
        send(ada, "/translations", path=path, language="en")
    assert [queries(f"{EDITING}{each}", ada) for each in addresses] == few


# Review


def ask(send, course, person, **data):
    return send(person, "/reviews", state=state_of(course), **data)


def answer(send, course, person, verdict: str, remark: str = ""):
    data = {"state": state_of(course), "verdict": verdict, "remark": remark}
    return send(person, "/reviews/answers", **data)


@pytest.mark.slow
def test_a_review_is_of_exactly_these_drafts(page, write, send, course, ada, eva):
    write(ada, NEW)
    for _time in range(2):
        assert ask(send, course, ada, note="¿Está claro?").status_code == 302
    assert session.scalar(select(func.count()).select_from(ReviewRequest)) == 1
    assert "tu nota no se guardó" not in page(f"{EDITING}/changes", as_=ada).text
    ask(send, course, eva, note="¿Y las fechas?")
    assert "tu nota no se guardó" in page(f"{EDITING}/changes", as_=eva).text
    assert answer(send, course, ada, "approved").status_code == 409, "nobody reviews their own"
    assert "Alguien pide que revises" in page(EDITING, as_=eva).text
    assert "Alguien pide que revises" not in page(EDITING, as_=ada).text
    shown = page(f"{EDITING}/changes", as_=eva)
    assert "¿Está claro?" in shown.text
    assert answer(send, course, eva, "changes").status_code == 422
    answer(send, course, eva, "changes", "Falta la fecha.")
    assert "Falta la fecha." in page(f"{EDITING}/changes", as_=ada).text
    write(ada, lesson("pozo", "Con fecha: 1997."))
    lapsed = page(f"{EDITING}/changes", as_=ada).text
    assert "ya no vale para lo que hay ahora" in lapsed
    ask(send, course, ada)
    answer(send, course, eva, "approved")
    shown = page(f"{EDITING}/changes", as_=ada)
    assert "sin revisión" not in shown.text
    go_live(send, page, ada)
    row = session.scalars(select(CoursePublication)).one()
    assert row.approved.by_id == eva.id
    assert "revisado por Eva Trainer" in page(EDITING, as_=ada).text


def test_the_front_door_says_what_waits(page, write, send, course, ada, eva, ben):
    give, read = "Revisar los cambios de un colega", "Ver qué dice la revisión"
    write(ada, NEW)
    assert give not in page("/", as_=eva).text, "nobody asked yet"
    ask(send, course, ada)
    assert give in page("/", as_=eva).text
    for person in (ada, ben):
        assert give not in page("/", as_=person).text
    answer(send, course, eva, "changes", "Falta la fecha.")
    assert give not in page("/", as_=eva).text
    assert read in page("/", as_=ada).text
    write(ada, lesson("pozo", "Con fecha: 1997."))
    for person in (ada, eva):
        text = page("/", as_=person).text
        assert give not in text
        assert read not in text


def test_who_wrote_some_of_it_approves_nothing(write, send, course, ada, eva):
    write(eva, lesson("rio", "Otro."), "2-dos/1-rio.md")
    write(ada, NEW)
    ask(send, course, ada)
    assert answer(send, course, eva, "approved").status_code == 409


def test_an_answer_to_other_drafts_is_told(write, send, course, ada, eva):
    write(ada, NEW)
    ask(send, course, ada)
    old = state_of(course)
    write(ada, lesson("pozo", "Otra."))
    told = send(eva, "/reviews/answers", state=old, verdict="approved", remark="Bien")
    assert told.status_code == 409
    assert "Los borradores cambiaron" in told.text


# Doors


def test_who_may_not(page, course, ben, cleo, client, sign_in):
    for address in (
        "",
        f"/files/{POZO}",
        "/changes",
        f"/history/{POZO}",
        "/lessons/new",
        "/preview/pozo",
    ):
        page(f"{EDITING}{address}", as_=ben, status=403)
        page(f"{EDITING}{address}", as_=cleo, status=404)
    assert "Editar el curso" not in page("/courses/agua", as_=ben).text


def test_a_course_from_before_says_what_to_do(page, ada, world):
    make.course()
    assert "Impórtalo una vez más" in page(EDITING, as_=ada).text
    page(f"{EDITING}/changes", as_=ada, status=409)


@pytest.mark.parametrize(
    "path", ["nada.md", "media/nada.jpg", "../course.md", "1-uno", ".md", "1-uno/2-pozo.md/x"]
)
def test_files_that_are_none(page, course, ada, path):
    page(f"{EDITING}/files/{path}", as_=ada, status=404)
    page(f"{EDITING}/history/{path}", as_=ada, status=404)
