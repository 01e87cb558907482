"""The trainer's preview in a browser: both frames follow each save and each other."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.looking import assert_axe_finds_nothing
from tests.courses.folders import write_course
from tests.courses.new_trainer import BREAKS, LESSON, PLACE, write
from tests.ports import free_port

START_SECONDS = 30


@pytest.fixture
def address(tmp_path):
    """`pegup content preview` of a small course."""
    port, folder = str(free_port()), str(write_course(tmp_path / "curso"))
    pegup = [sys.executable, "-m", "pegup.cli", "content", "preview", folder, "--port", port]
    server = subprocess.Popen(pegup, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/preview/"
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    yield address
    server.kill()
    server.wait(10)


def test_both_frames_follow_a_save(chromium, address, tmp_path, picture):
    context = chromium.new_context(
        viewport={"width": 1500, "height": 900}, locale="es-PE", bypass_csp=True
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Ir a").select_option(label="1.1 Lección acequia")
    phone, screen = (page.frame_locator(name) for name in ("iframe.phone", "iframe.screen"))
    for frame in (phone, screen):
        expect(frame.locator("h1")).to_have_text("Lección acequia")
    file = tmp_path / "curso" / "1-uno" / "1-acequia.md"
    file.write_text(file.read_text().replace("title: Lección", "title: La nueva"))
    for frame in (phone, screen):
        expect(frame.locator("h1")).to_have_text("La nueva acequia")
    phone.get_by_role("link", name="El agua del barrio").first.click()
    expect(screen.locator("h1")).to_have_text("El agua del barrio")
    assert_axe_finds_nothing(page, "preview", picture)
    context.close()


def test_a_new_trainer_sees_each_slip_beside_the_lesson(chromium, address, tmp_path):
    """Picture, table and six questions; ten slips, each told and gone once it is mended."""
    context = chromium.new_context(locale="es-PE", bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    told = page.locator(".findings")
    write(tmp_path / "curso")
    file = tmp_path / "curso" / PLACE
    expect(page.get_by_label("Ir a")).to_contain_text("Los turnos del agua")
    text = LESSON
    for slip in BREAKS:
        text = text.replace(slip.before, slip.after)
    file.write_text(text)
    for slip in BREAKS:
        expect(told).to_contain_text(slip.says)
    for slip in BREAKS:  # each alone, at its line
        file.write_text(LESSON.replace(slip.before, slip.after))
        line = told.locator("li", has_text=f"{PLACE}:{slip.line}:")
        expect(line.filter(has_text=slip.says)).to_have_count(1)
    file.write_text(LESSON)
    expect(told.locator("li.error")).to_have_count(0)
    page.get_by_label("Ir a").select_option(label="1.3 Los turnos del agua")
    phone = page.frame_locator("iframe.phone")
    expect(phone.locator("h1")).to_have_text("Los turnos del agua")
    expect(phone.locator("table")).to_contain_text("Quispe")
    expect(phone.locator("img")).to_be_visible()
    context.close()
