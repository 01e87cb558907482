"""Where a course's files stand: its themes and lessons by path, new names, new orders, links that follow."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pegup.courses.content.glossary import normal
from pegup.courses.content.reading import GLOSSARY, NUMBERED, language_of, order_of

TITLE = re.compile(r"^title: *(?P<title>.+?) *$", re.MULTILINE)
LINK = re.compile(r"(?P<open>\]\()(?P<target>[^)\s#]+)")
NAME_LENGTH = 60
"""Letters of a name that is made from a title."""


@dataclass
class Place:
    """A file with its translations: language to path."""

    path: str
    title: str
    translations: dict[str, str]


@dataclass
class Theme:
    """A theme's folder with its lessons in order."""

    folder: str
    head: Place | None
    lessons: list[Place]


@dataclass
class Contents:
    """All that can be edited of a course."""

    course: Place | None
    glossary: Place | None
    themes: list[Theme]
    pictures: list[str]
    others: list[str]
    """Files that are kept and passed over."""


def contents_of(files: Mapping[str, bytes]) -> Contents:
    """The files as a trainer looks for them."""
    translations: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in files:
        if language := language_of(path):
            translations[original_of(path)][language] = path
    texts = [path for path in files if language_of(path) == "" and path.count("/") <= 1]
    texts = [path for path in texts if not path.startswith("media/")]
    folders = sorted({path.split("/")[0] for path in texts if "/" in path}, key=order_of)
    places = {
        path: Place(path, title_of(files[path]) or path, translations[path]) for path in texts
    }
    themes = []
    for folder in folders:
        head = f"{folder}/module.md"
        inside = [p for p in texts if p.startswith(f"{folder}/") and p != head]
        lessons = [places[p] for p in sorted(inside, key=order_of)]
        themes.append(Theme(folder, places.get(head), lessons))
    known = {each for p in places.values() for each in (p.path, *p.translations.values())}
    pictures = sorted(p for p in files if p.startswith("media/"))
    return Contents(
        course=places.get("course.md"),
        glossary=places.get(f"{GLOSSARY}.md"),
        themes=themes,
        pictures=pictures,
        others=sorted(files.keys() - known - set(pictures)),
    )


def title_of(content: bytes) -> str:
    """What the front matter calls the file."""
    found = TITLE.search(content[:4000].decode("utf-8", "replace"))
    return found["title"].strip("\"'") if found else ""


def with_translations(path: str, paths: Collection[str]) -> list[str]:
    """The file and those that translate it."""
    return [path, *(each for each in paths if each != path and original_of(each) == path)]


def original_of(path: str) -> str:
    """The file that a translation translates; an original itself."""
    language = language_of(path)
    return f"{path.removesuffix(f'.{language}.md')}.md" if language else path


def name_from(title: str, taken: Collection[str] = ()) -> str:
    """A short name of plain letters that nobody else has."""
    base = (
        re.sub(r"[^a-z0-9]+", "-", normal(title)).strip("-")[:NAME_LENGTH].strip("-")
        or "sin-titulo"
    )
    made, number = base, 2
    while made in taken:
        made, number = f"{base}-{number}", number + 1
    return made


def next_number(paths: Iterable[str]) -> int:
    """The number that comes after those of these names."""
    numbers = [order_of(path)[0] for path in paths]
    return max((number for number in numbers if number < 10_000), default=0) + 1


def free_picture_path(stem: str, ending: str, paths: Collection[str]) -> str:
    """Where a picture that somebody calls ``stem`` is put, beside those that are there."""
    inside = [path.rpartition("/")[2] for path in paths if path.startswith("media/")]
    taken = {name.rpartition(".")[0].lower() for name in inside}
    return f"media/{name_from(stem, taken)}{ending}"


def renumbered(lessons: list[str], path: str, step: int) -> dict[str, str]:
    """Old path to new of the lessons whose number changes when one goes up (-1) or down (1).

    Empty where it stands at the end already.
    """
    at = lessons.index(path)
    to = at + step
    if not 0 <= to < len(lessons):
        return {}
    numbers = [order_of(each)[0] for each in lessons]
    if len(set(numbers)) < len(numbers) or max(numbers) >= 10_000:
        numbers = list(range(1, len(lessons) + 1))
    wanted = lessons.copy()
    wanted[at], wanted[to] = wanted[to], wanted[at]
    moves = {}
    for number, each in zip(numbers, wanted, strict=True):
        folder, _slash, name = each.rpartition("/")
        new = f"{folder}/{number}-{NUMBERED.sub('', name, count=1)}"
        if new != each:
            moves[each] = new
    return moves


def relinked(path: str, text: str, moves: Mapping[str, str]) -> str:
    """The text with its links to moved files led to where they are now; ``path`` is where it stood."""
    folder = posixpath.dirname(path)

    def follow(found: re.Match[str]) -> str:
        target = unquote(found["target"])
        meant = posixpath.normpath(posixpath.join(folder, target))
        if meant not in moves:
            return found[0]
        head, slash, _name = target.rpartition("/")
        led = head + slash + moves[meant].rpartition("/")[2]
        return found["open"] + (quote(led) if "%" in found["target"] else led)

    return LINK.sub(follow, text)
