"""The file: small, whole by itself, and nothing that somebody wrote can run in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from pegup.accounts.models import Kind, Role
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course, CourseFile, CoursePicture
from pegup.courses.outline import outline_of
from pegup.db import now, session
from pegup.handouts.file import weight
from pegup.handouts.models import Handout
from tests import make
from tests.browser.world import EACH_KIND
from tests.handouts.conftest import NEW

FOLDER = Path(__file__).parents[2] / "content" / "promotores-ambientales"
LARGEST = 100_000
SAFE = re.compile(r"#|https?:|mailto:|tel:")


def fetched(client, sign_in, person, handout: Handout, query: str = "") -> bytes:
    sign_in(person)
    answer = client.get(f"/handouts/files/{handout.number}/file{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{handout.edition.module.slug}-{handout.number}.html"'
    )
    assert answer.mimetype == "text/html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    return answer.data


def unpacked(file: bytes) -> dict:
    soup = BeautifulSoup(file, "html.parser")
    content = base64.b64decode(soup.find(id="packed").string)
    return json.loads(zlib.decompress(content, wbits=-zlib.MAX_WBITS))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_theme_of_the_course_is_small_and_the_pages_say_so(
    client, sign_in, ada, language, world
):
    store_course(read_course(FOLDER).course, now())
    course = session.scalars(select(Course)).one()
    ada.roles = [Role(kind=Kind.TRAINER, scope=course.slug)]
    session.commit()
    client.set_cookie("pegup-language", language)
    for theme in outline_of(course, language).themes:
        sign_in(ada)
        answer = client.post(f"/handouts/{course.slug}/{theme.slug}/new", data={"for": "me"})
        number = answer.location.rpartition("/")[2]
        handout = session.scalars(select(Handout).where(Handout.number == number)).one()
        file = fetched(client, sign_in, ada, handout)
        assert len(file) <= LARGEST, theme.slug
        assert 0.95 < weight(theme) / len(file) < 1.05, theme.slug
        shown = BeautifulSoup(file, "html.parser")
        assert shown.html["lang"] == language
        assert len(shown.select("article")) == len(theme.lessons)
        made = unpacked(file)
        asked = [
            len(BeautifulSoup(each, "html.parser").select("fieldset")) for each in made["questions"]
        ]
        assert asked == [lesson.questions for lesson in theme.lessons]
        links = {link["href"] for link in shown.select("a[href^='#']")}
        assert all(shown.find(id=link[1:]) for link in links)


def test_it_holds_its_number_and_key_and_nobody_elses(client, sign_in, named, loose, learner):
    made = json.loads(unpacked(fetched(client, sign_in, learner, named))["data"])
    assert (made["number"], made["key"], made["open"]) == (named.number, named.key.hex(), False)
    assert loose.key.hex() not in fetched(client, sign_in, learner, named).decode()


def test_no_key_stands_on_a_page_of_the_site(page, named, learner, trainer):
    for person in (learner, trainer):
        for path in ("/handouts/", f"/handouts/files/{named.number}", NEW):
            assert named.key.hex() not in page(path, as_=person).text


def test_what_runs_is_named_by_its_hash(client, sign_in, named, learner):
    file = fetched(client, sign_in, learner, named)
    soup = BeautifulSoup(file, "html.parser")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    scripts = [each for each in soup.find_all("script") if each.get("type") != "text/plain"]
    texts = [each.string for each in scripts] + [unpacked(file)["script"]]
    assert rules["script-src"].split() == [hash_of(text) for text in texts]
    assert rules["style-src"].split() == [hash_of(each.string) for each in soup.find_all("style")]
    assert not soup.select("[src]:not([src^='data:']), link")
    assert "url(" not in re.sub(r"url\(['\"]?data:", "", str(soup.style))


def hash_of(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "--><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    "<svg onload=alert(1)><style>*{display:none}</style></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<p onclick="alert(1)" style="position:fixed" id="data">x</p>',
    '<form action="https://example.org"><input name="q1"></form>',
    '<base href="https://example.org/"><meta http-equiv="refresh" content="0">',
    '<img src="https://example.org/x.png" alt="&quot; onerror=&quot;alert(1)">',
    "</article></section></main></body></html>",
    "</textarea></title><plaintext>",
    "]]>{{ 7*7 }}@style@${alert(1)}",
)


def hostile_questions(hostile: str) -> list[dict]:
    """One question of each kind that says this wherever it says anything."""
    specs = json.loads(json.dumps(EACH_KIND))
    for each in specs:
        each |= {"prompt": hostile, "body": hostile, "feedback": hostile}
        for piece in (*each.get("options", ()), *each.get("pairs", ()), *each.get("items", ())):
            texts = {name for name, value in piece.items() if isinstance(value, str)}
            piece |= dict.fromkeys(texts - {"key"}, hostile)
    specs[3]["unit"] = hostile[:20]
    return specs


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_somebody_wrote_breaks_out(client, sign_in, post, ben, world, hostile):
    course = make.course(
        htmls={"acequia": hostile, "pozo": "<p>Bien</p>"},
        questions={"acequia": hostile_questions(hostile)},
    )
    make.enrolment(ben, course)
    ben.name = hostile[:100]
    session.commit()
    post(NEW, {"for": "me"}, ben)
    file = fetched(client, sign_in, ben, session.scalars(select(Handout)).one())
    made = unpacked(file)
    whole = BeautifulSoup(file, "html.parser")
    assert [each.get("type") for each in whole.find_all("script")] == ["text/plain", None]
    assert len(whole.select("style")) == 1
    assert whole.select("#l2 article")[0].get_text() == "Bien"
    assert [each["id"] for each in whole.select("main > section")] == [
        "start",
        "l1",
        "l2",
        "words",
        "code",
    ]
    questions = BeautifulSoup(made["questions"][0], "html.parser")
    assert len(questions.select("form > fieldset")) == len(EACH_KIND)
    assert not questions.select("script, style, iframe, svg, base, meta, plaintext")
    assert not whole.select(
        "main iframe, main svg, main base, main meta, main plaintext, main form"
    )
    for found in (whole.body, questions):
        for each in found.find_all(True):
            assert not [name for name in each.attrs if name.startswith("on") or name == "style"], (
                each
            )
            assert each.name != "a" or SAFE.match(each.get("href", "#")), each
            assert each.name != "img"
    assert len(whole.select("[id=data]")) == 0


def test_pictures_are_described_or_inside_when_asked_for(client, sign_in, post, page, ben, world):
    content = b"not a picture, but its bytes"
    picture = CoursePicture(name="plaza-1-p.webp", media_type="image/webp", content=content)
    html = (
        '<p><picture><source type="image/webp" srcset="../media/plaza-1-p.webp">'
        '<img src="../media/plaza-1-p.webp" alt="La plaza" width="320" height="240"></picture></p>'
    )
    course = make.course(htmls={"acequia": html})
    session.add(
        CourseFile(
            course_id=course.id,
            path="plaza.jpg",
            media_type="image/jpeg",
            digest="0" * 64,
            content=b"",
            pictures=[picture],
        )
    )
    course.imported_at = now()
    make.enrolment(ben, course)
    post(NEW, {"for": "me"}, ben)
    handout = session.scalars(select(Handout)).one()
    bare = BeautifulSoup(fetched(client, sign_in, ben, handout), "html.parser")
    assert not bare.select("img")
    assert "[La plaza]" in bare.article.get_text()
    with_them = BeautifulSoup(
        fetched(client, sign_in, ben, handout, "?pictures=yes"), "html.parser"
    )
    [image] = with_them.select("img")
    kind, _comma, data = image["src"].partition(",")
    assert kind == "data:image/webp;base64"
    assert base64.b64decode(data) == content
    assert (image["alt"], image["width"]) == ("La plaza", "320")
    assert "Con imágenes" in page(f"/handouts/files/{handout.number}", as_=ben).text
