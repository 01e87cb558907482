"""Reading a template folder, and everything that can be wrong with one, in one go."""

from __future__ import annotations

import pytest

from pegup.profiles.template import read_template
from tests.profiles import sample


def problems(folder) -> set[tuple[str, int, str]]:
    """File, line and code of each finding."""
    reading = read_template(folder)
    assert (reading.template is None) == bool(reading.findings)
    return {(each.place.file, each.place.line, each.code) for each in reading.findings}


def test_sections_questions_and_notes(tmp_path):
    template = sample.template(tmp_path)
    section = template.spec["chapters"][0]["sections"][0]
    assert section["title"] == {"es": "Ubicación", "en": "Location"}
    assert section["questions"]["es"] == ["¿Quién lo sabe?", "¿Dónde queda?"]
    assert section["note"]["es"] == {"title": "Más", "text": "Un poco más."}
    assert len(template.indicators) == 20


def test_digest_changes_with_a_word(tmp_path):
    before = sample.template(tmp_path).digest
    chapter = tmp_path / "1-ciudad.md"
    chapter.write_text(chapter.read_text().replace("Para empezar", "Para seguir"))
    assert read_template(tmp_path).template.digest != before


def test_all_problems_come_at_once_each_at_its_place(tmp_path):
    sample.write(tmp_path)
    (tmp_path / "2-agua.md").write_text("---\nid: agua\ntitle: Agua\n---\n## Río {#2.1}\n")
    (tmp_path / "indicators.yaml").write_text(
        "indicators:\n  - {code: A01, section: '9.9'}\n  - 5\n  - {code: A01, colour: red}\n"
    )
    found = problems(tmp_path)
    assert ("2-agua.en.md", 1, "file-unreadable") in found
    assert ("indicators.yaml", 2, "key-missing") in found
    assert ("indicators.yaml", 3, "value-wrong") in found
    assert ("indicators.yaml", 4, "key-unknown") in found
    assert ("indicators.yaml", 4, "id-twice") in found


def test_a_section_twice_and_one_that_is_not_there(tmp_path):
    sample.write(tmp_path)
    for name in ("1-ciudad.md", "1-ciudad.en.md"):
        path = tmp_path / name
        path.write_text(path.read_text().replace("{#1.2}", "{#1.1}"))
    (tmp_path / "profile.md").write_text(
        "---\nid: perfil-ambiental\ntitle: Perfil\npreliminary: [1.9]\n---\n"
    )
    found = problems(tmp_path)
    assert ("profile.md", 4, "value-wrong") in found
    assert [code for file, _line, code in found if file == "1-ciudad.md"] == ["id-twice"]


def test_an_indicator_belongs_to_a_section(tmp_path):
    sample.write(tmp_path)
    path = tmp_path / "indicators.yaml"
    path.write_text(path.read_text().replace("'1.1'", "'9.9'", 1))
    [(file, _line, code)] = problems(tmp_path)
    assert (file, code) == ("indicators.yaml", "value-wrong")


def test_twins_have_the_same_sections(tmp_path):
    sample.write(tmp_path)
    path = tmp_path / "1-ciudad.en.md"
    path.write_text(path.read_text().replace("{#1.2}", "{#1.3}"))
    codes = {code for file, _line, code in problems(tmp_path) if file == "1-ciudad.en.md"}
    assert codes == {"translation-lacks", "translation-adds"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe binary", "file-encoding"),
        (b"---\ntitle: [\n---\n", "front-matter-malformed"),
        (b"---\na: &a [x]\nb: *a\ntitle: t\n---\n", "front-matter-alias"),
        (b"no front matter", "front-matter-missing"),
        (b"---\ntitle: t\n---\n\0", "file-binary"),
        (b"x" * 1_000_001, "file-too-large"),
    ],
)
def test_bad_files_are_findings_not_tracebacks(tmp_path, content, code):
    sample.write(tmp_path)
    (tmp_path / "1-ciudad.md").write_bytes(content)
    assert code in {found for file, _line, found in problems(tmp_path) if file == "1-ciudad.md"}


def test_a_folder_with_nothing_says_so(tmp_path):
    assert ("profile.md", 1, "file-unreadable") in problems(tmp_path)
