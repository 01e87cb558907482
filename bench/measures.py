"""What is measured: each function does one thing as its user does it and returns its figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser

from bench import kept, lighthouse, slow
from bench.load import Load, Target, percentile, put_load
from bench.product import CONTENT, Serving, Site
from bench.seed import COURSE, PASSWORD, UNIVERSITY, email_of, lessons_read
from bench.visitor import Failed, Visitor, filled
from bench.visits import visit

CALL = "promotores-1997"
SECTION = "/profiles/equipo-de-ilo/perfil-ambiental/sections/1.1"
QUERIES = ("agua", "agua+basura", "acequi", "huaico", "vecinos+zzzzz", "zzzzz")
FIRST_READER = 10
"""Learner 10 has read ten lessons, learner 11 eleven, …: in the middle of the course."""

IMPORTED = 500

Figures = dict[str, float]
Accounts = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Effort:
    """How long and how often."""

    readers: int
    load_seconds: float
    bursts: int
    tries: int
    quizzes: int
    starts: int
    slow_visits: int
    slower: int
    """How many times slower the phone of those visits computes; Chromium burns the time that it takes away."""
    documents: int
    """To search in, besides those of the site."""
    has_scores: bool
    """Lighthouse is large and slow: a try does without."""


THOROUGH = Effort(
    readers=100,
    load_seconds=4,
    bursts=5,
    tries=30,
    quizzes=40,
    starts=3,
    slow_visits=5,
    slower=4,
    documents=10_000,
    has_scores=True,
)
SMALL = Effort(
    readers=20,
    load_seconds=1,
    bursts=1,
    tries=3,
    quizzes=3,
    starts=1,
    slow_visits=1,
    slower=1,
    documents=300,
    has_scores=False,
)


def content(site: Site) -> Figures:
    """The course's whole content: checked, and brought in for the first time."""
    return {
        "content.check": site.timed("content", "check", str(CONTENT)),
        "content.import": site.timed("content", "import", str(CONTENT)),
    }


def start(site: Site, effort: Effort) -> Figures:
    """From the command to the first page."""
    times = []
    for _each in range(effort.starts):
        with site.served() as serving:
            times.append(serving.started_in)
    return {"start": statistics.median(times)}


def lesson(site: Site, serving: Serving, effort: Effort) -> Figures:
    """Lesson pages of many learners, each at the own place in the course.

    Those that nobody had in this state before are timed as well: they are made, not only filled in.
    """
    readers = list(_readers(site, effort.readers))
    first_of = {path: reader for reader, path in reversed(readers)}
    made = [reader.get(path, packed=True).ms for path, reader in first_of.items()]
    targets = [Target(path, reader.cookie) for reader, path in readers]
    _pages(site, targets, connections=2, seconds=1)  # what a server has kept by then
    one = _pages(site, targets, connections=1, seconds=effort.load_seconds)
    bursts = [_burst(site, serving, targets, effort) for _each in range(effort.bursts)]
    resident, shared_once = serving.memory()
    return {
        "lesson.1.p50": one.p50_ms,
        "lesson.1.p95": one.p95_ms,
        "lesson.1.rate": one.per_second,
        "lesson.made": statistics.median(made),
        "memory.load": shared_once,
        "memory.load.rss": resident,
    } | {name: statistics.median(burst[name] for burst in bursts) for name in bursts[0]}


def _burst(site: Site, serving: Serving, targets: Sequence[Target], effort: Effort) -> Figures:
    """Eight connections for a while; of several the median is told, as the machine is not ours alone."""
    before = serving.cpu_seconds()
    load = _pages(site, targets, connections=8, seconds=effort.load_seconds)
    cpu = serving.cpu_seconds() - before
    return {
        "lesson.8.p50": load.p50_ms,
        "lesson.8.p95": load.p95_ms,
        "lesson.8.rate": load.per_second,
        "lesson.cpu": cpu * 1000 / load.requests,
    }


def _pages(site: Site, targets: Sequence[Target], *, connections: int, seconds: float) -> Load:
    load = put_load(site.port, targets, connections=connections, seconds=seconds)
    if load.failures:
        raise Failed(f"{load.failures} lesson pages did not come")
    return load


