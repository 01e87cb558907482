"""The script of a handout and the server are of one mind: about codes, and about what an answer is worth."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, Route

from pegup.assessments.kinds import KINDS
from pegup.handouts.codes import asked_of, open_code, pack, read_lines, write_lines
from pegup.handouts.document import marking
from pegup.paper.numbers import new_number
from tests.handouts.made import TYPED, some_done, some_lessons, some_spec

FRONTEND = Path(__file__).parents[2] / "frontend"
MANY = 400
NAMES = {"@noble/hashes/": "/node_modules/@noble/hashes/"}
PAGE = f"""<!doctype html><script type="importmap">{json.dumps({"imports": NAMES})}</script>
<script type="module">
import * as code from "/js/lib/handout-code.js";
import * as marks from "/js/lib/handout-marks.js";
Object.assign(window, {{ code, marks, ready: true }});
</script>"""


@pytest.fixture
def script(chromium) -> Page:
    """A page that has the script's two modules as they are in the sources."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("http://modules.test")
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            route.fulfill(path=FRONTEND / path[1:], content_type="text/javascript")

    page = chromium.new_page()
    page.route("http://modules.test/**", serve)
    page.goto("http://modules.test/")
    page.wait_for_function("window.ready")
    yield page
    page.close()


def for_each(script: Page, function: str, cases: list) -> list:
    """What the script makes of each case; all go there and back as one text, a tenth of the time."""
    made = script.evaluate(
        f"(cases) => JSON.stringify(JSON.parse(cases).map({function}))", json.dumps(cases)
    )
    return json.loads(made)


def as_script(spec, answer):
    """An answer as the script keeps it, which calls each piece by its place in the specification."""
    pieces = spec.get("options") or spec.get("pairs") or spec.get("items") or []
    names = {piece["key"]: str(place) for place, piece in enumerate(pieces)}
    if spec["kind"] in ("single", "true_false"):
        return names[answer]
    if spec["kind"] == "multiple":
        return [names[key] for key in answer]
    if spec["kind"] == "match":
        return {names[key]: names[other] for key, other in answer.items()}
    if spec["kind"] == "order":
        return {names[key]: place for key, place in answer.items()}
    return answer


def test_what_the_phone_writes_the_server_reads(script):
    cases, wanted = [], []
    for seed in range(MANY):
        chance = Random(seed)
        lessons = some_lessons(chance)
        done = some_done(chance, lessons)
        number, key = new_number(), chance.randbytes(16)
        copy = chance.choice(["", "7Q2KM"])
        asked = [[asked_of(spec, shown) for spec, shown in each] for each in lessons]
        wanted.append((asked, done, number, key, copy))
        cases.append(
            {
                "file": {"number": number, "key": key.hex(), "copy": copy},
                "lessons": [[marking(spec, shown) for spec, shown in each] for each in lessons],
                "done": [
                    {
                        "read": each.is_read,
                        "given": {
                            at: as_script(lessons[place][at][0], answer)
                            for at, answer in each.given.items()
                        },
                    }
                    for place, each in enumerate(done)
                ],
            }
        )
    written = for_each(
        script,
        "(each) => window.code.writeCode(each.file, each.done, each.lessons)",
        cases,
    )
    for lines, (asked, done, number, key, copy) in zip(written, wanted, strict=True):
        here = write_lines(number, copy + pack(done, asked), key)
        assert lines == [line.replace("-", "") for line in here]
        mark, read = open_code(read_lines("\n".join(lines)), key, asked, has_copy=bool(copy))
        assert mark == copy
        assert [each.is_read for each in read] == [each.is_read for each in done]


def test_an_answer_is_worth_the_same_on_the_phone(script):
    cases, wanted = [], []
    for seed in range(MANY * 2):
        chance = Random(seed)
        for asked in some_lessons(chance):
            for spec, shown in asked:
                given = some_done(chance, [[(spec, shown)]])[0].given.get(0)
                cases.append(
                    [marking(spec, shown), None if given is None else as_script(spec, given)]
                )
                wanted.append(KINDS[spec["kind"]].points(spec, given))
    worth = for_each(
        script,
        "([asked, given]) => window.marks.points[asked.kind](asked, given === null ? undefined : given)",
        cases,
    )
    assert len(cases) > MANY
    assert {0, 1} <= set(wanted)
    for here, there, case in zip(wanted, worth, cases, strict=True):
        assert abs(here - Decimal(there)) < Decimal("0.000001"), case


def test_a_typed_number_is_read_alike(script):
    """What the phone keeps of it is worth what the site gives for what was typed."""
    chance = Random(5)
    specs = [
        each for each in (some_spec(chance) for _each in range(200)) if each["kind"] == "numeric"
    ]
    letters = "0123456789.,- '%m3e"
    typed = [
        *TYPED,
        *("".join(chance.choices(letters, k=chance.randint(1, 8))) for _each in range(400)),
    ]
    cases = [[text, marking(spec, [])] for spec in specs for text in typed]
    kept = for_each(
        script, "([text, asked]) => window.marks.readNumber(text, asked) || null", cases
    )
    numeric = KINDS["numeric"]
    seen = set()
    for (text, asked), found in zip(cases, kept, strict=True):
        spec = {"answer": asked["answer"], "tolerance": asked["tolerance"]}
        worth = numeric.points(spec, text)
        seen.add(worth)
        assert numeric.points(spec, found) == worth, (text, found, asked)
        if found is not None:
            assert numeric.points(spec, found.replace(".", ",")) == worth, (text, found, asked)
    assert seen == {0, 1}


def test_a_copys_mark_is_drawn_by_the_phone(script):
    marks = {script.evaluate("window.code.newCopy()") for _each in range(50)}
    assert len(marks) == 50
    assert all(len(mark) == 5 for mark in marks)
