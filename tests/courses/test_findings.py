"""Every finding, with its exact place, in a course that is sound but for one thing."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from PIL import Image

from pegup.authoring.findings import CODES
from pegup.authoring.words import WORDS, finding_line, text_and_suggestion
from pegup.courses.content.reading import read_course
from tests.courses.folders import COURSE, GLOSSARY, QUESTION, lesson, write_course
from tests.courses.photos import DRAWING, crowded, photo, written

ACEQUIA = "1-uno/1-acequia.md"
DOCS = Path(__file__).parents[2] / "docs" / "content.md"
TEXT_LINE = 10
"""Where the text of ``lesson`` begins."""


def found(folder: Path) -> list[str]:
    """``file:line:column code`` of everything but the length of these tiny lessons."""
    return [
        f"{f.place.file}:{f.place.line}:{f.place.column} {f.code}"
        for f in read_course(folder).findings
        if f.code != "lesson-length"
    ]


def in_lesson(tmp_path: Path, text: str) -> list[str]:
    """The findings in a lesson with this text, as ``line:column code`` from the text's first line."""
    return [
        re.sub(
            r"(\d+)",
            lambda m: str(int(m[1]) - TEXT_LINE + 1),
            each.removeprefix(f"{ACEQUIA}:"),
            count=1,
        )
        for each in found(
            write_course(tmp_path, uno__acequia=lesson("acequia", "{acequia} " + text))
        )
    ]


def in_question(tmp_path: Path, block: str) -> list[str]:
    """The same in a question that begins two lines below the text."""
    return in_lesson(tmp_path, "x\n\n" + block)


def test_a_sound_course_has_no_findings(tmp_path):
    folder = write_course(tmp_path)
    assert found(folder) == []
    assert read_course(folder).course is not None


# Files


def test_missing_folder_and_missing_course(tmp_path):
    assert found(tmp_path / "nada") == ["nada:1:1 folder-missing"]
    assert found(tmp_path) == ["course.md:1:1 course-missing"]


def test_module_without_its_file_or_without_lessons(tmp_path):
    folder = write_course(tmp_path, dos__module=None, course=COURSE.replace("60, dos: 40", "100"))
    assert found(folder) == ["2-dos/module.md:1:1 module-missing"]
    folder = write_course(tmp_path / "b", dos__rio=None)
    assert found(folder) == ["2-dos/module.md:1:1 module-empty"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", ":1:1 file-binary"),
        (b"---\nid: x\x07\n---\n", ":2:6 file-binary"),
        ("---\nid: acequia\ntitle: Peñón\n---\n".encode("latin-1"), ":3:10 file-encoding"),
        (lesson("acequia", "uno\tdos {acequia}").encode(), ":10:4 tab"),
        (b"x" * 50_000_000, ":1:1 file-too-large"),
    ],
)
def test_files_that_are_no_lessons(tmp_path, content, expected):
    folder = write_course(tmp_path, uno__acequia=content)
    assert ACEQUIA + expected in found(folder)


def test_a_large_file_is_not_even_read(tmp_path):
    folder = write_course(tmp_path)
    with (folder / ACEQUIA).open("wb") as file:
        file.truncate(50_000_000_000)
    started = time.process_time()
    assert f"{ACEQUIA}:1:1 file-too-large" in found(folder)
    assert time.process_time() - started < 1


def test_a_pipe_does_not_hang(tmp_path):
    folder = write_course(tmp_path, uno__acequia=None)
    os.mkfifo(folder / ACEQUIA)
    assert f"{ACEQUIA}:1:1 file-unreadable" in found(folder)


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text(lesson("acequia", "{acequia} secreto"))
    folder = write_course(tmp_path / "course", uno__acequia=None)
    (folder / ACEQUIA).symlink_to(secret)
    (folder / "1-uno" / "4-fuera").symlink_to("/etc")
    assert f"{ACEQUIA}:1:1 file-outside" in found(folder)


