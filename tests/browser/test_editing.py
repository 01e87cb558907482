"""Trainers write a course in real browsers: toolbar, paste, pictures, collisions, review, publication."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.world import HUERTO, PASSWORD
from tests.courses.photos import photo
from tests.editing.clipboards import CASES

SIEMBRA = "/editing/huerto/files/1-suelo/1-siembra.md"
RIEGO = "/editing/huerto/files/1-suelo/2-riego.md"
PASTE = """(node, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "plain");
  return node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """async (node, [name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
  node.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(context_of):
    """``desk("trainer")``: a page on a wide screen, with patience for a busy machine."""

    def opened(role: str, address: str = "", **options):
        page = context_of(role, width=1280, **options).new_page()
        page.set_default_timeout(60_000)
        if address:
            page.goto(address)
        return page

    return opened


def empty(page) -> None:
    page.locator("textarea").fill("")


@pytest.mark.parametrize("source", CASES)
def test_what_is_pasted_becomes_clean_markdown_and_can_be_undone(desk, source):
    page = desk("trainer", SIEMBRA)
    html, markdown = CASES[source]
    text = page.locator("textarea")
    empty(page)
    assert text.evaluate(PASTE, html) is False
    assert text.input_value().strip() == markdown
    text.press("Control+z")
    assert text.input_value().strip() == ""


def test_pasted_headings_stand_below_the_one_above(desk):
    page = desk("trainer", SIEMBRA)
    text = page.locator("textarea")
    text.fill("## Uno\n\n### Dos\n\n")
    text.press("Control+End")
    text.evaluate(PASTE, "<h1>Tres</h1><p>Va.</p><h4>Cuatro</h4>")
    assert text.input_value().strip().endswith("### Tres\n\nVa.\n\n#### Cuatro")


def test_pasted_tricks_do_nothing(desk):
    page = desk("trainer", SIEMBRA)
    text = page.locator("textarea")
    empty(page)
    text.evaluate(
        PASTE,
        '<p onclick="x()">Uno <a href="javascript:alert(1)">dos</a></p><svg onload=alert(1)></svg>'
        "<p>/// question | no</p><p>&lt;b&gt; *no* # no</p>",
    )
    assert text.input_value().strip() == "Uno dos\n\n\\/// question | no\n\n\\<b> \\*no\\* # no"


@pytest.mark.parametrize(
    ("tool", "before", "after"),
    [
        ("bold", "agua", "**agua**"),
        ("italic", "agua", "*agua*"),
        ("italic", "", "*cursiva*"),
        ("list", "uno\ndos", "- uno\n- dos"),
        ("numbers", "uno\ndos", "1. uno\n2. dos"),
        ("heading", "agua", "## agua"),
        ("term", "acequia", "{acequia}"),
    ],
)
def test_a_tool_changes_what_is_chosen_and_undo_takes_it_back(desk, tool, before, after):
    page = desk("trainer", SIEMBRA)
    text = page.locator("textarea")
    text.fill(before)
    text.press("Control+a")
    page.locator(f"[data-do={tool}]").click()
    assert text.input_value().strip() == after
    text.press("Control+z")
    assert text.input_value() == before


def test_keys_links_tables_and_blocks(desk):
    page = desk("trainer", SIEMBRA)
    text = page.locator("textarea")
    text.fill("agua")
    text.press("Control+a")
    text.press("Control+b")
    assert text.input_value() == "**agua**"
    text.press("Control+b")
    assert text.input_value() == "agua"
    text.press("Control+a")
    text.press("Control+k")
    page.keyboard.press("Escape")
    assert text.input_value() == "agua"
    text.press("Control+a")
    text.press("Control+k")
    asked = page.locator("#ask")
    assert "2-riego.md" in page.locator("#lessons option").evaluate_all(
        "all => all.map(({value}) => value)"
    )
    asked.fill("https://example.org")
    asked.press("Enter")
    expect(text).to_have_value("[agua](https://example.org)")
    empty(page)
    page.locator("[data-do=table]").click()
    assert text.input_value().startswith("| Columna | Columna |\n| --- | --- |\n")


def test_every_block_that_is_inserted_is_sound(desk):
    """On top of a lesson, whatever of it the check finds is not the block's shape."""
    page = desk("trainer", SIEMBRA)
    text = page.locator("textarea")
    names = page.locator("[data-blocks] option").evaluate_all("all => all.map(({value}) => value)")
    text.fill(HUERTO["1-suelo/1-siembra.md"])
    for name in names[1:]:
        text.press("Control+End")
        page.locator("[data-blocks]").select_option(name)
    expect(page.frame_locator("iframe").locator("fieldset")).to_have_count(7)
    expect(page.locator("[data-findings] .error")).to_have_count(0)


