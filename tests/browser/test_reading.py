"""What helps to read a lesson: detail on demand, words at a tap, the lesson read aloud."""

from __future__ import annotations

from playwright.sync_api import expect

LESSON = "/courses/agua/lessons/rio"
VOICE = """
const voices = [
  {lang: "es-ES", localService: true}, {lang: "es-PE", localService: true}, {lang: "es-MX"},
];
window.spoken = [];
let current = null;
window.finish = () => { const ended = current; current = null; ended.onend(); };
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => voices,
  addEventListener() {},
  speak(said) { spoken.push([said.text, said.voice.lang, said.rate]); current = said; },
  cancel() { current = null; },
}});
"""
"""A browser that speaks Spanish, one sentence for each ``finish()``."""


def test_a_word_opens_below_its_paragraph_and_escape_leads_back(context_of):
    page = context_of("learner").new_page()
    page.goto(LESSON)
    word = page.locator("article a.term")
    word.click()
    meaning = page.locator("p + .meaning")
    expect(meaning).to_contain_text("Acequia: Canal de agua.")
    expect(meaning).to_contain_text("En quechua: palabra-quechua")
    expect(meaning).to_be_focused()
    expect(word).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(word).to_be_focused()
    word.click()
    expect(meaning).to_be_visible()
    word.click()
    expect(meaning).to_have_count(0)
    word.click()
    meaning.get_by_role("link").click()
    page.wait_for_url("**/courses/agua/glossary#acequia")


def test_without_scripts_a_word_leads_to_the_glossary_and_detail_opens(context_of):
    page = context_of("learner", java_script_enabled=False).new_page()
    page.goto(LESSON)
    assert not page.locator("listen-aloud").is_visible()
    assert not page.locator("show-details").is_visible()
    page.locator("summary", has_text="Más sobre turnos").click()
    assert page.get_by_text("El turno se anota.").is_visible()
    page.locator("article a.term").click()
    page.wait_for_url("**/courses/agua/glossary#acequia")


def test_who_wants_the_detail_has_it_open_from_then_on(context_of):
    context = context_of("learner")
    page = context.new_page()
    page.goto(LESSON)
    detail = page.get_by_text("El turno se anota.")
    expect(detail).to_be_hidden()
    page.get_by_label("Mostrar siempre el detalle").check()
    expect(detail).to_be_visible()
    later = context.new_page()
    later.goto(LESSON)
    expect(later.get_by_text("El turno se anota.")).to_be_visible()
    later.get_by_label("Mostrar siempre el detalle").uncheck()
    expect(later.get_by_text("El turno se anota.")).to_be_hidden()


def test_the_lesson_is_read_aloud_sentence_by_sentence(context_of):
    context = context_of("learner")
    context.add_init_script(VOICE)
    page = context.new_page()
    page.goto(LESSON)
    page.get_by_role("button", name="Escuchar la lección").click()
    expect(page.locator("article .spoken")).to_have_text("Mira")
    for _ in range(2):
        page.evaluate("finish()")
    expect(page.locator("article .spoken")).to_contain_text("El agua llega")
    page.get_by_role("button", name="Pausa").click()
    page.get_by_role("combobox", name="Velocidad").select_option("Rápida")
    page.get_by_role("button", name="Seguir", exact=True).click()
    for _ in range(8):
        if page.locator("article .spoken").count():
            page.evaluate("finish()")
    assert page.evaluate("spoken") == [
        ["Mira", "es-PE", 1],
        ["El agua llega en 5.2 km.", "es-PE", 1],
        ["La acequia baja.", "es-PE", 1],
        ["La acequia baja.", "es-PE", 1.25],
        ["Aquí hay un cuadro. Míralo en la lección.", "es-PE", 1.25],
        ["Imagen: El canal", "es-PE", 1.25],
        ["Más sobre turnos", "es-PE", 1.25],
    ]
    expect(page.get_by_role("button", name="Escuchar la lección")).to_be_visible()
    page.reload()
    assert page.get_by_role("combobox", name="Velocidad").input_value() == "1.25"


def test_without_a_voice_of_the_device_nothing_is_offered(context_of):
    context = context_of("learner")
    context.add_init_script(VOICE.replace("localService: true", "localService: false"))
    page = context.new_page()
    page.goto(LESSON)
    expect(page.locator("show-details")).to_be_visible()
    expect(page.locator("listen-aloud")).to_be_hidden()


def test_who_saves_data_asks_for_each_picture(context_of):
    page = context_of("learner").new_page()
    asked: list[str] = []
    page.on("request", lambda request: "/media/" in request.url and asked.append(request.url))
    page.goto(LESSON)
    page.get_by_role("img", name="El canal").scroll_into_view_if_needed()
    page.get_by_role("button", name="Ahorrar datos").click()
    picture = page.get_by_role("link", name="Ver la imagen: El canal (1 kB)")
    asked.clear()
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert asked == []
    picture.click()
    expect(page.get_by_role("img", name="El canal")).to_be_focused()
    assert page.evaluate("document.activeElement.naturalWidth") == 300
    page.get_by_role("button", name="Mostrar las imágenes").click()
    expect(page.get_by_role("img", name="El canal")).to_be_visible()
    expect(page.locator("picture-later")).to_have_count(0)


BYTES = "JSON.parse(localStorage['pegup-data']).bytes"


def test_the_phone_counts_what_came_over_the_line(context_of):
    context = context_of("learner")
    context.add_init_script(
        "window.before = JSON.parse(localStorage['pegup-data'] || '{}').bytes || 0"
    )
    page = context.new_page()
    page.goto(LESSON)
    page.wait_for_timeout(500)
    entries = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
    sizes = page.evaluate(f"{entries}.map((each) => each.transferSize)")
    assert page.evaluate(f"{BYTES} - before") == sum(sizes) > 10_000


def test_the_meter_says_the_months_data_and_begins_anew(context_of):
    page = context_of("learner").new_page()
    page.goto("/phone")
    meter = page.locator("data-meter [data-text]")
    page.wait_for_function("localStorage['pegup-data']")
    page.evaluate("localStorage['pegup-data'] = JSON.stringify({month: '2020-1', bytes: 9e9})")
    page.reload()
    expect(meter).to_contain_text("estas páginas usaron unos")
    page.wait_for_timeout(300)
    assert 0 < page.evaluate(BYTES) < 60_000
    expect(meter).to_contain_text("kB en este teléfono")
    page.evaluate(
        "{ const kept = JSON.parse(localStorage['pegup-data']);"
        " localStorage['pegup-data'] = JSON.stringify({...kept, bytes: 2450000}); }"
    )
    page.reload()
    expect(meter).to_contain_text("2,5 MB")


def test_a_kept_lesson_shows_its_picture_and_its_words_without_a_network(context_of):
    context = context_of("learner")
    page = context.new_page()
    page.goto("/courses/agua")
    theme = page.locator("keep-module").nth(1)
    theme.get_by_role("button").click()
    expect(theme).to_contain_text("Se lee y se responde sin red", timeout=15_000)
    context.set_offline(True)
    page.goto(LESSON)
    expect(page.locator(".phone-status")).to_contain_text("Lees la copia de este teléfono")
    page.get_by_role("img", name="El canal").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('article img').naturalWidth === 300")
    page.locator("article a.term").click()
    expect(page.locator(".meaning")).to_contain_text("Canal de agua.")