def test_a_link_to_itself_ends(tmp_path):
    folder = write_course(tmp_path, uno__acequia=None)
    (folder / ACEQUIA).symlink_to(folder / ACEQUIA)
    assert f"{ACEQUIA}:1:1 file-unreadable" in found(folder)


def test_files_with_no_place_in_a_course(tmp_path):
    folder = write_course(
        tmp_path, **{"notas.txt": "x", "suelta.md": "x", "1-uno/hondo/x.md": "x", ".git/x": "x"}
    )
    assert found(folder) == [
        "1-uno/hondo/x.md:1:1 file-unexpected",
        "notas.txt:1:1 file-unexpected",
        "suelta.md:1:1 file-unexpected",
    ]


def test_a_folder_named_like_a_lesson_is_found(tmp_path):
    folder = write_course(tmp_path)
    lesson_file = folder / "1-uno" / "2-pozo.md"
    lesson_file.unlink()
    lesson_file.mkdir()
    assert "1-uno/2-pozo.md:1:1 file-unreadable" in found(folder)


@pytest.mark.slow
def test_too_many_files(tmp_path):
    folder = write_course(tmp_path)
    (folder / "media").mkdir()
    for number in range(2100):
        (folder / "media" / f"{number}.png").touch()
    assert ".:1:1 too-many-files" in found(folder)


def test_a_name_that_steers_the_terminal_is_printed_harmlessly(tmp_path):
    folder = write_course(tmp_path, **{"a\x1b[2J\nb.txt": "x"})
    (line,) = [f for f in read_course(folder).findings if f.code == "file-unexpected"]
    assert line.place.file == "a�[2J�b.txt"


def test_a_name_that_is_no_text_is_printed(tmp_path):
    folder = write_course(tmp_path)
    os.close(os.open(os.fsencode(folder) + b"/caf\xe9.txt", os.O_CREAT))
    assert "caf?.txt:1:1 file-unexpected" in found(folder)


def test_what_is_no_content_stops_being_listed(tmp_path):
    text = "\n".join(f"{{nada{number}}}" for number in range(300))
    codes = [each.split()[1] for each in in_lesson(tmp_path, text)]
    assert codes.count("term-unknown") == 100
    assert codes.count("too-many-findings") == 1


# Translations


def test_translation_without_original_or_with_other_ids(tmp_path):
    folder = write_course(
        tmp_path,
        **{
            "1-uno/2-pozo.en.md": lesson("well", "A well."),
            "1-uno/9-nada.en.md": lesson("nada", "Nothing."),
            "1-uno/1-acequia.en.md": lesson("acequia", "A ditch.") + QUESTION.format(id="other"),
        },
    )
    assert found(folder) == [
        "1-uno/1-acequia.en.md:1:1 translation-adds",
        "1-uno/1-acequia.en.md:1:1 translation-lacks",
        "1-uno/2-pozo.en.md:2:1 translation-differs",
        "1-uno/9-nada.en.md:1:1 translation-orphan",
    ]


def test_a_translation_with_its_questions_in_another_order_or_one_missing(tmp_path):
    one, two = (QUESTION.format(id=each) for each in ("una", "dos"))
    spanish, english = (lesson("acequia", text) for text in ("La {acequia}.", "The {acequia}."))
    folder = write_course(
        tmp_path,
        uno__acequia=spanish + one + "\n" + two,
        **{"1-uno/1-acequia.en.md": english + two + "\n" + one},
    )
    assert found(folder) == ["1-uno/1-acequia.en.md:1:1 translation-order"]
    (folder / "1-uno/1-acequia.en.md").write_text(english + two)
    (finding,) = [f for f in read_course(folder).findings if f.code == "translation-lacks"]
    assert dict(finding.values) == {"ids": "una"}


