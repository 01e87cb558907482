"""The search page: who finds what, what is shown, and that nothing breaks it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import delete, event, select

from pegup.accounts.models import Kind as Role
from pegup.courses.content import storing
from pegup.courses.models import Course
from pegup.courses.operations import leave
from pegup.db import db, now, session
from pegup.profiles.operations import withdraw, write_section
from pegup.search import index
from pegup.search.models import Document
from pegup.search.operations import reindex
from tests import make
from tests.pages import assert_links_resolve
from tests.search import made

HTML = (
    '<h2 id="antes">Antes</h2><p>Nada.</p>'
    '<h2 id="canal">El canal</h2><p>Las niñas limpian el desagüe cada año.</p>'
)


@pytest.fixture
def course(world) -> Course:
    return make.course(htmls={"pozo": HTML})


def titles(page, query: str, as_=None) -> list[str]:
    shown = page(f"/search?q={quote(query)}", as_=as_)
    return [heading.get_text() for heading in shown.all(".found h2")]


# Who finds what


def test_a_lesson_is_found_by_who_may_open_it(page, course, ada, ben, cleo, root):
    assert titles(page, "desague", as_=ben) == []
    make.enrolment(ben, course)
    assert titles(page, "desague", as_=ben) == ["Lección pozo (es)"]
    trainer = make.person("Teresa Trainer", roles=[(Role.TRAINER, "agua")])
    other = make.person("Otto Other", roles=[(Role.TRAINER, "otro")])
    coordinator = make.person("Carla Coordinator", roles=[(Role.COORDINATOR, "")])
    assert titles(page, "desague", as_=trainer) == ["Lección pozo (es)"]
    assert titles(page, "desague", as_=coordinator) == ["Lección pozo (es)"]
    assert titles(page, "desague", as_=root) == ["Lección pozo (es)"]
    assert titles(page, "desague", as_=other) == []
    assert titles(page, "desague", as_=cleo) == []
    assert titles(page, "desague") == []


def test_who_left_the_course_finds_its_lessons_no_more(page, course, ben):
    make.enrolment(ben, course)
    leave(ben, course, at=now())
    session.commit()
    assert titles(page, "desague", as_=ben) == []


def test_one_course_does_not_open_another(page, course, ben):
    other = make.course("bosque", modules={"b1": ["sendero"]}, htmls={"sendero": "<p>desagüe</p>"})
    make.enrolment(ben, other)
    assert titles(page, "desagüe", as_=ben) == ["Lección sendero (es)"]


def test_a_stranger_finds_the_glossary_and_is_told_about_lessons(page, course, ben):
    shown = page("/search?q=acequia")
    assert [heading.get_text() for heading in shown.all(".found h2")] == ["Acequia"]
    assert shown.one(".found h2 a")["href"] == "/courses/agua/glossary#acequia"
    assert "entra con su cuenta" in shown.one("main .notice").text
    member = page("/search?q=acequia", as_=ben)
    assert member.one("main .notice a")["href"] == "/courses/agua/enrolment"
    make.enrolment(ben, course)
    inside = page("/search?q=acequia", as_=ben)
    assert inside.all("main .notice") == []
    assert {heading.get_text() for heading in inside.all(".found h2")} == {
        "Acequia",
        "Lección acequia (es)",
    }


def test_nothing_unseen_is_told_by_a_suggestion(page, world):
    make.course(modules={"uno": ["confidencialmente"]})
    assert "confidencial" not in page("/search?q=konfidencialmente").one("main").text.replace(
        "konfidencialmente", ""
    )


# Languages


def test_readers_of_english_find_the_translation_and_what_has_none(page, client, ben):
    course = make.course(english=True)
    make.enrolment(ben, course)
    client.set_cookie("pegup-language", "en")
    assert titles(page, "texto pozo", as_=ben) == ["Lección pozo (en)"]
    only_spanish = make.course("bosque", modules={"b1": ["sendero"]})
    make.enrolment(ben, only_spanish)
    shown = page("/search?q=sendero", as_=ben)
    assert shown.one(".found h2")["lang"] == "es"
    assert [each.get_text() for each in shown.all(".found h2")] == ["Lección sendero (es)"]


def test_a_text_of_another_language_is_found_once(page, ben):
    make.enrolment(ben, make.course(english=True))
    assert titles(page, "pozo", as_=ben) == ["Lección pozo (es)"]


# In step


def test_a_new_import_is_found_at_once_and_what_left_is_not(page, course, ben):
    make.enrolment(ben, course)
    make.course(htmls={"pozo": "<p>Ahora hay totoras.</p>"})
    assert titles(page, "desague", as_=ben) == []
    assert titles(page, "totora", as_=ben) == ["Lección pozo (es)"]
    make.course(modules={"uno": ["acequia"], "dos": ["rio"]})
    assert titles(page, "pozo", as_=ben) == []
    make.course(htmls={"pozo": HTML})
    assert titles(page, "pozo", as_=ben) == ["Lección pozo (es)"]


def test_an_import_that_is_taken_back_leaves_the_index_as_it_was(page, course, ben, monkeypatch):
    make.enrolment(ben, course)
    monkeypatch.setattr(storing, "after_import", [*storing.after_import, lambda _course: 1 / 0])
    with pytest.raises(ZeroDivisionError):
        make.course(htmls={"pozo": "<p>totoras</p>"})
    session.rollback()
    assert titles(page, "totoras", as_=ben) == []
    assert titles(page, "desague", as_=ben) == ["Lección pozo (es)"]


@pytest.fixture
def profile(ben):
    profile = make.profile(make.team(ben), ben)
    write_section(
        profile, "1.1", text="El **tamarindo** da sombra. {A01}", base=0, by=ben, at=now()
    )
    session.commit()
    return profile


def published(page, ben) -> None:
    page("/profiles/equipo-de-paita/perfil-ambiental/publication", as_=ben, data={}, status=302)


def test_a_profile_is_found_while_it_is_published(page, profile, ben):
    assert titles(page, "tamarindo") == []
    published(page, ben)
    shown = page("/search?q=tamarindos")
    assert "Paita" in shown.one(".found h2").text
    assert shown.one(".found mark").text == "tamarindo"
    assert shown.one(".found h2 a")["href"].endswith("/perfil-ambiental/published#s-1.1")
    assert "Equipo de Paita" in shown.one(".found .meta").text
    withdraw(profile, at=now())
    session.commit()
    assert titles(page, "tamarindo") == []


def test_a_profile_shows_what_was_published_not_what_is_written_now(page, profile, ben):
    published(page, ben)
    write_section(profile, "1.1", text="El algarrobo da sombra.", base=1, by=ben, at=now())
    session.commit()
    assert titles(page, "algarrobo") == []
    assert len(titles(page, "tamarindo")) == 1
    published(page, ben)
    assert titles(page, "tamarindo") == []
    assert len(titles(page, "algarrobo")) == 1


def test_nobody_is_found_by_name(page, profile, ben):
    published(page, ben)
    assert titles(page, "Ben Learner") == []


def test_making_the_index_anew_changes_nothing_and_mends_everything(page, course, profile, ben):
    published(page, ben)
    make.enrolment(ben, course)
    counts = reindex()
    assert counts == reindex()
    assert counts == {"lesson": 6, "term": 2, "profile": 2}
    assert titles(page, "desague", as_=ben) == ["Lección pozo (es)"]
    session.execute(delete(Document))
    session.commit()
    assert titles(page, "desague", as_=ben) == []
    reindex()
    session.commit()
    assert titles(page, "desague", as_=ben) == ["Lección pozo (es)"]
    assert len(titles(page, "tamarindo")) == 1


# What is shown


def test_a_result_says_what_it_is_and_leads_to_the_heading(page, course, ben, app):
    make.enrolment(ben, course)
    shown = page("/search?q=desagües", as_=ben)
    assert shown.one(".found h2 a")["href"] == "/courses/agua/lessons/pozo#canal"
    assert shown.one(".found .meta").text == "Lección 1.2"
    assert shown.one(".found mark").text == "desagüe"
    assert "1 resultado" in shown.text
    assert_links_resolve(shown, app)


def test_who_types_the_enie_gets_it_first(page, ben):
    course = make.course(
        modules={"uno": ["a", "b"]},
        htmls={"a": "<p>Tengo pena, pena y pena.</p>", "b": "<p>La peña es alta.</p>"},
    )
    make.enrolment(ben, course)
    assert titles(page, "peña", as_=ben) == ["Lección b (es)", "Lección a (es)"]
    assert set(titles(page, "pena", as_=ben)) == {"Lección b (es)", "Lección a (es)"}


def test_a_word_in_the_title_comes_first(page, ben):
    course = make.course(
        modules={"uno": ["rio", "pozo"]},
        htmls={"rio": "<p>Nada.</p>", "pozo": "<p>El rio, el rio, el rio y otro rio.</p>"},
    )
    make.enrolment(ben, course)
    assert titles(page, "río", as_=ben) == ["Lección rio (es)", "Lección pozo (es)"]


def test_where_nothing_has_all_words_some_do(page, course, ben):
    make.enrolment(ben, course)
    shown = page("/search?q=desague+helicoptero", as_=ben)
    assert "Esto tiene algunas" in shown.one("main [role=status]").text
    assert [each.get_text() for each in shown.all(".found h2")] == ["Lección pozo (es)"]


HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt; &lt;mark&gt;huaico&lt;/mark&gt; &quot;onx&quot;"


def test_a_hostile_text_is_shown_as_text(page, ben, client, sign_in):
    course = make.course(htmls={"pozo": f"<p>{HOSTILE} y desagüe</p>"})
    make.enrolment(ben, course)
    sign_in(ben)
    text = client.get("/search?q=desague+script").text
    assert "<script>alert" not in text
    assert "&lt;<mark>script</mark>&gt;alert(1)" in text
    assert "&lt;mark&gt;huaico" in text


def test_a_hostile_query_comes_back_as_text(client, world, sign_in):
    text = client.get("/search", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


QUERIES = [
    '"',
    "'",
    '""" OR 1=1 --',
    "agua NEAR acequia",
    "NEAR(agua acequia, 3)",
    "agua AND OR NOT",
    "NOT",
    "*",
    "agua*",
    "^agua",
    "title:agua",
    "{title}:agua",
    "-agua",
    "a:b:c",
    "agua & acequia",
    "agua | !acequia",
    "agua <-> acequia",
    "':*",
    "\\",
    "\\'",
    "%_%",
    "'; DROP TABLE pegup_search_document; --",
    "😀🇵🇪",
    "´`^~¨",
    "\u0301\u0301\u0301",
    "\u202e\u2066agua",
    "ﷺ ㌔ ½ ß İ ŉ",
    "١٢٣ 水 कि",
    "a" * 100_000,
    "agua " * 20_000,
    "e\u0301" * 5_000,
    "\ud800" * 3,
    "\n\t\r",
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: ascii(query[:20]))
def test_a_hostile_query_is_only_a_query(client, course, ben, sign_in, query):
    make.enrolment(ben, course)
    sign_in(ben)
    sent = quote(query.encode("utf-8", "surrogatepass"))
    assert client.get(f"/search?q={sent}").status_code == 200
    assert client.get(f"/search?q={sent}&page=99999999999").status_code == 200
    assert session.scalar(select(Document.id).limit(1))


