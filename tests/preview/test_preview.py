"""A course folder seen while it is written: every save is shown, errors leave the last good version."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest
from click.testing import CliRunner

from pegup.cli import pegup
from pegup.preview.site import Preview
from tests.courses.folders import write_course
from tests.pages import Page

pytestmark = pytest.mark.slow
COURSE = "/courses/agua"
LESSON = f"{COURSE}/lessons/acequia"


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_course(tmp_path / "curso")


@pytest.fixture
def client(folder, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    return Preview(folder, data).app.test_client()


def change(folder: Path, before: str, after: str) -> None:
    file = folder / "1-uno" / "1-acequia.md"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def view(client, **chosen: str) -> Page:
    assert client.post("/preview/view", data=chosen).status_code == 302
    return Page(client.get(LESSON, follow_redirects=True))


def test_a_save_is_shown_with_what_the_check_says(client, folder):
    before = client.get("/preview/state").json
    assert before["shown"]
    assert client.get("/preview/state").json == before
    change(folder, "El agua corre", "El agua no corre")
    after = client.get("/preview/state").json
    assert after["mark"] != before["mark"]
    assert "El agua no corre" in client.get(LESSON).text
    assert any("lesson-length" in found["text"] for found in after["findings"])


def test_an_error_is_told_and_the_last_good_version_stays(client, folder):
    client.get("/preview/")
    change(folder, "{acequia}", "{asequia}")
    page = Page(client.get("/preview/"))
    assert not page.one("[data-old]").has_attr("hidden")
    assert "1-uno/1-acequia.md:10:" in page.one("[data-findings] .error").text
    assert "term-unknown" in page.one("[data-findings] .error").text
    assert "El agua corre" in client.get(LESSON).text
    change(folder, "{asequia}", "{acequia}")
    assert client.get("/preview/state").json["shown"]


def test_a_folder_that_is_no_course_yet_says_what_is_missing(tmp_path):
    (tmp_path / "vacio").mkdir()
    (tmp_path / "data").mkdir()
    client = Preview(tmp_path / "vacio", tmp_path / "data").app.test_client()
    page = Page(client.get("/preview/"))
    assert page.all("iframe") == []
    assert "course-missing" in page.one("[data-findings]").text
    write_course(tmp_path / "vacio")
    assert len(Page(client.get("/preview/")).all("iframe")) == 2


def test_the_course_is_seen_as_somebody_else(client):
    client.get("/preview/")
    assert "Ya la leí" in view(client, viewer="learner").text
    assert "Marcar como no leída" in view(client, viewer="reader").text
    assert view(client, viewer="visitor").one("h1").text == "Entrar"
    assert "Ya la leí" in view(client, viewer="nobody").text


def test_a_reading_level_and_a_language_are_chosen(client, folder):
    change(folder, "## Mira", "/// deeper | Más\nHondo.\n///\n\n## Mira")
    client.get("/preview/")
    assert not view(client, level="plain").one("details.block-deeper").has_attr("open")
    assert view(client, level="deeper").one("details.block-deeper").has_attr("open")
    packed = client.get(LESSON, headers={"Accept-Encoding": "gzip, deflate, br"})  # as browsers ask
    assert '<details class="block block-deeper" open>' in brotli.decompress(packed.data).decode()
    assert view(client, language="en").one("html")["lang"] == "en"


def test_only_the_preview_frames_its_pages(client):
    for path in ("/preview/", COURSE, LESSON):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy, path
        assert "unsafe" not in policy, path
    refused = client.post("/preview/view", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403


def test_a_folder_that_is_not_there_is_said():
    done = CliRunner().invoke(pegup, ["content", "preview", "/no/hay"])
    assert done.exit_code == 1
    assert "There is no folder" in done.output


def test_the_course_is_seen_on_another_day(client, folder):
    """With a plan, the weeks stand in the outline; without one there is no group."""
    client.get("/preview/")
    view(client, viewer="learner")
    assert "Tu grupo" not in client.get(COURSE).text
    change(folder, "id: acequia\n", "id: acequia\nwhen: semana 2\n")
    client.get("/preview/")
    view(client, viewer="learner", today="2027-03-01", starts_on="2027-03-01")
    assert "va por la semana 1" in client.get(COURSE).text
    assert "semana 2 · del 8 al 14 de marzo" in client.get(COURSE).text
    view(client, viewer="learner", today="2027-03-09")
    assert "Para esta semana" in client.get(COURSE).text
    view(client, viewer="learner", today="2027-03-15", starts_on="mañana")
    page = Page(client.get("/preview/"))
    assert page.one("[name=today]")["value"] == "2027-03-15"
    assert page.one("[name=starts_on]")["value"] == "2027-03-01"
    assert "terminó el 14 de marzo" in client.get(COURSE).text
    assert "Quedó de antes" in client.get(COURSE).text
    view(client, viewer="reader")
    assert "Quedó de antes" not in client.get(COURSE).text