def test_a_glossary_whose_translation_has_other_terms(tmp_path):
    english = "---\nid: glosario\ntitle: Glossary\n---\n\n## {} {{#{}}}\n\nA channel.\n"
    same = english.format("Ditch", "acequia")
    assert found(write_course(tmp_path, **{"glosario.en.md": same})) == []
    folder = write_course(tmp_path, **{"glosario.en.md": english.format("Ditch", "ditch")})
    wrong = {each.code: each for each in read_course(folder).findings}
    adds, lacks = wrong["translation-adds"], wrong["translation-lacks"]
    assert dict(adds.values) == {"ids": "ditch", "near": ""}
    assert dict(lacks.values) == {"ids": "acequia"}
    assert {adds.place.file, lacks.place.file} == {"glosario.en.md"}


# Front matter


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("id: acequia\n", "1:1 front-matter-missing"),
        ("---\nid: acequia\n", "1:1 front-matter-unclosed"),
        ("---\n- a\n---\n", "2:1 front-matter-malformed"),
        ("---\nid: acequia\ntitle: a: b\n---\n", "3:9 front-matter-malformed"),
        ("---\nid: acequia\ntitle: &a x\n---\n", "3:8 front-matter-alias"),
        ("---\nid: acequia\ntitle: !!python/name:os.system x\n---\n", "3:8 front-matter-alias"),
        (
            "---\nid: acequia\ntitle: x\nobjectives: [[[[[[[[[[x]]]]]]]]]]\n---\n",
            "4:20 front-matter-alias",
        ),
        ("---\nid: acequia\n---\n", "1:1 key-missing"),
        ("---\nid: acequia\ntitle: x\nminute: 5\n---\n", "4:1 key-unknown"),
        ("---\nid: acequia\ntitle: x\ntitle: y\n---\n", "4:1 key-twice"),
        ("---\nid: acequia\ntitle: 1993\n---\n", "3:1 text-wanted"),
        ('---\nid: acequia\ntitle: ""\n---\n', "3:1 text-wanted"),
        (f"---\nid: acequia\ntitle: {'x' * 300}\n---\n", "3:1 text-long"),
        ("---\nid: acequia\ntitle: x\nminutes: mucho\n---\n", "4:1 value-wrong"),
        ("---\nid: acequia\ntitle: x\nminutes: 999999999999\n---\n", "4:1 value-wrong"),
        ("---\nid: acequia\ntitle: x\nreview_by: 2027-99-99\n---\n", "2:1 front-matter-malformed"),
        ("---\nid: acequia\ntitle: x\nreview_by: pronto\n---\n", "4:1 value-wrong"),
        ("---\nid: acequia\ntitle: x\nwhen: semna 3\n---\n", "4:1 when-unclear"),
        ("---\nid: La Acequia\ntitle: x\n---\n", "2:1 id-malformed"),
    ],
)
def test_front_matter(tmp_path, head, expected):
    folder = write_course(tmp_path, uno__acequia=head + "\n{acequia}\n")
    assert f"{ACEQUIA}:{expected}" in found(folder)


@pytest.mark.parametrize("written", ["2027-11-01", '"2027-11-01"'])
def test_a_day_stands_with_quotes_or_without(tmp_path, written):
    head = f"---\nid: acequia\ntitle: x\nreview_by: {written}\n---\n"
    folder = write_course(tmp_path, uno__acequia=head + "\n{acequia}\n")
    assert not [each for each in found(folder) if "value-wrong" in each]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("title: Agua: la acequia", "hay dos puntos en medio"),
        ("title: 'Agua", "faltan las comillas que cierran"),
        ('title: "Cuidar" el agua', "hay unas comillas en medio"),
        ('title: "Ver \\c"', "entre comillas dobles hay una barra"),
        ("objectives: [", "falta cerrar un corchete"),
        ("objectives: [uno", "falta cerrar un corchete"),
        ("title: @agua", "un texto empieza con un signo"),
        ("objectives:\n  - uno\n title: Agua", "una línea más adentro que las otras"),
        ("objectives:\n  - uno\n  title: Agua", "a la misma distancia"),
        ("title: Agua\nMás", "falta «:»"),
        ("review_by: 2027-02-30", "una fecha que no existe"),
        ("- uno", "cada línea es «clave: valor»"),
    ],
)
def test_yaml_that_is_not_understood_is_told_in_words(tmp_path, app, line, said):
    folder = write_course(tmp_path, uno__acequia=f"---\n{line}\n---\n{{acequia}}\n")
    with app.app_context():
        told = [text_and_suggestion(each)[0] for each in read_course(folder).findings]
    assert any(said in each for each in told), told