def test_a_translation_gets_blocks_in_its_own_language(desk):
    page = desk("trainer", "/editing/huerto")
    page.get_by_role("button", name="Traducir a: English La siembra").click()
    text = page.locator("textarea")
    text.press("Control+End")
    page.locator("[data-blocks]").select_option("true_false")
    expect(text).to_have_value(re.compile(r"A statement\.\n(?s:.*)- \[x\] True\n- \[ \] False"))
    leave(page, page.url)
    page.get_by_role("button", name="Descartar el borrador").click()
    expect(page.get_by_text("Borrador descartado.")).to_be_visible()


def test_two_trainers_a_picture_a_review_and_a_learner(desk, context_of):
    learner = context_of("learner").new_page()
    learner.goto("/courses/huerto/lessons/siembra")
    learner.get_by_role("button", name="Ya la leí").click()
    expect(learner.get_by_text("Leída", exact=False).first).to_be_visible()

    trainer, colleague = desk("trainer", SIEMBRA), desk("colleague", SIEMBRA)
    text = trainer.locator("textarea")
    text.press("Control+End")
    text.evaluate(DROP, ["Mi Huerto.JPG", list(photo(700, 500))])
    trainer.locator("#ask").fill("El huerto de Ilo")
    trainer.get_by_role("button", name="Listo").click()
    expect(text).to_have_value(re.compile(r"!\[El huerto de Ilo\]\(\.\./media/mi-huerto\.jpg\)"))
    text.press("Control+End")
    text.press_sequentially("\n\nUna {palabra} nueva.")
    frame = trainer.frame_locator("iframe")
    expect(frame.get_by_text("Una palabra nueva.")).to_be_visible()
    expect(frame.locator("img")).to_have_js_property("naturalWidth", 700)
    expect(frame.get_by_text("¿Qué se hace primero?")).to_be_visible()
    expect(trainer.locator("[data-findings]")).to_contain_text("«palabra» no está en el glosario")
    text.fill(text.input_value().replace("{palabra}", "palabra"))
    expect(trainer.locator("[data-findings] .error")).to_have_count(0)
    trainer.get_by_role("button", name="Guardar borrador").click()
    expect(trainer.get_by_text("Borrador guardado.")).to_be_visible()

    theirs = colleague.locator("textarea")
    theirs.press("Control+End")
    theirs.press_sequentially("\nDe la colega.")
    colleague.get_by_role("button", name="Guardar borrador").click()
    expect(colleague.get_by_text("Trainer guardó otra versión")).to_be_visible()
    expect(theirs).to_have_value(re.compile("De la colega"))
    expect(colleague.locator("[data-theirs]")).to_contain_text("Una palabra nueva.")
    colleague.close()

    riego = desk("trainer", RIEGO)
    riego.locator("textarea").fill(HUERTO["1-suelo/2-riego.md"] + "\nCon poca agua.\n")
    riego.get_by_role("button", name="Guardar borrador").click()
    riego.goto("/editing/huerto/changes")
    expect(riego.get_by_text("ya no vale para lo que hay ahora")).to_be_visible()
    riego.get_by_role("button", name="Pedir una revisión").click()
    reviewer = desk("colleague", "/editing/huerto/changes")
    reviewer.get_by_label("Está bien así").check()
    reviewer.get_by_role("button", name="Responder a la revisión").click()
    expect(reviewer.get_by_text("Tu respuesta está guardada.")).to_be_visible()
    riego.reload()
    expect(riego.get_by_text("La siembra", exact=True)).to_be_visible()
    riego.get_by_label("Qué cambia y por qué").fill("Con foto")
    riego.get_by_role("button", name="Publicar 3 archivos").click()
    expect(riego.get_by_text("revisado por Colleague")).to_be_visible()

    learner.reload()
    expect(learner.get_by_text("Una palabra nueva.")).to_be_visible()
    expect(learner.locator("article img")).to_have_attribute("alt", "El huerto de Ilo")
    expect(learner.get_by_text("Leída").first).to_be_visible()


