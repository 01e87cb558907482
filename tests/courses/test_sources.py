"""A course's files are kept byte for byte, written back, and what was edited here is not undone unsaid."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pegup.authoring.importers import bundled, content_at
from pegup.authoring.source import Held
from pegup.cli import pegup
from pegup.courses import exporting
from pegup.courses.content.reading import read_course, read_files
from pegup.courses.models import Course, CourseFile, LessonText, Origin, SourceVersion
from pegup.courses.sources import bring_in, content_of, is_path, live_files, versions_of
from pegup.db import now, session
from tests import make
from tests.courses.folders import LESSON, lesson, write_course
from tests.courses.photos import photo

pytestmark = pytest.mark.slow

REAL = Path(__file__).parents[2] / "content" / "promotores-ambientales"
POZO = "1-uno/2-pozo.md"


@pytest.fixture
def run(app, world, monkeypatch):
    """``run("export", …)``: status and output of the command, on the test's database."""
    monkeypatch.setattr("pegup.cli.app_for_command", lambda: app)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(*arguments: object):
        result = CliRunner().invoke(pegup, ["content", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return command


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def edit(path: str, content: bytes | None, slug: str = "agua") -> None:
    """As a publication in the browser does it."""
    course = session.scalars(select(Course).where(Course.slug == slug)).one()
    files = live_files(course) | ({path: content} if content is not None else {})
    if content is None:
        files.pop(path)
    read = read_files(Held(files))
    assert read.course is not None, read.findings
    bring_in(read.course, files, at=now(), origin=Origin.BROWSER)
    session.commit()


def course_of(slug: str = "agua") -> Course:
    return session.scalars(select(Course).where(Course.slug == slug)).one()


def odd(folder: Path) -> Path:
    """Everything that an editor or a copy could change without anybody noticing."""
    crlf = lesson("pozo", "El pozo es hondo.").replace("\n", "\r\n").encode()
    bom = b"\xef\xbb\xbf" + lesson("rio", "El río es de todos.").rstrip("\n").encode()
    return write_course(
        folder,
        uno__pozo=crlf,
        dos__rio=bom,
        **{
            "1-uno/3-árbol ñandú.md": lesson("arbol", "![El árbol](../media/el árbol.jpg)"),
            "1-uno/4-n\u0303.md": lesson("ene", "Una letra en dos partes."),
            "media/el árbol.jpg": photo(400, 300),
            "notas.txt": b"latin-1: \xf1\r\n",
            "vacio.txt": b"",
        },
    )


# Byte for byte


def test_the_real_course_comes_back_as_the_same_files(run, tmp_path):
    assert run("import", REAL).exit_code == 0
    assert run("export", "promotores-ambientales", "--to", tmp_path / "a").exit_code == 0
    assert bytes_below(tmp_path / "a") == bytes_below(REAL)
    archive = tmp_path / "curso.zip"
    assert run("export", "promotores-ambientales", "--zip", archive).exit_code == 0
    with zipfile.ZipFile(archive) as opened:
        names = {
            n.removeprefix("promotores-ambientales/"): opened.read(n) for n in opened.namelist()
        }
    assert names == bytes_below(REAL)
    assert "nothing changed" in run("import", archive).output


def test_odd_files_come_back_as_they_were(run, tmp_path):
    folder = odd(tmp_path / "in")
    assert run("import", folder).exit_code == 0
    assert run("export", "agua", "--to", tmp_path / "out").exit_code == 0
    assert bytes_below(tmp_path / "out") == bytes_below(folder)
    assert run("import", tmp_path / "out").output == f"{tmp_path / 'out'}: nothing changed\n"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\t"),
        max_size=60,
    ),
    end=st.sampled_from(["", "\n", "\r\n", "\n\n", " \n"]),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    line=st.sampled_from(["\n", "\r\n"]),
)
def test_any_file_that_is_kept_is_written_as_it_was(world, tmp_path_factory, text, end, mark, line):
    content = mark + (LESSON.format(id="x", text=text).rstrip() + end).replace("\n", line).encode()
    folder = write_course(tmp_path_factory.mktemp("in"), **{"notas.md.txt": content})
    taken = bytes_below(folder)
    read = read_files(Held(taken)).course
    bring_in(read, taken, at=now())
    out = tmp_path_factory.mktemp("out")
    exporting.write_folder(
        out, live_files(course_of()), exporting.plan_of(out, live_files(course_of()), {})
    )
    assert bytes_below(out) == taken