@pytest.mark.parametrize(("line", "place"), [("objectives: [uno", "3:13"), ("title: 'Agua", "3:8")])
def test_what_is_not_closed_is_told_where_it_begins(tmp_path, line, place):
    head = f"---\nid: acequia\n{line}\nminutes: 5\n---\n"
    folder = write_course(tmp_path, uno__acequia=head + "{acequia}\n")
    assert f"{ACEQUIA}:{place} front-matter-malformed" in found(folder)


def test_a_yaml_bomb_is_a_finding_at_once(tmp_path):
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
        for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
    )
    started = time.process_time()
    folder = write_course(tmp_path, uno__acequia=f"---\n{bomb}---\n{{acequia}}\n")
    assert f"{ACEQUIA}:2:4 front-matter-alias" in found(folder)
    assert time.process_time() - started < 1


def test_front_matter_of_many_pages(tmp_path):
    folder = write_course(tmp_path, glosario="---\n" + "a: [x]\n" * 4_000 + "---\n")
    assert "glosario.md:2:1 front-matter-malformed" in found(folder)


def test_ids_are_used_once(tmp_path):
    again = lesson("acequia", "Otra.") + QUESTION.format(id="quien-cuida")
    assert found(write_course(tmp_path, uno__pozo=again)) == [
        "1-uno/2-pozo.md:11:1 id-twice",
        "1-uno/2-pozo.md:2:1 id-twice",
    ] or found(tmp_path) == ["1-uno/2-pozo.md:2:1 id-twice", "1-uno/2-pozo.md:11:1 id-twice"]


def test_weights(tmp_path):
    weights = COURSE.replace("{uno: 60, dos: 40}", "{uno: 60, tres: 30}")
    assert found(write_course(tmp_path, course=weights)) == [
        "course.md:6:3 weights-not-100",
        "course.md:6:22 weights-module-unknown",
    ]


def test_nested_values_are_found_at_their_place(tmp_path):
    wrong = COURSE.replace("  weights", "  rounding: to-even\n  scal: 20\n  weights")
    assert found(write_course(tmp_path, course=wrong)) == ["course.md:6:3 value-wrong"] or found(
        tmp_path
    ) == ["course.md:7:3 key-unknown"]


# Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\n#### Muy hondo", ["3:1 heading-level"]),
        ("a\n\n# Título", ["3:1 heading-level"]),
        ("a\n- uno\n- dos", ["2:1 list-not-apart"]),
        ("a\n\n| A | B |\n| --- | :-: |\n| 1 | `x | y` \\| 2 |", []),
        ("a\n| A | B |\n| --- | --- |\n| 1 | 2 |", ["2:1 table-not-apart"]),
        ("a\n\n| A | B |\n| 1 | 2 |", ["4:1 table-no-rule"]),
        ("a\n\n| A | B |\n| --- | --- |\n| 1 |\n| 1 | 2 | 3 |", ["5:1 table-row", "6:1 table-row"]),
        ("hola <script>alert(1)</script>", ["1:16 raw-html", "1:32 raw-html"]),
        ("menor que `<b>` y 3 < 4 y a<b", []),
        ("<https://pegup.pe> [x](https://pegup.pe) [m](mailto:a@b.pe)", []),
        ("[x](javascript:alert(1))", ["1:15 link-scheme"]),
        ("[x](JaVaScRiPt:alert(1))", ["1:15 link-scheme"]),
        ("[x](//evil.example)", ["1:15 link-scheme"]),
        ("[x](http:/pegup.pe)", ["1:15 link-scheme"]),
        ("[x](https:pegup.pe)", ["1:15 link-scheme"]),
        ("[x](data:text/html,x)", ["1:15 link-scheme"]),
        ("[x](2-poso.md)", ["1:15 link-broken"]),
        ("[x](/etc/passwd)", ["1:15 link-broken"]),
        ("[x](../../../etc/passwd)", ["1:15 link-broken"]),
        ("[x](2-pozo.md#nada)", ["1:15 link-broken"]),
        ("[x](2-pozo.md#mira) [y](#mira) [z](../glosario.md#acequia)", []),
        ("[z](../glosario.md#nada)", ["1:15 link-broken"]),
        ("![foto](../media/no.png)", ["1:19 picture-missing"]),
        ("![foto](https://evil.example/x.png)", ["1:19 picture-elsewhere"]),
        ("![](../media/si.png)", ["1:15 picture-no-words"]),
        ("![Una acequia](../media/si.png)", []),
        ("una fuente[^1]", ["1:21 footnote-missing"]),
        ("una[^1]\n\n[^1]: A\n[^1]: B", ["4:1 footnote-twice"]),
        ("nada\n\n[^1]: A", ["3:7 footnote-unused"]),
        ("{asequia}", ["1:11 term-unknown"]),
        ("línea\ncon {palabras|nada}", ["2:5 term-unknown"]),
        ("{canal de riego} y {la ACÉQUIA|Acéquia}", []),
    ],
)
def test_text(tmp_path, text, expected):
    if "si.png" in text:
        write_course(tmp_path, **{"media/si.png": photo(400, 300, "PNG")})
    assert in_lesson(tmp_path, text) == expected


def test_the_second_of_two_equal_mistakes_has_its_own_place(tmp_path):
    assert in_lesson(tmp_path, "{nada} y\n{nada}") == ["1:11 term-unknown", "2:1 term-unknown"]


def test_each_of_many_forms_of_a_word_leads_to_its_term(tmp_path):
    forms = "canal de riego, canales de riego, acequia comunal, acequias comunales, acequia madre"
    glossary = GLOSSARY.replace("acequias, canal de riego", forms)
    write_course(
        tmp_path, glosario=glossary, uno__acequia=lesson("acequia", "La {acequia madre} nace aquí.")
    )
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 30, "8:1 text-too-deep"),
        ("word\n" * 1_500, "1500:1 file-too-many-lines"),
        ("word word word word\n" * 1_100, "1:1 text-too-long"),
        ("x" * 8_001, "10:1 text-too-long"),
    ],
)
def test_text_that_is_no_lesson(tmp_path, text, expected):
    folder = write_course(tmp_path, uno__acequia=lesson("acequia", text))
    assert f"{ACEQUIA}:{expected}" in found(folder)


def test_a_lesson_needs_text(tmp_path):
    empty = "---\nid: pozo\ntitle: Pozo\n---\n" + QUESTION.format(id="pozo-quien")
    assert found(write_course(tmp_path, uno__pozo=empty)) == ["1-uno/2-pozo.md:1:1 text-missing"]