def test_unsaved_text_waits_on_this_device_and_is_never_shown_as_stored(desk):
    page = desk("trainer", SIEMBRA)
    page.locator("textarea").press("Control+End")
    page.locator("textarea").press_sequentially("\nSin guardar.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/courses/")
    page.goto(SIEMBRA)
    assert "Sin guardar." not in page.locator("textarea").input_value()
    page.get_by_role("button", name="Recuperar mi texto").click()
    assert "Sin guardar." in page.locator("textarea").input_value()
    page.locator("textarea").press("Control+z")
    assert "Sin guardar." not in page.locator("textarea").input_value()


def leave(page, address: str = "/courses/") -> None:
    """Goes away although the page asks whether to."""
    asked = []
    page.once("dialog", lambda dialog: asked.append(dialog.type) or dialog.accept())
    page.goto(address)
    assert asked == ["beforeunload"]


def test_what_was_looked_at_but_not_saved_waits_too(desk):
    page = desk("trainer", RIEGO)
    page.locator("textarea").press("Control+End")
    page.locator("textarea").press_sequentially("\nSolo mirado.")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.get_by_text("Todavía no está guardado.")).to_be_visible()
    leave(page)
    page.goto(RIEGO)
    page.get_by_role("button", name="Recuperar mi texto").click()
    assert "Solo mirado." in page.locator("textarea").input_value()


def test_what_is_typed_beside_an_older_copy_waits_with_it(desk):
    page = desk("trainer", RIEGO)
    text = page.locator("textarea")
    for words in ("Primero.", "Segundo."):
        text.press("Control+End")
        text.press_sequentially(f"\n{words}")
        leave(page)
        page.goto(RIEGO)
    page.get_by_role("button", name="Recuperar mi texto").click()
    assert "Segundo." in text.input_value()
    page.get_by_role("button", name="Recuperar mi texto").click()
    assert "Primero." in text.input_value()
    expect(page.get_by_role("button", name="Recuperar mi texto")).to_be_hidden()


def test_whose_session_ended_is_told_so(desk):
    page = desk("trainer", RIEGO)
    page.context.clear_cookies()
    page.locator("textarea").press_sequentially("a")
    expect(page.locator("[data-status]")).to_contain_text("Tu sesión terminó")


def test_unsaved_text_is_not_lost_by_signing_out_nor_left_for_the_next(context_of, site):
    page = context_of().new_page()
    page.set_default_timeout(60_000)

    def sign_in_and_open():
        page.goto(f"/sign-in?next={SIEMBRA}")
        page.fill("input[name=email]", site.cast.email("trainer"))
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")

    def sign_out():
        page.get_by_text("Menú").click()
        page.get_by_role("button", name="Salir", exact=True).click()

    sign_in_and_open()
    page.locator("textarea").press("Control+End")
    page.locator("textarea").press_sequentially("\nSin guardar.")
    page.on("dialog", lambda dialog: dialog.accept())
    sign_out()
    page.wait_for_url("**/phone#sign-out")
    expect(page.locator("[data-leaving]")).to_be_visible()
    expect(page.get_by_text("Todo lo que hiciste está en el servidor")).to_be_hidden()
    page.get_by_role("link", name="Editar: ").click()
    expect(page.get_by_role("button", name="Recuperar mi texto")).to_be_visible()
    sign_out()
    page.get_by_role("button", name="Salir y borrar").click()
    page.wait_for_url(f"{site.address}/")
    assert (
        page.evaluate(
            "() => Object.keys(localStorage).filter((key) => /unsaved|reading/.test(key))"
        )
        == []
    )
    sign_in_and_open()
    expect(page.get_by_role("button", name="Recuperar mi texto")).to_be_hidden()


def test_without_a_network_typing_goes_on(desk):
    page = desk("trainer", SIEMBRA)
    page.context.set_offline(True)
    page.locator("textarea").press("Control+End")
    page.locator("textarea").press_sequentially("\nSin red.")
    expect(page.locator("[data-status]")).to_contain_text("Sin conexión")
    page.context.set_offline(False)
    expect(page.frame_locator("iframe").get_by_text("Sin red.")).to_be_visible()
    expect(page.locator("[data-status]")).to_be_empty()


def test_without_scripts_a_lesson_is_written_and_looked_at(desk):
    page = desk("trainer", SIEMBRA, java_script_enabled=False)
    text = page.locator("textarea").input_value()
    page.locator("textarea").fill(text + "\nSin programas.\n")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.locator("[data-plain-look]")).to_contain_text("Sin programas.")
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_text("Borrador guardado.")).to_be_visible()
    page.get_by_role("button", name="Descartar el borrador").click()
    expect(page.get_by_text("Borrador descartado.")).to_be_visible()
