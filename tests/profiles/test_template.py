"""Reading a template folder, and everything that can be wrong with one, in one go."""

from __future__ import annotations

import pytest

from pegup.profiles.template import BadTemplate, read_template
from tests.profiles import sample


def problems(folder):
    with pytest.raises(BadTemplate) as refused:
        read_template(folder)
    return refused.value.problems


def test_sections_questions_and_notes(tmp_path):
    template = read_template(sample.write(tmp_path))
    section = template.spec["chapters"][0]["sections"][0]
    assert section["title"] == {"es": "Ubicación", "en": "Location"}
    assert section["questions"]["es"] == ["¿Quién lo sabe?", "¿Dónde queda?"]
    assert section["note"]["es"] == {"title": "Más", "text": "Un poco más."}
    assert len(template.indicators) == 20


def test_digest_changes_with_a_word(tmp_path):
    before = read_template(sample.write(tmp_path)).digest
    chapter = tmp_path / "1-ciudad.md"
    chapter.write_text(chapter.read_text().replace("Para empezar", "Para seguir"))
    assert read_template(tmp_path).digest != before


def test_all_problems_come_at_once(tmp_path):
    sample.write(tmp_path)
    (tmp_path / "1-ciudad.en.md").unlink()
    (tmp_path / "indicators.yaml").write_text("- {code: A01, section: '9.9'}")
    found = problems(tmp_path)
    assert any("1-ciudad.en.md" in line for line in found)
    assert any("lacks" in line for line in found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00binary", "utf-8"),
        (b"---\ntitle: [\n---\n", "flow"),
        (b"---\na: &a [x]\nb: *a\ntitle: t\n---\n", "aliases"),
        (b"no front matter", "front matter"),
        (b"---\ntitle: t\n---\n\0", "not a text"),
        (b"x" * 1_000_001, "larger"),
    ],
)
def test_bad_files_are_problems_not_tracebacks(tmp_path, content, words):
    sample.write(tmp_path)
    (tmp_path / "1-ciudad.md").write_bytes(content)
    assert any(words in line for line in problems(tmp_path))


def test_a_folder_with_nothing_says_so(tmp_path):
    assert "no profile.md" in problems(tmp_path)[0]
