"""The table of all figures beside the design's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A number of the design: at most, or at least."""

    value: float
    is_floor: bool = False

    def is_met(self, figure: float) -> bool:
        return figure >= self.value if self.is_floor else figure <= self.value

    @property
    def words(self) -> str:
        return f"{'≥' if self.is_floor else '≤'} {number(self.value)}"


@dataclass(frozen=True)
class Measure:
    """One line of the table."""

    key: str
    name: str
    unit: str
    target: Target | None = None


def at_most(value: float) -> Target:
    return Target(value)


def at_least(value: float) -> Target:
    return Target(value, is_floor=True)


PAGES = {"home": "home page", "outline": "outline", "lesson": "lesson", "quiz": "quiz"}
"""What a learner opens every day."""
NETWORKS = {"3g": ("slow 3G", 2.0, 3.0), "2g": ("2G", 4.0, 6.0)}
"""Name, seconds until something is seen, seconds until everything works."""
VISITS = {"cold": "first visit", "warm": "second visit"}
SCORES = {"performance": 98, "accessibility": 100, "practices": 95, "seo": 95}

WAITS = tuple(
    Measure(
        f"slow.{network}.{page}.{visit}.{what}",
        f"{name}, {words}, {again}: {what}",
        "s",
        at_most(most),
    )
    for network, (name, paint, usable) in NETWORKS.items()
    for page, words in PAGES.items()
    for visit, again in VISITS.items()
    for what, most in (("paint", paint), ("usable", usable))
)
LIGHTHOUSE = tuple(
    Measure(
        f"lighthouse.{page}.{score}", f"Lighthouse, {words}: {score}", "of 100", at_least(least)
    )
    for page, words in PAGES.items()
    for score, least in SCORES.items()
)

MEASURES = (
    Measure("lesson.1.p50", "lesson page, 1 connection, p50", "ms", at_most(5)),
    Measure("lesson.1.p95", "lesson page, 1 connection, p95", "ms"),
    Measure("lesson.1.rate", "lesson page, 1 connection", "req/s"),
    Measure("lesson.8.p50", "lesson page, 8 connections, p50", "ms"),
    Measure("lesson.8.p95", "lesson page, 8 connections, p95", "ms", at_most(40)),
    Measure("lesson.8.rate", "lesson page, 8 connections", "req/s", at_least(500)),
    Measure("lesson.cpu", "CPU per lesson page", "ms", at_most(4)),
    Measure("lesson.made", "lesson page that nobody had in this state, p50", "ms"),
    Measure("memory.load", "memory under load, all processes (PSS)", "MiB", at_most(150)),
    Measure("memory.load.rss", "the same, shared pages counted in each (RSS)", "MiB"),
    Measure("memory.end", "memory after everything below (PSS)", "MiB", at_most(150)),
    Measure("start", "start to first page", "s", at_most(1.5)),
    Measure("visit.lesson.first_kb", "first visit to a lesson", "kB", at_most(50)),
    Measure("visit.lesson.first_requests", "first visit to a lesson", "requests", at_most(5)),
    Measure("visit.lesson.page_and_style_kb", "lesson: HTML and CSS", "kB", at_most(14)),
    Measure("visit.lesson.scripts_kb", "lesson: JavaScript", "kB", at_most(15)),
    Measure("visit.lesson.second_kb", "second visit to a lesson", "kB", at_most(8)),
    Measure("visit.lesson.second_requests", "second visit to a lesson", "requests", at_most(1)),
    Measure("visit.home.first_kb", "first visit to the home page", "kB", at_most(50)),
    Measure("visit.home.first_requests", "first visit to the home page", "requests", at_most(5)),
    Measure("visit.home.page_and_style_kb", "home page: HTML and CSS", "kB", at_most(14)),
    Measure("visit.home.scripts_kb", "home page: JavaScript", "kB", at_most(15)),
    Measure("visit.home.second_kb", "second visit to the home page", "kB", at_most(8)),
    Measure("visit.home.second_requests", "second visit to the home page", "requests", at_most(1)),
    *WAITS,
    *LIGHTHOUSE,
    Measure("offline.line_kb", "whole course kept: over the line", "kB", at_most(2_000)),
    Measure("offline.stored_kb", "whole course kept: in the phone's storage", "kB", at_most(2_000)),
    Measure("quiz.start.p50", "quiz: start, p50", "ms", at_most(15)),
    Measure("quiz.start.p95", "quiz: start, p95", "ms"),
    Measure("quiz.save.p50", "quiz: save answers, p50", "ms", at_most(15)),
    Measure("quiz.save.p95", "quiz: save answers, p95", "ms"),
    Measure("quiz.submit.p50", "quiz: finish, p50", "ms", at_most(15)),
    Measure("quiz.submit.p95", "quiz: finish, p95", "ms"),
    Measure("profile.save.p50", "profile: save a section, p50", "ms"),
    Measure("profile.save.p95", "profile: save a section, p95", "ms"),
    Measure("gradebook.page", "gradebook: first page", "ms", at_most(150)),
    Measure("gradebook.last", "gradebook: last page", "ms", at_most(150)),
    Measure("gradebook.search", "gradebook: search for a name", "ms", at_most(150)),
    Measure("gradebook.university", "gradebook: a university's 500 students", "ms", at_most(150)),
    Measure("cohort.stuck", "group of up to 10,000: who needs a word", "ms"),
    Measure("export.csv", "CSV export of 500 students", "ms", at_most(50)),
    Measure("export.everybody", "CSV export of everybody, by command", "s"),
    Measure("import.people", "import of 500 people", "s", at_most(3)),
    Measure(
        "search.median", "search in 10,000 documents: page, median question", "ms", at_most(30)
    ),
    Measure(
        "search.slowest", "search in 10,000 documents: page, slowest question", "ms", at_most(30)
    ),
    Measure("call.evaluation", "call: 12 teams evaluated", "ms"),
    Measure("sign_in", "sign-in with a password", "ms"),
    Measure("content.check", "content check, whole course", "s", at_most(1.5)),
    Measure("content.import", "content import, whole course", "s"),
    Measure("seed", "seeding", "rows/s"),
)

