"""What Markdown becomes: clean HTML with its links, blocks and sources, and questions as JSON."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from pegup.courses.content.reading import read_course
from tests.courses.folders import lesson, write_course
from tests.courses.photos import DRAWING, photo


@pytest.fixture
def html(tmp_path):
    """``html(text)``: the lesson with this text, parsed."""

    def compiled(text: str, **files) -> BeautifulSoup:
        folder = write_course(
            tmp_path, uno__acequia=lesson("acequia", "{acequia}\n\n" + text), **files
        )
        reading = read_course(folder)
        assert reading.course is not None, reading.findings
        return BeautifulSoup(reading.course.modules[0].lessons[0].htmls["es"], "html.parser")

    return compiled


def specs(tmp_path, block: str) -> dict:
    folder = write_course(tmp_path, uno__acequia=lesson("acequia", "{acequia}\n\n" + block))
    reading = read_course(folder)
    assert reading.course is not None, reading.findings
    return reading.course.modules[0].lessons[0].questions[0].specs["es"]


def test_a_term_leads_to_the_glossary_at_its_first_use(html):
    soup = html("Otra {acequia} y {aguas claras|canal de riego}.")
    (link,) = soup.select("a.term")
    assert link["href"] == "../glossary#acequia"
    assert "{" not in soup.text
    assert "Otra acequia y aguas claras." in soup.text


def test_a_term_inside_a_link_is_no_second_link(tmp_path, html):
    soup = html("[mira la {acequia} vieja](2-pozo.md)")
    (link,) = soup.select('a[href="pozo"]')
    assert link.text == "mira la acequia vieja"
    assert not link.select("a")


def test_links_lead_to_lessons_wherever_the_site_is_mounted(html):
    soup = html(
        "[p](2-pozo.md) [r](../2-dos/1-rio.md#mira) [c](../course.md) [m](../2-dos/module.md)"
    )
    found = [a["href"] for a in soup.select("a:not(.term)")]
    assert found == ["pozo", "rio#mira", "../../agua", "../../agua#dos"]


def test_a_picture_comes_from_the_courses_own_files(html):
    soup = html("![Una acequia](../media/a%20b.png)", **{"media/a b.png": photo(1300, 650, "PNG")})
    image = soup.select_one("picture > img")
    name = image["src"].removesuffix("-p.jpg")
    assert re.fullmatch(r"\.\./media/a%20b-[0-9a-f]{10}", name)
    assert (image["alt"], image["loading"]) == ("Una acequia", "lazy")
    assert (image["width"], image["height"]) == ("1280", "640")
    phone = "(max-width: 40rem)"
    assert [
        (each["srcset"], each["type"], each.get("media")) for each in soup.select("source")
    ] == [
        (f"{name}-p.avif", "image/avif", phone),
        (f"{name}-p.webp", "image/webp", phone),
        (f"{name}-w.avif", "image/avif", None),
        (f"{name}-w.webp", "image/webp", None),
    ]


def test_a_small_photo_and_a_drawing_are_offered_once(html):
    soup = html("![Una acequia](../media/a.jpg)", **{"media/a.jpg": photo(400, 300)})
    assert [each.get("media") for each in soup.select("source")] == [None, None]
    soup = html("![Una acequia](../media/a.svg)", **{"media/a.svg": DRAWING})
    assert (soup.select_one("img")["width"], soup.select("source")) == ("8", [])


def test_sources_stand_at_the_end_in_the_order_of_the_text(html):
    soup = html("Uno[^b] y dos[^a] y uno[^b].\n\n[^a]: Fuente A.\n[^b]: Fuente\n    B, 1998.")
    assert [sup.text for sup in soup.select("sup")] == ["1", "2", "1"]
    items = soup.select(".footnotes li")
    assert [li.text.removesuffix(" ↩") for li in items] == ["Fuente\nB, 1998.", "Fuente A."]
    for sup in soup.select("sup a"):
        assert soup.find(id=sup["href"][1:]) is not None
    for back in soup.select(".footnotes a"):
        assert soup.find(id=back["href"][1:]) is not None


def test_blocks(html):
    soup = html(
        "/// deeper | ¿Por qué?\n\nPorque sí.\n///\n\n"
        "/// activity | Mi cuadra\n    output: issues\n    minutes: 20\n\n1. Mira.\n///\n\n"
        "/// worked\n\nBien.\n///\n\n/// failed\n\nMal.\n///\n\n"
        "/// history | 1998\n\nAsí.\n///\n\n"
        "/// law | Ley 28611\n    checked: 2026-11\n    certainty: unconfirmed\n\nDice.\n///"
    )
    assert soup.select_one("details.block-deeper summary").text == "¿Por qué?"
    activity = soup.select_one(".block-activity")
    assert activity.h3.text == "Mi cuadra"
    assert "20 minutos · Sirve para: la lista de problemas" in activity.text
    pair = soup.select_one(".grid")
    assert [s.h3.text for s in pair.select("section")] == ["Lo que funcionó", "Lo que no funcionó"]
    assert soup.select_one(".block-history h3").text == "En 1998"
    law = soup.select_one(".block-law")
    assert "Revisado en noviembre de 2026." in law.text
    assert "Por confirmar" in law.select_one(".badge.warn").text


def test_headings_in_blocks_stand_below_the_blocks_own(html):
    soup = html("/// note | Aviso\n\n### Más\n\nTexto.\n///\n\n### Después\n\nx\n\n## Otra\n\ny")
    levels = [(h.name, h.text) for h in soup.find_all(["h2", "h3", "h4"])]
    assert levels == [
        ("h2", "Mira"),
        ("h3", "Aviso"),
        ("h4", "Más"),
        ("h3", "Después"),
        ("h2", "Otra"),
    ]


def test_equal_headings_have_different_anchors(html):
    soup = html("## Mira\n\nx\n\n## ¡Mirá!\n\ny")
    assert [h["id"] for h in soup.select("h2")] == ["mira", "mira-2", "mira-3"]


def test_a_wide_table_scrolls_by_itself(html):
    frame = html("| Agua | Año |\n|---|--:|\n| 5 | 1998 |").select_one("div.table-scroll")
    assert (frame["tabindex"], frame["role"], frame["aria-label"]) == ("0", "region", "Agua Año")
    assert frame.table is not None


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://a.pe "\\" onmouseover=alert(1) \\"")',
    "`<script>alert(1)</script>`",
    "<style>body{display:none}</style>",
    "/// note | <script>alert(1)</script>\n\nx <iframe src=//evil>\n///",
    "## <script>alert(1)</script>",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_reaches_the_page(tmp_path, monkeypatch, text):
    """Also where the check is overruled: the HTML itself is clean."""
    monkeypatch.setattr("pegup.courses.content.reading.Findings.errors", 0)
    question = f"/// question | ¿Qué? {text.splitlines()[0]}\n    id: que\n\n- [x] {text.splitlines()[0]}\n- [ ] b\n///"
    folder = write_course(
        tmp_path,
        uno__acequia=lesson("acequia", "{acequia}\n\n" + text + "\n\n" + question),
        glosario="---\nid: glosario\ntitle: G\n---\n\n## Acequia {#acequia}\n\n"
        + text.replace("## ", "### "),
    )
    course = read_course(folder).course
    made = course.modules[0].lessons[0]
    pieces = [made.htmls["es"], course.terms["es"][0].definition_html]
    for each in made.questions:
        spec = each.specs["es"]
        pieces += [spec["prompt"], spec["body"], *(o["text"] for o in spec["options"])]
    for piece in pieces:
        soup = BeautifulSoup(piece, "html.parser")
        assert not soup.select("script, style, iframe, object, embed, form, base, svg")
        for element in soup.find_all(True):
            assert not [name for name in element.attrs if name.startswith("on")]
            for link in (element.get("href", ""), element.get("src", "")):
                assert "script:" not in link.lower(), element


def test_single_choice(tmp_path):
    spec = specs(
        tmp_path,
        "/// question | ¿**Qué** {acequia}?\n    id: que\n\nLee:\n\n- un río\n\n- [ ] Uno\n  sigue\n"
        "      > No.\n      > Mira.\n- [x] Dos\n      > Sí.\n\n> Para todos.\n///",
    )
    assert spec["kind"] == "single"
    assert spec["prompt"] == "¿<strong>Qué</strong> <span>acequia</span>?"
    assert spec["body"] == "<p>Lee:</p>\n<ul>\n<li>un río</li>\n</ul>"
    assert [o["text"] for o in spec["options"]] == ["Uno\nsigue", "Dos"]
    assert [o["right"] for o in spec["options"]] == [False, True]
    assert [o["feedback"] for o in spec["options"]] == ["No.\nMira.", "Sí."]
    assert spec["feedback"] == "Para todos."
    assert spec["shuffle"] is True
    assert len({o["key"] for o in spec["options"]}) == 2


@pytest.mark.parametrize(
    ("answers", "kind", "shuffle"),
    [
        ("- [x] Verdadero\n- [ ] Falso", "true_false", False),
        ("- [ ] False\n- [x] True", "true_false", False),
        ("- [x] a\n- [x] b\n- [ ] c", "multiple", True),
        ("- [x] a\n- [ ] b", "single", True),
    ],
)
def test_the_kind_follows_from_the_answers(tmp_path, answers, kind, shuffle):
    spec = specs(tmp_path, f"/// question | ¿Qué?\n    id: que\n\n{answers}\n///")
    assert (spec["kind"], spec["shuffle"]) == (kind, shuffle)


def test_options_may_fix_kind_and_order(tmp_path):
    block = "/// question | ¿Qué?\n    id: que\n    kind: multiple\n    shuffle: false\n\n- [x] a\n- [ ] b\n///"
    spec = specs(tmp_path, block)
    assert (spec["kind"], spec["shuffle"]) == ("multiple", False)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("= 67.7 ± 0.5 %", ("67.7", "0.5", "%")),
        ("= 67.7 +/- 0.5", ("67.7", "0.5", "")),
        ("= -3", ("-3", "0", "")),
        ("= −3 °C", ("-3", "0", "°C")),
        ("= 12 litros por persona", ("12", "0", "litros por persona")),
    ],
)
def test_numbers(tmp_path, line, expected):
    spec = specs(tmp_path, f"/// question | ¿Cuánto?\n    id: que\n\n{line}\n///")
    assert spec["kind"] == "numeric"
    assert (spec["answer"], spec["tolerance"], spec["unit"]) == expected


def test_match_and_order(tmp_path):
    spec = specs(tmp_path, "/// question | Une\n    id: que\n\n- Río -> 1992\n- Foro -> 1996\n///")
    assert [(p["left"], p["right"]) for p in spec["pairs"]] == [("Río", "1992"), ("Foro", "1996")]
    spec = specs(tmp_path / "b", "/// question | Ordena\n    id: que\n\n1. Mirar\n2. Hacer\n///")
    assert [i["text"] for i in spec["items"]] == ["Mirar", "Hacer"]


def test_a_key_stays_while_its_words_stay(tmp_path):
    block = "/// question | ¿{0}?\n    id: que\n\n- [{1}] Uno\n- [x] Dos\n///"
    first = specs(tmp_path, block.format("Qué", " "))
    second = specs(tmp_path / "b", block.format("Cómo", "x"))
    assert [o["key"] for o in first["options"]] == [o["key"] for o in second["options"]]


def test_translations_have_their_own_words_and_the_same_ids(tmp_path):
    text = "---\nid: pozo\ntitle: The well\nobjectives: [Look]\n---\n\n/// activity | Go\n\nLook.\n///\n"
    folder = write_course(tmp_path, **{"1-uno/2-pozo.en.md": text})
    lesson_ = read_course(folder).course.modules[0].lessons[1]
    assert lesson_.titles == {"es": "Lección pozo", "en": "The well"}
    assert "Activity" in lesson_.htmls["en"]
    assert lesson_.objectives["en"] == ["Look"]
