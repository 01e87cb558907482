"""The wheel alone, in an empty environment, outside the checkout, without Node: it runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from bs4 import BeautifulSoup

from tests.ports import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
START_SECONDS = 30
NOT_REACHED = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "ProxyError")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from the checkout as a release would be."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    return next(folder.glob("pegup-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of commands of an environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip("--python", folder / "bin" / "python", "install", "--no-compile", wheel)
    return folder / "bin"


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode and any(each in done.stderr for each in NOT_REACHED):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def own(installed, tmp_path_factory) -> dict[str, str]:
    """An environment in which only the wheel's commands are found; its HOME is where they run."""
    home = tmp_path_factory.mktemp("home")
    data = str(home / "data")
    return {"PATH": str(installed), "PEGUP_DATA": data, "LC_ALL": "C.UTF-8", "HOME": str(home)}


def run(own: dict[str, str], *arguments: str) -> str:
    command = [str(Path(own["PATH"]) / "pegup"), *arguments]
    done = subprocess.run(command, env=own, cwd=own["HOME"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def site(own) -> Iterator[tuple[str, dict[str, str]]]:
    """The served demonstration: its address, and a learner's sign-in."""
    own["PEGUP_PORT"] = str(free_port())
    said = json.loads(run(own, "demo", "--json").splitlines()[-1])
    server = subprocess.Popen([str(Path(own["PATH"]) / "pegup"), "serve"], env=own, cwd=own["HOME"])
    try:
        wait_for(said["addresses"]["home"], server)
        learner = next(each for each in said["accounts"] if each["role"] == "learner")
        yield said["addresses"], learner
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            build_opener().open(address, timeout=5).close()
            return
        except URLError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")


def read(browser: OpenerDirector, address: str, data: dict[str, str] | None = None):
    body = urlencode(data).encode() if data is not None else None
    with browser.open(address, body, timeout=20) as response:
        assert response.status == 200
        return response.headers.get_content_type(), response.read().decode()


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"pegup"}
    assert not [name for name in names if "test" in name.split("/")[:-1]]
    wanted = set(files_in(ROOT / "pegup", "pegup")) | set(
        files_in(ROOT / "content", "pegup/content")
    )
    assert wanted - names == set()
    assert "pegup/migrations/versions/0001_first_tables.py" in names
    assert "pegup/courses/templates/lesson.html" in names
    assert "pegup/content/promotores-ambientales/course.md" in names
    assert "pegup/translations/en/LC_MESSAGES/pegup.mo" in names
    assert [name for name in names if name.startswith("pegup/static/app-")]


def files_in(folder: Path, name: str) -> list[str]:
    found = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]
    return [f"{name}/{each}" for each in found if "__pycache__" not in each.parts]


def test_the_wheel_prepares_a_site_step_by_step(own):
    assert run(own, "migrate") == "The database is up to date.\n"
    assert "new course promotores-ambientales" in run(own, "content", "import")


def test_the_wheel_serves_the_demonstration(site):
    addresses, learner = site
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    kind, home = read(browser, addresses["home"])
    assert kind == "text/html"
    sheet = BeautifulSoup(home, "html.parser").select_one("link[rel=stylesheet]")["href"]
    kind, css = read(browser, urljoin(addresses["home"], sheet))
    assert kind == "text/css"
    assert "box-sizing" in css
    sent = {name: learner[name] for name in ("email", "password")}
    _kind, welcome = read(browser, addresses["sign_in"], sent)
    assert "Yesenia" in welcome
    _kind, lesson = read(browser, addresses["lesson"])
    assert "La ciudad que habitamos" in BeautifulSoup(lesson, "html.parser").h1.text


def test_the_environment_holds_neither_the_checkout_nor_node(own):
    code = "import pegup, shutil; print(pegup.__file__, shutil.which('node'), shutil.which('npm'))"
    python = Path(own["PATH"]) / "python"
    said = subprocess.run(
        [python, "-c", code], env=own, cwd=own["HOME"], capture_output=True, text=True
    )
    place, node, npm = said.stdout.split()
    assert Path(place).is_relative_to(Path(own["PATH"]).parent)
    assert (node, npm) == ("None", "None")
