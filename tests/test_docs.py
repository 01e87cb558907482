"""The documentation says what is true: its table, commands, paths, links, quotes and names."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import textwrap
import tomllib
import unicodedata
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path
from uuid import UUID

import click
import pytest
from werkzeug.exceptions import HTTPException

from pegup.cli import host_commands, pegup
from pegup.config import SETTINGS
from pegup.demo.cast import MAIL, PLAYERS, STAFF, TEAMS

ROOT = Path(__file__).parents[1]
NAMES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/architecture.md",
    "docs/content.md",
    "examples/host/README.md",
)
SUFFIXES = (".py", ".md", ".toml", ".yaml", ".html", ".css", ".js", ".mjs", ".svg", ".po", ".pot")
NO_PATHS = {"perfil/1.4", "media/", "templates/pegup/base.html"}
"""What looks like a path: a product and a folder of a course, a file that a host may add."""
UNWALKED = {"node_modules", "var", "static", "dist", "build", "__pycache__"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LARGEST_PICTURE = 200_000

each_document = pytest.mark.parametrize("name", NAMES)


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose_of(name: str) -> str:
    return FENCE.sub("", text_of(name))


def codes_in(name: str) -> list[str]:
    """What stands between backticks, in a line of text."""
    return re.findall(r"`([^`\n]+)`", prose_of(name))


def blocks_in(name: str, *languages: str) -> list[str]:
    return [body for language, body in FENCE.findall(text_of(name)) if language in languages]


def commands_in(name: str) -> list[list[str]]:
    """Every command in shell blocks and between backticks, as words."""
    lines = [line for block in blocks_in(name, "sh", "") for line in block.splitlines()]
    found = []
    for line in (*lines, *codes_in(name)):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue
        words = [word.removeprefix(".venv/bin/") for word in words]
        if words and words[0] in {"pegup", "make", "flask"}:
            found.append(words)
    return found


@cache
def files() -> frozenset[str]:
    """Every file of the project that is written by hand, from its root."""
    found = set()
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            each for each in folders if each not in UNWALKED and (each == ".ci" or each[0] != ".")
        ]
        found |= {Path(folder, each).relative_to(ROOT).as_posix() for each in names}
    return frozenset(found)


def exists(path: str) -> bool:
    """A file, a folder or a pattern (``<x>`` stands for any name), or what a build makes."""
    path = path.rstrip("/")
    pattern = re.compile("[^/]+".join(re.escape(part) for part in re.split(r"<\w+>", path)))
    folders = {folder.as_posix() for file in files() for folder in Path(file).parents}
    places = files() | folders | {line.rstrip("/") for line in text_of(".gitignore").split()}
    names = {place.rpartition("/")[2] for place in places}
    return any(pattern.fullmatch(each) for each in (places if "/" in path else names))


def test_the_first_lines_tell_the_two_commands():
    assert [line.split()[:2] for line in text_of("README.md").splitlines()[3:5]] == [
        ["make", "run"],
        ["make", "test"],
    ]
    assert "make check\nmake test\n" in text_of(".ci/run")


def test_the_table_of_settings_is_that_of_the_code():
    rows = re.findall(r"^\| `(PEGUP_\w+)` \|(.*?)\| (.*) \|$", text_of("README.md"), re.MULTILINE)
    said = [(name, default.strip().strip("`"), meaning) for name, default, meaning in rows]
    assert said == [(each.variable, each.default, each.meaning) for each in SETTINGS]


@each_document
def test_every_variable_exists(name):
    known = {each.variable for each in SETTINGS}
    known |= {
        variable
        for file in (ROOT / "tests").rglob("*.py")
        for variable in re.findall(r"PEGUP_TEST_\w+", file.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"\bPEGUP_\w+", text_of(name))) <= known


def test_the_sign_ins_are_those_of_the_demonstration():
    def plain(name: str) -> str:
        apart = unicodedata.normalize("NFKD", name.lower())
        return "".join(letter for letter in apart if letter.isascii())

    members = {team.city: team.members for team in TEAMS}
    made = {f"{role}@{MAIL}" for role, *_rest in STAFF}
    made |= {f"{plain(members[city][place][0])}.{city}@{MAIL}" for city, place in PLAYERS.values()}
    assert set(re.findall(rf"[\w.-]+@{MAIL}", text_of("README.md"))) == made


@each_document
def test_every_command_exists_with_its_options(name):
    for words in commands_in(name):
        if words[0] == "pegup":
            assert unknown_in(pegup, words[1:]) == [], words
        if words[:2] == ["flask", "pegup"]:
            assert unknown_in(host_commands(), words[2:]) == [], words


def unknown_in(command: click.Command, words: list[str]) -> list[str]:
    """What the command does not know of these words."""
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return words
        command, words = found, words[1:]
    options = {option for each in command.params for option in each.opts}
    return [word for word in words if word.startswith("--") and word not in options]


def test_an_unknown_command_would_be_found():
    assert unknown_in(pegup, ["content", "chekc"]) == ["chekc"]
    assert unknown_in(pegup, ["grades", "export", "x", "--form", "csv"]) == ["--form"]
    assert unknown_in(host_commands(), ["serve"]) == ["serve"]


@each_document
def test_every_make_target_exists(name):
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert {words[1] for words in commands_in(name) if words[0] == "make"} <= targets


def test_contributing_names_every_make_target():
    targets = re.search(r"^\.PHONY: (.*)$", text_of("Makefile"), re.MULTILINE)[1].split()
    named = {words[1] for words in commands_in("CONTRIBUTING.md") if words[0] == "make"}
    assert set(targets) - named <= {"clean", "quick"}


@pytest.mark.slow
@each_document
def test_every_path_exists(name):
    beside = Path(name).parent
    for code in codes_in(name):
        is_path = re.fullmatch(r"(?!/|\.[a-z.]+$)[\w.<>/-]+", code)  # no address, no ending
        if not is_path or code in NO_PATHS or not ("/" in code or code.endswith(SUFFIXES)):
            continue
        assert exists(code) or (ROOT / beside / code).exists(), code


def test_a_path_that_is_gone_would_be_found():
    assert exists("pegup/grants/evidence.py")
    assert exists("pegup/<feature>/models.py")
    assert exists("pegup/teams/templates/")
    assert exists("models.py")
    assert not exists("pegup/grants/evidences.py")
    assert not exists("pegup/<feature>/utils.py")
    assert not exists("pegup/tea")
    assert not exists("utils.py")


@each_document
def test_every_address_leads_to_a_page(name, app):
    pages = app.url_map.bind("localhost")
    for code in codes_in(name):
        if code.startswith("/") and re.fullmatch(r"/[\w/<>-]*", code) and "/pegup" not in code:
            path = code.replace("<uuid>", str(UUID(int=1)))
            try:
                pages.match(path)
            except HTTPException as error:
                raise AssertionError(code) from error


@each_document
def test_every_link_leads_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(name)):
        if target.startswith("http") or any(f"]({target})" in code for code in codes_in(name)):
            continue  # elsewhere, or an example
        path, _hash, anchor = target.partition("#")
        found = (ROOT / name).parent / path if path else ROOT / name
        assert found.exists(), target
        if anchor:
            assert anchor in anchors_of(str(found.resolve().relative_to(ROOT))), target


def anchors_of(name: str) -> set[str]:
    """The headings as addresses, as code sites make them."""
    titles = re.findall(r"^#+ (.+)$", prose_of(name), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_what_is_quoted_of_the_example_stands_there():
    """The example itself is run by ``tests/test_host.py``."""
    example = text_of("examples/host/app.py")
    quoted = blocks_in("README.md", "python")
    assert len(quoted) == 3
    for block in quoted:
        assert block in example
        compile(textwrap.dedent(block), "README.md", "exec")


def test_the_ladder_is_the_one_that_is_checked():
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if "pegup.cli" in each["layers"])
    after = text_of("docs/architecture.md").split("## The ladder")[1]
    shown = FENCE.search(after)[2].split("\n")[:-1]
    assert shown == [re.sub(r"[()]|pegup\.", "", layer) for layer in layers]


def test_the_map_shows_every_package():
    block = FENCE.search(text_of("docs/architecture.md").split("## The map")[1])[2]
    shown = {line.split()[0] for line in block.splitlines()}
    inside = {
        f"{each.name}/" if each.is_dir() else each.name
        for each in (ROOT / "pegup").iterdir()
        if each.name.isidentifier() or each.suffix == ".py"
    }
    built = {"__init__.py", "__pycache__/", "static/", "content/", "translations/"}
    assert inside - built <= shown
    outside = {each for each in shown if f"  {each}" not in block}
    assert all((ROOT / each).exists() for each in outside)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_name_of_the_code_is_in_the_code(name):
    words = set()
    for path in files():
        if path.endswith((".py", ".toml", ".html")) and not path.startswith("tests/test_docs"):
            words |= set(re.findall(r"\w+", text_of(path)))
    named = {
        code
        for code in codes_in(name)
        if re.fullmatch(r"[A-Z]\w+|\w+_\w+", code) and code != "PASSWORD"
    }
    assert len(named) > 10
    assert named - words == set()
    for code in codes_in(name):
        if re.fullmatch(r"pegup(\.[a-z_]+)+", code):
            resolve(code)


def resolve(dotted: str) -> object:
    """The module, or what a module holds."""
    module, _dot, last = dotted.rpartition(".")
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(module), last)


def glossary() -> list[tuple[str, str, str, str]]:
    line = r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([\w.]+)` \|$"
    return re.findall(line, text_of("docs/architecture.md"), re.MULTILINE)


def test_the_glossary_has_thirty_words_or_more():
    words = [row[0] for row in glossary()]
    assert len(words) >= 30
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("row", glossary(), ids=lambda row: row[0])
def test_a_word_of_the_glossary_is_used(row):
    _english, spanish, _what, where = row
    feature, name = where.split(".")
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "pegup" / feature).rglob("*.py")
    )
    assert re.search(rf"^(class|def) {name}\b", code, re.MULTILINE), where
    if spanish != "–":
        assert re.search(rf"\b{spanish}s?\b", words_of_pages(), re.IGNORECASE), spanish


@cache
def words_of_pages() -> str:
    found = [path for path in files() if re.match(r"pegup/.*\.(py|html)$", path)]
    return " ".join(" ".join(text_of(path).split()) for path in found)


def test_the_picture_is_drawn_small_and_asks_nothing_of_others():
    path = ROOT / "docs" / "pegup.svg"
    assert path.stat().st_size < LARGEST_PICTURE
    root = ElementTree.parse(path).getroot()
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert set(re.findall(r'href="([^#"]{1,10})', path.read_text())) <= {"data:image"}
