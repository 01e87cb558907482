"""``pegup person``."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pegup.accounts.models import Kind, Person
from pegup.db import session
from pegup.standalone.cli import person
from tests import make


@pytest.fixture
def run(app, world):
    def call(*arguments: str, answer: str = "", fails: bool = False) -> str:
        result = CliRunner().invoke(person, arguments, obj=lambda: app, input=answer)
        assert (result.exit_code != 0) == fails, result.output
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        session.expire_all()
        return result.output

    return call


def test_first_administrator_signs_in_with_the_printed_password(run, browser):
    out = run("add", "--name", "Ana Rojas", "--email", "Ana@example.org", "--role", "administrator")
    browser.sign_in("ana@example.org", out.split("Password: ")[1].strip())
    browser.get("/people/")


def test_password_is_asked_for_and_weak_ones_are_refused(run, browser):
    weak = run(
        "add",
        "--name",
        "Ana",
        "--email",
        "a@example.org",
        "--ask",
        answer="peru2026\n" * 2,
        fails=True,
    )
    assert "too common" in weak
    assert session.scalars(Person.by_email("a@example.org")).all() == []
    good = "una llama en la puna"
    run("add", "--name", "Ana", "--email", "a@example.org", "--ask", answer=f"{good}\n{good}\n")
    browser.sign_in("a@example.org", good)


def test_person_without_address_gets_a_code(run, browser):
    out = run("add", "--name", "Juan Huamán", "--role", "trainer:promotores-ambientales")
    browser.post("/sign-in/code", {"code": out.rsplit(": ", 1)[1].strip()})
    assert browser.is_inside
    juan = session.scalars(Person.matching("Huamán")).one()
    assert juan.scopes(Kind.TRAINER) == ["promotores-ambientales"]


@pytest.mark.parametrize("role", ["boss", "trainer", "administrator:x", "registrar:"])
def test_unknown_roles_are_refused_with_the_known_ones(run, role):
    assert "registrar:<organisation>" in run("add", "--name", "X", "--role", role, fails=True)


def test_taken_address_is_one_line(run):
    make.person("Rosa Quispe")
    out = run("add", "--name", "Otra", "--email", "rosa@example.org", fails=True)
    assert out == "Error: somebody already has the address rosa@example.org.\n"


def test_new_password_ends_old_sessions(run, browser, rosa):
    browser.sign_in(rosa)
    out = run("password", "--email", rosa.email)
    assert not browser.is_inside
    browser.sign_in(rosa, status=422)
    browser.sign_in(rosa, out.split("Password: ")[1].strip())


def test_list_shows_who_has_a_role(run, root, ben):
    out = run("list")
    assert "Root Admin\troot@example.org\tadministrator" in out
    assert "Ben" not in out