def test_pictures_are_pictures_and_fit(tmp_path):
    moving = [Image.new("RGB", (400, 300), colour) for colour in ("red", "blue")]
    heavy = DRAWING.replace(b"M0 0h8v4z", b"M0 0" + b"h1" * 60_000)
    pictures = {
        "a.exe": b"MZ",
        "b.jpg": photo(400, 300, "PNG"),
        "c.jpg": b"x" * 10_000_001,
        "d.png": photo(400, 300, "PNG")[:-9_000],
        "e.gif": written(moving[0], "GIF", save_all=True, append_images=moving[1:]),
        "f.webp": photo(319, 300, "WEBP"),
        "g.png": written(Image.new("1", (10_000, 4_001)), "PNG"),
        "h.svg": DRAWING.replace(b"<path", b"<script/><path"),
        "i.svg": DRAWING.replace(b"<path", b"<g/>" * 5_001 + b"<path"),
        "j.svg": heavy,
        "k.svg": b"<svg/>",
    }
    folder = write_course(tmp_path, **{f"media/{name}": each for name, each in pictures.items()})
    assert [each for each in found(folder) if not each.endswith("picture-unused")] == [
        "media/a.exe:1:1 picture-kind",
        "media/b.jpg:1:1 picture-misnamed",
        "media/c.jpg:1:1 file-too-large",
        "media/d.png:1:1 picture-broken",
        "media/e.gif:1:1 picture-moving",
        "media/f.webp:1:1 picture-small",
        "media/g.png:1:1 picture-too-large",
        "media/h.svg:1:1 picture-cleaned",
        "media/i.svg:1:1 picture-too-detailed",
        "media/j.svg:1:1 picture-heavy",
        "media/k.svg:1:1 picture-broken",
    ]
    assert "media/e.gif:1:1 picture-unused" in found(folder)


def test_a_lesson_has_a_budget_for_all_its_pictures_together(tmp_path):
    pictures = {f"media/{name}.jpg": crowded(400, 300 + ord(name)) for name in "abcd"}
    shown = "\n\n".join(f"![Una acequia](../{path})" for path in pictures)
    folder = write_course(tmp_path, uno__pozo=lesson("pozo", shown), **pictures)
    assert found(folder) == ["1-uno/2-pozo.md:1:1 lesson-heavy"]
    three = lesson("pozo", shown.rpartition("\n\n")[0])
    assert found(write_course(folder, uno__pozo=three)) == ["media/d.jpg:1:1 picture-unused"]


# Blocks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/// deper | x\n\ntexto\n///", ["3:5 block-unknown"]),
        ("/// deeper | x\n\ntexto", ["3:1 block-unclosed"]),
        ("/// deeper | x\n\ntexto\n\n/// note\n\notro\n///", ["3:1 block-unclosed"]),
        ("///", ["3:1 block-not-open"]),
        ("  /// deeper", ["3:3 block-malformed"]),
        ("//// deeper", ["3:1 block-malformed"]),
        ("/// note\n\n///", ["3:1 block-empty"]),
        ("/// history\n\nAntes.\n///", ["3:1 block-no-title"]),
        ("/// activity | x\n    outptu: plan\n\ntexto\n///", ["4:5 option-unknown"]),
        ("/// activity | x\n    output: avion\n\ntexto\n///", ["4:13 option-wrong"]),
        ("/// law | x\n    checked: ayer\n\ntexto\n///", ["4:14 option-wrong"]),
        ("/// law | x\n    checked 2026\n\ntexto\n///", ["4:5 option-malformed"]),
        ("/// law | x\nchecked: 2026-11\n\ntexto\n///", ["4:1 option-not-indented"]),
        (
            "/// law | x\n    checked: 2026-11\n    checked: 2026-11\n\ntexto\n///",
            ["5:5 option-malformed"],
        ),
        ("/// note | x\n\n{nada}\n///", ["5:1 term-unknown"]),
        ("/// note | {nada}\n\ntexto\n///", ["3:12 term-unknown"]),
    ],
)
def test_blocks(tmp_path, text, expected):
    assert in_lesson(tmp_path, "x\n\n" + text) == expected