def test_a_zero_byte_is_refused_as_everywhere(client, world):
    assert client.get("/search?q=a%00b").status_code == 400


def test_pages_of_twenty_in_one_order(page, course, ben):
    make.enrolment(ben, course)
    made.documents(course, 45, words=5)
    session.commit()
    seen = []
    for number, expected in ((1, 20), (2, 20), (3, 5)):
        shown = page(f"/search?q=vecinos&page={number}", as_=ben)
        links = [link["href"] for link in shown.all(".found h2 a")]
        assert len(links) == expected
        assert int(shown.one(".found")["start"]) == (number - 1) * 20 + 1
        seen += links
    assert len(set(seen)) == 45
    first = page("/search?q=vecinos", as_=ben)
    assert first.one("a[rel=next]")["href"] == "/search?q=vecinos&page=2"


def test_more_than_anybody_reads_is_cut_and_said(page, course, ben, monkeypatch):
    make.enrolment(ben, course)
    monkeypatch.setattr("pegup.search.index.MOST_FOUND", 30)
    made.documents(course, 45, words=5)
    session.commit()
    shown = page("/search?q=vecinos&page=2", as_=ben)
    assert "más de 30" in shown.one("main [role=status]").text
    assert len(shown.all(".found li")) == 10
    assert shown.all("a[rel=next]") == []


