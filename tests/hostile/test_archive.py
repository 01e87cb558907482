"""A .zip as people make it, and .zips that are made to do harm."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from pegup.authoring.archive import unpacked
from pegup.authoring.findings import Findings
from pegup.courses.content.reading import read_course
from tests.courses.folders import write_course

MOST_SECONDS = 1.0


def refused(path: Path) -> list[str]:
    """Why, and nothing was left to look at; in under a second."""
    findings = Findings()
    begun = time.process_time()
    with unpacked(path, findings) as folder:
        if findings.errors:
            assert list(folder.iterdir()) == []
    assert time.process_time() - begun < MOST_SECONDS
    assert not folder.exists()
    return [f"{each.place.file} {each.code}" for each in findings.sorted()]


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


@pytest.fixture
def course(tmp_path) -> Path:
    return write_course(tmp_path / "mi-curso")


def whole(course: Path, path: Path, top: str = "") -> Path:
    files = [each for each in sorted(course.rglob("*")) if each.is_file()]
    return packed(
        path, *((top + each.relative_to(course).as_posix(), each.read_bytes()) for each in files)
    )


def test_what_computers_add_is_left_out_and_accents_are_right(course, tmp_path):
    path = whole(course, tmp_path / "curso.zip", "mi-curso/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/mi-curso/._course.md", b"\0")
        archive.writestr("mi-curso/.DS_Store", b"\0")
        nandu = "---\nid: nandu\ntitle: Ñandú\nminutes: 5\n---\n\nHola.\n"
        archive.writestr("mi-curso\\1-uno\\9-ñandú.md", nandu)
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # UTF-8, but nobody says so
        content[content.rfind(signature) + flags + 1] = 0
    path.write_bytes(content)
    findings = Findings()
    with unpacked(path, findings) as folder:
        assert sorted(each.name for each in folder.iterdir()) == ["mi-curso"]
        assert (folder / "mi-curso/1-uno/9-ñandú.md").is_file()
        assert not (folder / "mi-curso/.DS_Store").exists()
        assert read_course(folder / "mi-curso").course is not None
    assert findings.sorted() == []


@pytest.mark.parametrize(
    "name",
    [
        "../course.md",
        "a/../../course.md",
        "/etc/passwd",
        "C:\\course.md",
        "..\\course.md",
        "a//b.md",
        "./a.md",
        "a\nb.md",
        "x" * 201,
        "a/" * 9 + "b.md",
    ],
)
def test_paths_that_lead_elsewhere(tmp_path, name):
    found = refused(packed(tmp_path / "x.zip", (name, b"x")))
    assert [each.rpartition(" ")[2] for each in found] == ["zip-name"]
    assert not (tmp_path / "course.md").exists()


def entry(name: str, **values: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for key, value in values.items():
        setattr(made, key, value)
    return made


def test_links_and_devices(tmp_path):
    for mode in (0o120777, 0o060666, 0o010666):
        link = entry("course.md", external_attr=mode << 16)
        assert refused(packed(tmp_path / "x.zip", (link, b"/etc/passwd"))) == ["course.md zip-link"]


def test_two_files_of_one_name(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = packed(tmp_path / "x.zip", ("a.md", b"1"), ("a.md", b"2"))
    assert refused(path) == ["a.md zip-twice"]
    assert refused(packed(tmp_path / "y.zip", ("a.md", b"1"), ("A.md", b"2"))) == ["A.md zip-twice"]


def test_bombs(tmp_path):
    zeros = b"\0" * 61_000_000
    assert refused(packed(tmp_path / "x.zip", ("a.md", zeros), compresslevel=1)) == [
        ". zip-too-large"
    ]
    many = [(f"{n}.md", zeros[:6_100_000]) for n in range(10)]
    assert refused(packed(tmp_path / "y.zip", *many, compresslevel=1)) == [". zip-too-large"]


def test_sizes_that_lie(tmp_path):
    """A list that says "one byte" of a large file: no more than that is unpacked, and it is refused."""
    path = packed(tmp_path / "x.zip", ("a.md", b"x" * 5_000_000))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 1)))
    assert refused(path) == [". zip-broken"]


def test_files_that_share_their_bytes(tmp_path):
    path = packed(tmp_path / "x.zip", ("a.md", b"x" * 1000), ("b.md", b"y" * 1000))
    content = bytearray(path.read_bytes())
    second = content.rfind(b"PK\1\2")
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    path.write_bytes(content)
    assert refused(path) == [". zip-broken"]


@pytest.mark.slow
def test_a_hundred_thousand_files(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(100_000):
            archive.writestr(entry(f"{number}.md"), b"")
    content = made.getvalue()
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert refused(path) == [". too-many-files"]
    at = content.rfind(b"PK\5\6")  # and where the end says that there is one
    path.write_bytes(content[: at + 8] + struct.pack("<2H", 1, 1) + content[at + 12 :])
    assert refused(path) == [". too-many-files"]


def test_what_is_locked_or_packed_in_another_way(tmp_path):
    path = packed(tmp_path / "x.zip", ("a.md", b"x"))
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.find(signature) + offset] |= 1
    path.write_bytes(content)
    assert refused(path) == ["a.md zip-encrypted"]
    with zipfile.ZipFile(tmp_path / "y.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.md", b"x" * 100)
    assert refused(tmp_path / "y.zip") == ["a.md zip-broken"]


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\5\6", b"no zip", b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert refused(path)[0].startswith(". ")


@pytest.mark.slow
def test_one_that_was_cut_or_altered_is_refused_or_whole(course, tmp_path):
    """Any byte of it may be another: a reason or the right files, never a traceback."""
    path = whole(course, tmp_path / "x.zip")
    content = path.read_bytes()
    for at in range(0, len(content), 7):
        altered = bytearray(content)
        altered[at] ^= 0xFF
        for damaged in (bytes(altered), content[:at]):
            path.write_bytes(damaged)
            refused(path)