# Questions


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("- [ ] a\n- [ ] b", ["3:1 question-no-right-answer"]),
        ("- [x] a", ["3:1 question-too-short"]),
        ("- [x] a\n- [ ] b\n= 5", ["8:1 question-kinds-mixed"]),
        ("- [x] a\n- [ ] c\n- b", ["8:1 answer-malformed"]),
        ("* [x] a\n- [ ] c\n- [x] b", ["6:1 answer-malformed"]),
        ("- [x] a\n> Sí.\n- [ ] b", ["7:1 quote-not-indented"]),
        ("- [x] a\n- [ ] A", ["7:7 answer-twice"]),
        ("- [x] a\n- [ ]", ["7:1 answer-malformed"]),
        ("- [x] a\n- [ ] b\nhola", ["8:1 text-after-answers"]),
        ("- [x] a\n- [ ] b\n\n> fin\n\n- [ ] c", ["11:1 text-after-answers"]),
        ("= 67,7 %", ["6:1 number-malformed"]),
        ("= mucho", ["6:1 number-malformed"]),
        ("= 12 litros +- 1", ["6:1 number-malformed"]),
        ("= 12 +- 1 litros", ["6:1 number-malformed"]),
        ("= 5 ± 5", ["6:1 number-loose"]),
        ("= -5 ± 7", ["6:1 number-loose"]),
        ("= 0 ± 1", []),
        ("= 5\n= 6", ["7:1 number-malformed"]),
        ("- a -> b", ["3:1 question-too-short"]),
        ("- a -> b\n- a -> c", ["7:3 answer-twice"]),
        ("1. a", ["3:1 question-too-short"]),
        ("1. a\n3. b", ["7:1 order-numbers"]),
        ("solo texto", ["3:1 question-no-answers"]),
        ("- [x] [a](2-pozo.md)\n- [ ] b", ["6:11 question-link"]),
        ("- [x] a[^1]\n- [ ] b", ["6:8 question-link"]),
        ("- [x] {nada}\n- [ ] b", ["6:7 term-unknown"]),
        ("- [x] a\n      > {nada}\n- [ ] b", ["7:9 term-unknown"]),
        ("- [x] <b>a</b>\n- [ ] b", ["6:7 raw-html", "6:11 raw-html"]),
    ],
)
def test_questions(tmp_path, answers, expected):
    block = f"/// question | ¿Qué?\n    id: que\n\n{answers}\n///"
    assert in_question(tmp_path, block) == expected


def test_questions_need_an_id_a_prompt_and_the_right_kind(tmp_path):
    no_id = "/// question | ¿Qué?\n\n- [x] a\n- [ ] b\n///"
    assert in_question(tmp_path, no_id) == ["3:1 question-no-id"]
    no_prompt = "/// question\n    id: que\n\n- [x] a\n- [ ] b\n///"
    assert in_question(tmp_path, no_prompt) == ["3:1 block-no-title"]
    wrong = "/// question | ¿Qué?\n    id: que\n    kind: multiple\n\n1. a\n2. b\n///"
    assert in_question(tmp_path, wrong) == ["3:1 question-kind-wrong"]


# Glossary


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("## Sin id\n\nTexto.", ["13:1 term-malformed"]),
        ("## Vacío {#vacio}", ["13:1 term-malformed"]),
        ("## Otra {#acequia}\n\nTexto.", ["13:1 term-twice"]),
        ("## Canal de riego {#canal}\n\nTexto.", ["13:1 term-twice", "13:1 term-unused"]),
        ("## Poza {#poza}\n\nTexto.", ["13:1 term-unused"]),
        ("## Poza {#poza}\n\n{nada}", ["13:1 term-unused", "15:1 term-unknown"]),
        (
            "## Poza {#poza}\n\nTexto.\n\n- categoria: agua",
            ["13:1 term-unused", "17:3 key-unknown"],
        ),
    ],
)
def test_glossary(tmp_path, entry, expected):
    folder = write_course(tmp_path, glosario=f"{GLOSSARY}\n{entry}\n")
    assert found(folder) == [f"glosario.md:{each}" for each in expected]


