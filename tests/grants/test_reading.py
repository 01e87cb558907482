"""A call's file: read whole, or everything that is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pegup.authoring.importers import content_at
from pegup.cli import call_importer
from pegup.db import session
from pegup.grants.models import Call
from pegup.grants.operations import import_call
from pegup.grants.reading import looks_like_call, read_call

CALLS = Path(__file__).parents[2] / "content" / "calls"
AT = datetime(1997, 4, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """A copy of the real calls, to break."""
    made = tmp_path / "calls"
    made.mkdir()
    for file in CALLS.iterdir():
        (made / file.name).write_text(file.read_text())
    return made


def broken(folder: Path, old: str, new: str, name: str = "promotores-1997.md") -> list[tuple]:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    reading = read_call(folder / "promotores-1997.md")
    assert reading.call is None
    return [(f.code, f.place.line, dict(f.values)) for f in reading.findings]


def line_of(folder: Path, text: str, name: str = "promotores-1997.md") -> int:
    lines = (folder / name).read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def test_real_call_reads_without_a_finding_in_both_languages():
    reading = read_call(CALLS / "promotores-1997.md")
    assert reading.findings == []
    assert set(reading.call.texts) == {"es", "en"}
    assert sum(each["points"] for each in reading.call.spec["criteria"]) == 100
    assert reading.call.texts["en"]["criteria"]["C3"]["evidence"][0]["levels"][0] == (
        "There is no statement."
    )


def test_import_is_idempotent_and_says_what_changed(world, folder):
    path = folder / "promotores-1997.md"
    assert import_call(read_call(path).call, AT)[0].startswith("new call promotores-1997")
    assert import_call(read_call(path).call, AT) == []
    path.write_text(path.read_text().replace("grants_available: 25", "grants_available: 30"))
    assert import_call(read_call(path).call, AT)[0].startswith("changed call promotores-1997")
    assert session.query(Call).one().spec["grants_available"] == 30


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("points: 30", "points: 31", "weights-not-100", "criteria:"),
        ("evidence: team-sectors", "evidence: team-colour", "value-wrong", "team-colour"),
        ("source: forum-events", "source: forum-event", "value-wrong", "source: forum-event"),
        ("source: forum-events", "source: team-sectors", "value-wrong", "source: team-sectors"),
        ("measure: people", "measure: weight", "value-wrong", "measure: weight"),
        ("id: C2", "id: C1", "id-twice", None),
        ("from: committee", "from: parade", "value-wrong", None),
        ("ngo, community_organization]", "ngo, club]", "value-wrong", "required:"),
        ("level: preliminary", "level: perfect", "value-wrong", "level: perfect"),
        ("grants_per_team: 3", "grants_per_team: 0", "value-wrong", "grants_per_team"),
        ("grants_per_team: 3", "grants_a_team: 3", "key-unknown", "grants_a_team"),
        ("- {from: 15, percent: 100}", "- {from: 15, percent: 90}", "value-wrong", None),
        ("- {from: 12, percent: 80}", "- {from: 5, percent: 80}", "value-wrong", None),
        ("judged: true", "judged: yes please", "value-wrong", "judged:"),
        ("rules:\n", "reglas:\n", "key-unknown", "reglas:"),
        ("en Arequipa e Ilo.[^1]", "en Arequipa e Ilo.[^9]", "footnote-missing", "[^9]"),
        ("## Qué fue", "<script>x</script>\n\n## Qué fue", "raw-html", "<script>"),
    ],
)
def test_wrong_files_are_findings_at_their_place(folder, old, new, code, at):
    found = broken(folder, old, new)
    assert code in {each[0] for each in found}
    if at:
        assert line_of(folder, at) in {line for c, line, _values in found if c == code}


def test_all_findings_come_at_once(folder):
    path = folder / "promotores-1997.md"
    path.write_text(path.read_text().replace("measure: people", "measure: weight"))
    found = broken(folder, "evidence: team-sectors", "evidence: team-colour")
    assert len([each for each in found if each[0] == "value-wrong"]) == 2


def test_unknown_source_names_the_known_ones(folder):
    [(_code, _line, values)] = broken(folder, "source: forum-events", "source: oracle")
    assert values["value"] == "oracle"
    assert "forum-events | agenda-21" in values["expected"]


def test_points_of_the_evidence_must_be_those_of_the_criterion(folder):
    found = broken(folder, "points: 4\n", "points: 5\n")
    assert [(code, values["key"]) for code, _line, values in found] == [("value-wrong", "points")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- id: C4", "- id: C7"),
        ("measure: people", "measure: only-team-of-city"),
        ("percent: 75", "percent: 70"),
    ],
)
def test_translation_must_have_the_same_rules_and_criteria(folder, old, new):
    found = broken(folder, old, new, "promotores-1997.en.md")
    assert "translation-differs" in {each[0] for each in found}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "front-matter-missing"),
        (b"---\nid: x\n", "front-matter-unclosed"),
        (f"---\n{BOMB}---\n".encode(), "front-matter-alias"),
        (b"---\nid: [\n---\n", "front-matter-malformed"),
        (b"---\n- x\n---\n", "front-matter-malformed"),
        (b"\x89PNG\0\0", "file-binary"),
        ("---\nid: ó\n---\n".encode("latin-1"), "file-encoding"),
        (b"x" * 1_000_001, "file-too-large"),
        (b"---\nrules: 7\ncriteria: [3]\n---\n", "value-wrong"),
        (b"---\nrules: [{id: [1]}]\ncriteria: [{evidence: [{steps: 3}]}]\n---\n", "key-missing"),
    ],
)
def test_hostile_files_are_findings(tmp_path, app, content, code):
    path = tmp_path / "calls" / "x.md"
    path.parent.mkdir()
    path.write_bytes(content)
    reading = read_call(path)
    assert reading.call is None
    assert code in {finding.code for finding in reading.findings}
    with app.test_request_context():
        checked = call_importer.check(path)
    assert checked.errors
    assert f"{path}:1" in checked.lines[0] or f"{path}:2" in checked.lines[0]


def test_missing_file_is_a_finding(tmp_path):
    assert [f.code for f in read_call(tmp_path / "no.md").findings] == ["file-unreadable"]


def test_calls_are_recognised_in_their_folder_and_alone(tmp_path, folder):
    assert content_at(CALLS)[0][0].name == "call"
    assert [path.name for _kind, path in content_at(CALLS)] == ["promotores-1997.md"]
    alone = tmp_path / "mine.md"
    alone.write_text((folder / "promotores-1997.md").read_text())
    assert looks_like_call(alone)
    (tmp_path / "notes.md").write_text("# Notes")
    assert not looks_like_call(tmp_path / "notes.md")
    assert not looks_like_call(tmp_path / "nothing.md")