def put_lesson(course, slug: str, title: str, text: str) -> None:
    document = made.lesson(course, slug, title, text)
    session.add(document)
    session.flush()
    index.put([index.Entry(document.id, (title,), text)])


def test_of_more_than_anybody_reads_the_titles_come_first_and_each_once(
    page, course, ben, monkeypatch
):
    make.enrolment(ben, course)
    monkeypatch.setattr("pegup.search.index.MOST_FOUND", 40)
    put_lesson(course, "primera", "La casa de los vecinos", "vecinos " * 60)
    put_lesson(course, "muchas", "Otra", "vecinos " * 50)
    made.documents(course, 45, words=5)
    put_lesson(course, "ultima", "Junta de vecinos", "vecinos " + "caña barro " * 900)
    put_lesson(make.course("mar"), "ajena", "Vecinos", "vecinos")
    session.commit()
    links = [
        link["href"].rpartition("/")[2]
        for number in (1, 2)
        for link in page(f"/search?q=vecinos&page={number}", as_=ben).all(".found h2 a")
    ]
    assert set(links[:2]) == {"primera", "ultima"}
    assert links[2] == "muchas"
    assert "ajena" not in links
    assert len(set(links)) == len(links) == 40


def test_what_was_meant_is_looked_for_in_the_glossary_first(page, course, ben, monkeypatch):
    make.enrolment(ben, course)
    monkeypatch.setattr("pegup.search.operations.MOST_TEXTS", 1)
    made.documents(course, 5, words=5)
    put_lesson(course, "ultima", "Totora", "La totora crece.")
    session.commit()
    assert page("/search?q=asequia", as_=ben).all("main .empty a")[0]["href"].endswith("acequia")
    assert page("/search?q=totorra", as_=ben).all("main .empty a[href*='q=']") == []