def test_suggestions_name_the_word_that_was_meant(tmp_path, app):
    folder = write_course(tmp_path, uno__acequia=lesson("acequia", "{asequia}"))
    with app.app_context():
        lines = [finding_line(f, folder) for f in read_course(folder).findings]
    (line,) = [each for each in lines if "term-unknown" in each]
    assert line == (
        f"{folder}/1-uno/1-acequia.md:10:1 term-unknown «asequia» no está en el glosario"
        " — ¿quisiste decir «Acequia»? Agrégalo a glosario.md o quita las llaves"
    )


# Plain words


def words(count: int, sentence: int) -> str:
    """Easy text: sentences of the given length."""
    return " ".join(
        "El " + " ".join(["sol"] * (sentence - 1)) + "." for _ in range(count // sentence)
    )


def test_length_and_sentences(tmp_path):
    def codes(text: str) -> list[str]:
        read = read_course(write_course(tmp_path, uno__pozo=lesson("pozo", text)))
        return [f.code for f in read.findings if f.place.file == "1-uno/2-pozo.md"]

    assert codes(words(600, 12)) == []
    assert codes(words(440, 11)) == ["lesson-length"]
    assert codes(words(960, 12)) == ["lesson-length"]
    assert codes(words(600, 20)) == ["sentences-long"]
    assert "sentence-long" in codes(words(600, 12) + "\n\n" + words(31, 31))
    hard = "La institucionalización participativa multisectorial interdisciplinaria continuaba. "
    assert "lesson-hard" in codes(hard * 60)


def test_a_hard_lesson_that_says_why_is_let_through(tmp_path):
    hard = "La institucionalización participativa multisectorial interdisciplinaria continuaba. "
    text = lesson("pozo", hard * 60).replace("minutes", "hard_because: Cita una ley\nminutes")
    read = read_course(write_course(tmp_path, uno__pozo=text))
    codes = [f.code for f in read.findings]
    assert "lesson-rather-hard" in codes
    assert "lesson-hard" not in codes
    assert read.course is not None


def test_a_long_sentence_is_found_where_it_begins(tmp_path):
    folder = write_course(
        tmp_path,
        uno__pozo=lesson(
            "pozo", "Corta.\n\nTambién corta. Esta **sigue** " + "y sigue " * 20 + "fin."
        ),
    )
    assert "1-uno/2-pozo.md:12:16 sentence-long" in found(folder)


def test_rather_hard_is_a_warning_and_hard_is_an_error():
    assert CODES["lesson-rather-hard"] == "warning"
    assert CODES["lesson-hard"] == "error"


# The words


def test_every_code_has_words_and_stands_in_the_documentation():
    documented = re.findall(
        r"^\| `([a-z0-9-]+)` \| (error|warning) \|", DOCS.read_text(), re.MULTILINE
    )
    assert dict(documented) == {code: str(level) for code, level in CODES.items()}
    assert set(WORDS) == set(CODES)


def test_every_code_is_provoked_by_a_test():
    archives = Path(__file__).parents[1] / "hostile" / "test_archive.py"
    source = Path(__file__).read_text() + archives.read_text()
    missing = [code for code in CODES if not re.search(rf"\b{code}\b", source)]
    assert missing == []


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 20_000, "*a " * 15_000, "`" * 40_000, "![" * 20_000, "{a|" * 15_000),
        *("<" * 40_000, "[a](" * 10_000, "| a " * 10_000, "- " * 20_000, "[^1]" * 10_000),
        *("> - " * 5_000, "_" * 40_000, "\\" * 40_000, "a\n" * 20_000, "&" * 40_000),
        "a\n=\n\n" * 5_900,
    ],
)
def test_hostile_text_ends_soon(tmp_path, text):
    started = time.process_time()
    folded = re.sub("(.{7000})", "\\1\n", text)
    found(
        write_course(
            tmp_path, uno__acequia=lesson("acequia", text), uno__pozo=lesson("pozo", folded)
        )
    )
    # Of the processor: other work on the machine does not count.
    assert time.process_time() - started < 4