def visits(site: Site, browser: Browser) -> Figures:
    """Home and a lesson, signed in, with a cold browser and again."""
    learner = _learner(site, FIRST_READER)
    figures = {}
    for name, path in {"home": "/", "lesson": lesson_paths(learner)[0]}.items():
        found = visit(browser, site.address + path, learner.cookies)
        figures |= {f"visit.{name}.{key}": float(value) for key, value in vars(found).items()}
    return figures


def learner_pages(learner: Visitor) -> dict[str, str]:
    """What a learner opens every day; the quiz is one that was just begun."""
    lessons = lesson_paths(learner)
    begun = learner.post(f"{lessons[-1]}/attempts", {})
    outline = f"/courses/{COURSE}"
    return {"home": "/", "outline": outline, "lesson": lessons[0], "quiz": begun.location}


def slow_visits(site: Site, browser: Browser, effort: Effort) -> Figures:
    """The pages of a learner on slow networks, with a slow processor."""
    learner = _learner(site, FIRST_READER)
    paths = learner_pages(learner)
    return slow.waits(
        browser,
        site.address,
        paths,
        learner.cookies,
        tries=effort.slow_visits,
        slower=effort.slower,
    )


def kept_course(site: Site, browser: Browser) -> Figures:
    """Every theme of the course kept for reading without a network."""
    learner = _learner(site, FIRST_READER)
    line, stored = kept.keep(browser, site.port, f"/courses/{COURSE}", learner.cookies)
    return {"offline.line_kb": line, "offline.stored_kb": stored}


def scores(site: Site, chromium: str) -> Figures:
    """Lighthouse's of the pages of a learner; raises ``lighthouse.NotInstalled``."""
    learner = _learner(site, FIRST_READER)
    return lighthouse.scores(chromium, site.address, learner_pages(learner), learner.cookies)


def quiz(site: Site, effort: Effort, *, newcomer: int) -> Figures:
    """Starts, saves as the page's script does after each answer, and finishes."""
    learner = _learner(site, newcomer)
    lessons = lesson_paths(learner)
    starts, saves, finishes = [], [], []
    for number in range(effort.quizzes):
        begun = learner.post(f"{lessons[number % len(lessons)]}/attempts", {})
        starts.append(begun.ms)
        page = learner.get(begun.location).text
        person = page.partition('data-person="')[2].partition('"')[0]
        attempt = begun.location.rpartition("/")[2]
        for variant in range(3):
            fields = [[name, value] for name, value in filled(page, variant).items()]
            item = {"id": str(uuid4()), "kind": "answers", "age": 0}
            item["data"] = {"attempt": attempt, "fields": fields}
            saved = learner.post_json("/outbox", {"person": person, "items": [item]})
            if b'"stored"' not in saved.body:
                raise Failed("an answer was not saved")
            saves.append(saved.ms)
        finishes.append(learner.post(begun.location, {"action": "finish"}).ms)
    return (
        _spread("quiz.start", starts)
        | _spread("quiz.save", saves)
        | _spread("quiz.submit", finishes)
    )


def gradebook(site: Site, accounts: Accounts, effort: Effort) -> Figures:
    """The course's people at the front and at the end, a group, and a university's students."""
    trainer = _signed_in(site, accounts, "trainer")
    people = f"/grades/{COURSE}/people"
    registrar = _signed_in(site, accounts, "registrar")
    group = f"/cohorts/{COURSE}/banco"
    return {
        "cohort.stuck": _median_get(trainer, group, effort),
        "gradebook.page": _median_get(trainer, people, effort),
        "gradebook.last": _median_get(trainer, f"{people}?page=1000000", effort),
        "gradebook.search": _median_get(trainer, f"{people}?q=huaman+0000017", effort),
        "gradebook.university": _median_get(registrar, _students(), effort),
    }


def export(site: Site, accounts: Accounts, effort: Effort, scratch: Path) -> Figures:
    """The registrar's file of 500 students, and everybody's by the command."""
    registrar = _signed_in(site, accounts, "registrar")
    times = [registrar.post(f"{_students()}/exports", {}).ms for _each in range(effort.tries)]
    everybody = site.timed("grades", "export", COURSE, "--out", str(scratch / "grades.csv"))
    return {"export.csv": statistics.median(times), "export.everybody": everybody}