def test_an_empty_query_is_a_friendly_page(page, course, ben):
    shown = page("/search")
    assert "Escribe una o varias palabras" in shown.text
    assert shown.all(".found") == []
    assert page("/search?q=+++").one("#q")["value"] == ""


def test_nothing_found_says_what_helps(page, course, ben, app):
    make.enrolment(ben, course)
    shown = page("/search?q=asequia", as_=ben)
    assert "No hay nada con «asequia»" in shown.text
    assert [link["href"] for link in shown.all("main .empty a")] == [
        "/search?q=acequia",
        "/courses/agua",
        "/courses/agua/glossary",
    ]
    assert_links_resolve(shown, app)


def test_the_box_is_on_every_page_and_works_without_scripts(page, course, ben):
    for path in ("/", "/courses/", "/courses/agua", "/no-existe"):
        shown = page(path, as_=ben, status=404 if "existe" in path else 200)
        form = shown.one("header form[role=search]")
        assert form["action"] == "/search"
        assert form.get("method", "get") == "get"
        assert form.select_one("input[name=q]")["aria-label"]
        assert shown.one("header a.find")["href"] == "/search"
    own = page("/search", as_=ben)
    assert own.all("header form[role=search]") == []
    assert own.one("main form[role=search]")


def test_a_search_asks_the_same_however_much_it_finds(page, course, ben):
    make.enrolment(ben, course)
    statements: list[str] = []

    def asked(query: str) -> int:
        statements.clear()
        page(f"/search?q={query}", as_=ben)
        return len([each for each in statements if each.startswith("SELECT")])

    engine = db.engines[None].engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    asked("desague")
    one = asked("desague")
    made.documents(course, 45, words=5)
    session.commit()
    asked("vecinos")
    assert asked("vecinos") == one