def test_files_in_memory_are_read_as_those_on_disk(tmp_path):
    folder = odd(tmp_path)
    assert read_files(Held(bytes_below(folder))) == read_course(folder)


def test_a_picture_is_kept_once_and_its_old_versions_too(run, tmp_path):
    shown = lesson("pozo", "![Plaza](../media/plaza.jpg)")
    first, second = photo(400, 300), photo(500, 300)
    for content in (first, second):
        run("import", write_course(tmp_path, uno__pozo=shown, **{"media/plaza.jpg": content}))
    course = course_of()
    new, old = versions_of(course, "media/plaza.jpg")
    assert (new.number, new.is_elsewhere, old.is_elsewhere) == (2, True, False)
    assert content_of(course, new) == second
    assert content_of(course, old) == first
    assert session.scalars(select(CourseFile)).one().content == second
    write_course(tmp_path, uno__pozo=lesson("pozo", "Sin foto."))
    (tmp_path / "media/plaza.jpg").unlink()
    run("import", tmp_path)
    gone, before, _first = versions_of(course, "media/plaza.jpg")
    assert gone.is_removed
    assert content_of(course, before) == second


def test_a_change_that_no_reader_sees_is_kept_too(run, tmp_path):
    run("import", write_course(tmp_path))
    (tmp_path / POZO).write_bytes((tmp_path / POZO).read_bytes() + b"\n\n")
    assert f"changed file {POZO}" in run("import", tmp_path).output
    assert live_files(course_of())[POZO].endswith(b"\n\n")
    assert [each.number for each in versions_of(course_of(), POZO)] == [2, 1]


def test_hidden_and_enormous_files_are_not_kept_and_that_is_said(run, tmp_path):
    write_course(tmp_path, **{".git/config": b"x", "video.mp4": b"x" * 10_000_001})
    assert "left out of later exports: video.mp4" in run("import", tmp_path).output
    assert not {".git/config", "video.mp4"} & live_files(course_of()).keys()


@pytest.mark.parametrize(
    "name", ["/a", "../a", "a//b", ".a", "a/.b", "a\\b", "a\nb", "", "x" * 301, "a/./b", "\udcff"]
)
def test_names_that_are_no_plain_path(name):
    assert not is_path(name)


# Into a folder


def test_an_export_tells_what_it_does_to_a_folder(run, tmp_path):
    folder = write_course(tmp_path / "in")
    run("import", folder)
    edit(POZO, lesson("pozo", "Ahora es otro.").encode())
    edit("2-dos/2-mar.md", lesson("mar", "El mar.").encode())
    edit(POZO, None)
    (folder / "mio.docx").write_bytes(b"mine")
    told = run("export", "agua", "--to", folder).output
    assert f"new {folder}/2-dos/2-mar.md" in told
    assert f"removed {folder}/{POZO}" in told
    assert f"left {folder}/mio.docx: it is not of the course" in told
    assert bytes_below(folder) == live_files(course_of()) | {"mio.docx": b"mine"}
    assert "nothing changed" in run("export", "agua", "--to", folder).output


def test_an_export_loses_nothing_that_only_the_folder_says(run, tmp_path):
    folder = write_course(tmp_path / "in")
    run("import", folder)
    (folder / POZO).write_text("Mi trabajo de toda la noche")
    before = bytes_below(folder)
    refused = run("export", "agua", "--to", folder)
    assert refused.exit_code == 1
    assert f"{folder / POZO} says what the site never said" in refused.output
    assert bytes_below(folder) == before
    assert session.scalars(select(SourceVersion.exported_at).distinct()).all() == [None]
    assert run("export", "agua", "--to", folder, "--over-changes").exit_code == 0
    assert bytes_below(folder) == live_files(course_of())