Figures = Mapping[str, float]


def table(by_size: Mapping[int, Figures]) -> str:
    """Markdown: a line a measure, a column a number of learners; what was not measured is left out."""
    sizes = list(by_size)
    heads = ["measure", "unit", *(f"{size:,} learners" for size in sizes), "target", "met"]
    lines = [_line(heads), "|---|---|" + "---:|" * len(sizes) + "---:|---|"]
    for measure in MEASURES:
        figures = [by_size[size].get(measure.key) for size in sizes]
        if any(figure is not None for figure in figures):
            lines.append(_line(_cells(measure, figures)))
    return "\n".join(lines)


def fallen_short(by_size: Mapping[int, Figures]) -> list[str]:
    """Each target that is missed, in words."""
    return [
        f"{measure.name}, {size:,} learners: {number(figures[measure.key])} {measure.unit}, "
        f"target {measure.target.words}"
        for measure in MEASURES
        for size, figures in by_size.items()
        if measure.target
        and measure.key in figures
        and not measure.target.is_met(figures[measure.key])
    ]


def growth(by_size: Mapping[int, Figures]) -> dict[str, float]:
    """How many times more the most learners cost than the fewest, for what should not grow."""
    constant = ("lesson.1.p50", "lesson.cpu", "quiz.save.p50", "gradebook.page", "export.csv")
    sizes = sorted(by_size)
    fewest, most = by_size[sizes[0]], by_size[sizes[-1]]
    return {key: most[key] / fewest[key] for key in constant if key in most and key in fewest}


def number(figure: float) -> str:
    """Three digits that count."""
    if figure == int(figure) or figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def _cells(measure: Measure, figures: list[float | None]) -> list[str]:
    shown = ["–" if figure is None else number(figure) for figure in figures]
    target = measure.target
    if target is None:
        return [measure.name, measure.unit, *shown, "", ""]
    is_met = all(target.is_met(figure) for figure in figures if figure is not None)
    return [measure.name, measure.unit, *shown, target.words, "yes" if is_met else "**no**"]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