def people(site: Site, accounts: Accounts, *, mark: str) -> Figures:
    """A coordinator brings in 500 people from a CSV file."""
    coordinator = _signed_in(site, accounts, "coordinator")
    lines = [f"Persona Nueva {n},{mark}-{n}@nuevas.example.org,Ilo" for n in range(IMPORTED)]
    file = "\n".join(["nombre,correo,ciudad", *lines]).encode()
    return {"import.people": coordinator.upload("/people/import", "lista.csv", file).ms / 1000}


def search(site: Site, effort: Effort) -> Figures:
    """A learner's searches: words that all documents have, that one has, that none has."""
    learner = _learner(site, FIRST_READER)
    times = [_median_get(learner, f"/search?q={query}", effort) for query in QUERIES]
    return {"search.median": statistics.median(times), "search.slowest": max(times)}


def profile(site: Site, accounts: Accounts, effort: Effort) -> Figures:
    """A member of a team saves a section again and again."""
    member = _signed_in(site, accounts, "team coordinator")
    times = []
    for number in range(effort.tries):
        page = member.get(SECTION).text
        base = page.partition('name="base"')[2].partition('value="')[2].partition('"')[0]
        text = f"El agua llega por horas.\n\nMedimos {number} veces en {site.port} barrios."
        times.append(member.post(SECTION, {"base": base, "text": text}).ms)
    return _spread("profile.save", times)


def call(site: Site, accounts: Accounts, effort: Effort) -> Figures:
    """The coordinator's table: every rule and criterion of twelve teams, evaluated."""
    coordinator = _signed_in(site, accounts, "coordinator")
    return {"call.evaluation": _median_get(coordinator, f"/calls/{CALL}/teams", effort)}


def sign_in(site: Site, effort: Effort) -> Figures:
    """The password page; the hash is slow on purpose."""
    times = []
    for number in range(effort.tries):
        begun = time.perf_counter()
        _learner(site, FIRST_READER + number % effort.readers)
        times.append((time.perf_counter() - begun) * 1000)
    return {"sign_in": statistics.median(times)}


def running(
    site: Site, serving: Serving, accounts: Accounts, effort: Effort, *, stage: int, scratch: Path
) -> Iterator[Callable[[], Figures]]:
    """Everything that is measured at a running site without a browser, in this order.

    ``stage`` counts the sizes, from 0: each time another learner is new to the quizzes.
    """
    yield lambda: lesson(site, serving, effort)
    yield lambda: quiz(site, effort, newcomer=21 * stage)
    yield lambda: gradebook(site, accounts, effort)
    yield lambda: export(site, accounts, effort, scratch)
    yield lambda: people(site, accounts, mark=f"etapa-{stage}")
    yield lambda: profile(site, accounts, effort)
    yield lambda: search(site, effort)
    yield lambda: call(site, accounts, effort)
    yield lambda: sign_in(site, effort)
    yield lambda: {"memory.end": serving.memory()[1]}


def lesson_paths(visitor: Visitor) -> list[str]:
    """The addresses of the course's lessons, from its outline."""
    outline = visitor.get(f"/courses/{COURSE}").text
    links = (part.partition('"')[0] for part in outline.split('href="')[1:])
    return list(dict.fromkeys(link for link in links if f"/{COURSE}/lessons/" in link))


def _readers(site: Site, many: int) -> Iterator[tuple[Visitor, str]]:
    """By turns somebody who opens the next lesson, and somebody who opens again what was read last."""
    for number in range(FIRST_READER, FIRST_READER + many):
        learner = _learner(site, number)
        paths = lesson_paths(learner)
        place = lessons_read(number, len(paths)) - number % 2
        yield learner, paths[min(max(place, 0), len(paths) - 1)]


def _learner(site: Site, number: int) -> Visitor:
    return Visitor(site.port).sign_in(email_of(number), PASSWORD)


def _signed_in(site: Site, accounts: Accounts, role: str) -> Visitor:
    return Visitor(site.port).sign_in(*accounts[role])


def _students() -> str:
    return f"/grades/{COURSE}/universities/{UNIVERSITY}"


def _median_get(visitor: Visitor, path: str, effort: Effort) -> float:
    return statistics.median(visitor.get(path, packed=True).ms for _each in range(effort.tries))


def _spread(name: str, times: Iterable[float]) -> Figures:
    ordered = sorted(times)
    return {f"{name}.p50": percentile(ordered, 50), f"{name}.p95": percentile(ordered, 95)}