def test_an_export_that_cannot_write_leaves_no_half_file(run, tmp_path, monkeypatch):
    folder = write_course(tmp_path / "in")
    run("import", folder)
    edit(POZO, lesson("pozo", "Ahora es otro.").encode())
    before = bytes_below(folder)

    def fail(_made, target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("os.replace", fail)
    refused = run("export", "agua", "--to", folder)
    assert refused.exit_code == 1
    assert "No space left on device" in refused.output
    assert bytes_below(folder) == before, "and no file of ours is left beside it"
    monkeypatch.undo()


def test_a_folder_that_leads_elsewhere_is_not_followed(run, tmp_path):
    run("import", write_course(tmp_path / "in"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "1-uno").symlink_to(tmp_path / "elsewhere")
    refused = run("export", "agua", "--to", tmp_path / "out")
    assert refused.exit_code == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_cannot_be_exported_says_why(run, world, tmp_path):
    assert "There is no course nada" in run("export", "nada", "--to", tmp_path).output
    make.course()
    told = run("export", "agua", "--to", tmp_path)
    assert told.exit_code == 1
    assert "before its files were kept; import its folder once more" in told.output
    assert run("export", "agua").exit_code == 2
    assert run("export", "agua", "--to", tmp_path, "--zip", tmp_path / "a.zip").exit_code == 2


# What an import may undo


@pytest.fixture
def edited(run, tmp_path) -> Path:
    """The folder as it was imported; since then a lesson was edited in the browser."""
    folder = write_course(tmp_path / "in")
    run("import", folder)
    edit(POZO, lesson("pozo", "Escrito en el navegador.").encode())
    return folder


def texts() -> str:
    return " ".join(session.scalars(select(LessonText.html)))


def test_an_import_refuses_to_undo_an_edit_and_names_it(run, edited):
    before = live_files(course_of())
    refused = run("import", edited)
    assert refused.exit_code == 1
    assert f"  {POZO}\n" in refused.output
    assert "pegup content export" in refused.output
    assert live_files(course_of()) == before
    assert "Escrito en el navegador" in texts()


def test_told_to_it_undoes_the_edit_and_keeps_it_in_the_history(run, edited):
    assert run("import", edited, "--over-edits").exit_code == 0
    assert "Escrito en el navegador" not in texts()
    newest, edit_, _first = versions_of(course_of(), POZO)
    assert (newest.origin, edit_.origin) == (Origin.IMPORT, Origin.BROWSER)
    assert b"Escrito en el navegador" in content_of(course_of(), edit_)


def test_told_to_keep_edits_it_leaves_the_course_and_says_so(run, edited):
    (edited / "2-dos/1-rio.md").write_text(lesson("rio", "Otro río."))
    told = run("import", edited, "--keep-edits")
    assert told.exit_code == 0
    assert f"{edited}: left as it is, edited in the browser: {POZO}" in told.output
    assert "Escrito en el navegador" in texts()
    assert "Otro río" not in texts()


def test_the_same_edit_in_the_folder_is_no_conflict(run, edited):
    (edited / POZO).write_text(lesson("pozo", "Escrito en el navegador."))
    (edited / "2-dos/1-rio.md").write_text(lesson("rio", "Otro río."))
    assert run("import", edited).exit_code == 0
    assert "Otro río" in texts()


def test_after_an_export_work_goes_on_in_the_folder(run, edited):
    assert run("export", "agua", "--to", edited).exit_code == 0
    (edited / POZO).write_text(lesson("pozo", "Y seguido en el archivo."))
    assert run("import", edited).exit_code == 0
    assert "Y seguido en el archivo" in texts()


def test_an_export_that_never_reached_the_folder_does_not_open_the_door(run, edited, tmp_path):
    run("export", "agua", "--zip", tmp_path / "descarga.zip")
    refused = run("import", edited)
    assert refused.exit_code == 1
    assert POZO in refused.output


@pytest.mark.parametrize("is_exported", [False, True])
def test_new_and_removed_files_are_edits_too(run, tmp_path, is_exported):
    folder = write_course(tmp_path / "in")
    run("import", folder)
    edit("2-dos/2-mar.md", lesson("mar", "El mar.").encode())
    edit(POZO, None)
    if is_exported:
        run("export", "agua", "--zip", tmp_path / "a.zip")
    refused = run("import", folder)
    assert refused.exit_code == 1
    assert f"  {POZO}\n" in refused.output
    assert "  2-dos/2-mar.md\n" in refused.output


@pytest.mark.slow
def test_the_demonstration_never_undoes_an_edit(run):
    run("import", bundled())
    path = "1-teoria-conceptual/1-la-ciudad-que-habitamos.md"
    course = course_of("promotores-ambientales")
    text = live_files(course)[path] + "\nUna frase que se añadió.\n".encode()
    edit(path, text, course.slug)
    undone = [importer.undoes(where) for importer, where in content_at(bundled())]
    assert [path] in undone
    told = run("import", "--keep-edits").output
    assert "left as it is, edited in the browser" in told
    assert live_files(course)[path] == text


def test_a_zip_gives_the_same_bytes_each_time(tmp_path):
    files = {"b.md": b"1", "a/ñ.md": b"2"}
    assert exporting.zip_of(files, "agua") == exporting.zip_of(
        dict(reversed(files.items())), "agua"
    )
    shutil.rmtree(tmp_path)
