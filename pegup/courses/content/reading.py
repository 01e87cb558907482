"""Reads a course's folder: everything that is wrong in one run, and the course if nothing is."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from pegup.authoring.findings import Finding, Findings, Place, nearest
from pegup.authoring.front_matter import (
    Check,
    FrontMatter,
    Key,
    Wrong,
    day,
    many,
    mapping,
    one_of,
    pattern,
    read_front_matter,
    schema_of,
    shares,
    slug,
    whole,
    words,
)
from pegup.authoring.source import (
    LARGEST_FILE,
    MOST_FILES,
    Files,
    Folder,
    Source,
    Text,
    shown_path,
    source_of,
    text_of,
)
from pegup.courses import images
from pegup.courses.content import compiled
from pegup.courses.content.blocks import Block, Body, scan_body
from pegup.courses.content.compiling import compile_body, compile_question, note_unused_footnotes
from pegup.courses.content.glossary import Entry, Glossary, normal, read_glossary
from pegup.courses.content.memory import Memory, Unit
from pegup.courses.content.plainness import check_plainness
from pegup.courses.content.questions import Asked, read_question
from pegup.courses.content.render import Known, Medium, Renderer, Sheet, Target
from pegup.courses.readability import Readability
from pegup.courses.vector import clean_svg
from pegup.courses.when import meant, read_when

NAME = re.compile(r"(?P<stem>.+?)(?:\.(?P<language>[a-z]{2}))?\.md")
NUMBERED = re.compile(r"(?P<number>\d{1,4})-")
LANGUAGE = re.compile(r"[a-z]{2}")
FEEDS = re.compile(r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9.-]+)?")
GLOSSARY = "glosario"
MEDIA = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
LONGEST_FILE, LONGEST_GLOSSARY = 20_000, 60_000
"""Letters; a lesson has some 8,000."""
MOST_LINES = 1_500
"""Of a lesson; it has some 150."""
LARGEST_PICTURE, LARGEST_DRAWING = 10_000_000, 1_000_000
HEAVY_DRAWING = 100_000
"""Bytes that a phone on 2G loads in half a minute."""
HEAVY_LESSON = 100_000
"""Bytes of a lesson's text on the line, with its pictures."""


def _when(value: Any) -> str:
    """ "semana 3" and the like, kept in one manner of writing."""
    said = value.isoformat() if type(value) is date else value
    found = read_when(said) if isinstance(said, str) else None
    if found is None:
        raise Wrong(meant(str(said)), "when-unclear")
    return str(found)


planned = Check(
    _when,
    {
        "type": "string",
        "examples": ["semana 3", "semana 3, viernes", "final", "2027-03-05"],
        "maxLength": 40,
    },
)

GRADING = {
    "scale": Key(whole(1, 1000)),
    "passing": Key(whole(0, 1000)),
    "rounding": Key(one_of("half-up")),
    "decimals": Key(whole(0, 2)),
    "weights": Key(shares),
}
COMPLETION = {
    "lessons": Key(one_of("all")),
    "quiz_mark": Key(whole(0, 100)),
    "city": Key(many(one_of("profile", "promotion-plan", "committee"), 3)),
}
COMMON = {"id": Key(slug, required=True), "title": Key(words(200), required=True)}
COURSE_KEYS = {
    **COMMON,
    "language": Key(pattern(LANGUAGE, "es")),
    "summary": Key(words(500)),
    "grading": Key(mapping(GRADING)),
    "completion": Key(mapping(COMPLETION)),
}
MODULE_KEYS = {**COMMON, "goal": Key(words(500)), "when": Key(planned)}
LESSON_KEYS = {
    **COMMON,
    "minutes": Key(whole(1, 600)),
    "when": Key(planned),
    "objectives": Key(many(words(300), 10)),
    "feeds": Key(many(pattern(FEEDS, "perfil/1.4"), 20)),
    "review_by": Key(day),
    "hard_because": Key(words(300)),
}
DEFAULT_GRADING = {"scale": 20, "passing": 11, "rounding": "half-up", "decimals": 0}
DEFAULT_COMPLETION = {"lessons": "all", "quiz_mark": 60, "city": []}


def front_matter_schema() -> dict[str, Any]:
    """JSON Schema of what stands between the ``---`` lines of a course, a module or a lesson."""
    kinds = {"course": COURSE_KEYS, "module": MODULE_KEYS, "lesson": LESSON_KEYS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pegup",
        "$defs": {name: schema_of(keys) for name, keys in kinds.items()},
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in kinds],
    }


@dataclass
class Reading:
    """What came of reading a folder; ``course`` is None where an error was found."""

    course: compiled.Course | None
    findings: list[Finding]
    sketch: compiled.Course | None = None
    """What could be made in spite of errors: to be looked at, never stored."""
    lessons: dict[str, str] = field(default_factory=dict)
    """Path of a lesson's original to its slug."""
    modules: dict[str, str] = field(default_factory=dict)
    """The same of themes."""


@dataclass
class Document:
    """A file with its front matter, body and questions."""

    path: str
    language: str
    head: FrontMatter
    body: Body
    digest: str = ""
    """Of the file's content."""
    questions: list[Asked] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return str(self.head.values.get("id", ""))

    @property
    def title(self) -> str:
        return str(self.head.values.get("title", ""))


@dataclass
class _Translated:
    """The same content in several languages, under the path of the original."""

    path: str
    original: Document
    translations: dict[str, Document] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, Document]:
        return {self.original.language: self.original, **self.translations}


@dataclass
class _ModuleFiles:
    head: _Translated
    lessons: list[_Translated]


def read_course(folder: Path) -> Reading:
    """Reads, checks and compiles; touches nothing."""
    if not folder.is_dir():
        findings = Findings()
        findings.add(Place(shown_path(folder, folder)), "folder-missing")
        return Reading(None, findings.sorted())
    return read_files(Folder(folder))


def read_files(files: Files) -> Reading:
    """The same for files that need not be on disk."""
    findings = Findings()
    reader = _Reader(files, findings)
    course = reader.read()
    return Reading(
        course=None if findings.errors else course,
        findings=findings.sorted(),
        sketch=course,
        lessons=reader.known.lessons,
        modules=reader.known.modules,
    )


_memory = Memory(700)
"""What was made of a file before: most files are the same at the next reading."""


class _Reader:
    """The state of one run."""

    def __init__(self, files: Files, findings: Findings) -> None:
        self.files = files
        self.findings = findings
        self.language = "es"
        self.slug = ""
        self.known = Known()
        self.renderer = Renderer(self.known, findings)
        self.glossaries: dict[str, Glossary] = {}
        self.wanted: list[tuple[str, str, str, Place]] = []
        self.sizes: dict[str, int] = {}
        self.context = ""
        """Changes with all that a file's text may point to in others."""
        self._glossary_digests: dict[str, str] = {}

    def _again(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """What ``make`` gives, with its findings: made, or remembered under a key that says all it depends on."""
        unit = _memory.get(key)
        if unit is None:
            outer, terms, media = self.findings, self.renderer.used_terms, self.renderer.used_media
            self.findings = self.renderer.findings = Findings()
            self.renderer.used_terms, self.renderer.used_media = set(), set()
            try:
                made = make()
                unit = Unit(
                    made,
                    self.findings.in_order(),
                    self.renderer.used_terms,
                    self.renderer.used_media,
                )
            finally:
                self.findings = self.renderer.findings = outer
                self.renderer.used_terms, self.renderer.used_media = terms, media
            _memory.put(key, unit)
        self.findings.add_all(unit.findings)
        self.renderer.used_terms |= unit.used_terms
        self.renderer.used_media |= unit.used_media
        return unit.made

    def read(self) -> compiled.Course | None:
        paths = self._paths()
        if "course.md" not in paths:
            self.findings.add(Place("course.md"), "course-missing")
        head = self._translated("course.md", paths, COURSE_KEYS)
        if head is not None:
            self.slug = head.original.slug
            self.language = head.original.head.values.get("language", "es")
        modules = self._modules(paths)
        files = self._files(paths)
        self._read_glossaries(paths)
        self._note_unexpected(paths)
        self._check_ids(modules)
        self.known.lessons = {
            lesson.path: lesson.original.slug for module in modules for lesson in module.lessons
        }
        self.known.modules = {module.head.path: module.head.original.slug for module in modules}
        self.context = self._context()
        settings = self._settings(head, modules)
        weights = settings["grading"].get("weights", {})
        made = [self._module(module, i, weights) for i, module in enumerate(modules, 1)]
        welcome = self._welcome(head)
        terms = {language: self._terms(language) for language in self.glossaries}
        self._check_anchors()
        self._note_unused_terms()
        for file in files:
            if f"media/{file.path}" not in self.renderer.used_media:
                self.findings.add(Place(f"media/{file.path}"), "picture-unused")
        if head is None:
            return None
        return compiled.Course(
            slug=head.original.slug,
            language=self.language,
            texts=welcome,
            settings=settings,
            modules=made,
            terms=terms,
            files=files,
        )

    def _context(self) -> str:
        known = (self.known.lessons, self.known.modules, self.known.media)
        said = repr((self.slug, self.language, *known, sorted(self._glossary_digests.items())))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()

    # Which files there are.

    def _paths(self) -> list[str]:
        found = self.files.names()
        if len(found) > MOST_FILES:
            self.findings.add(Place("."), "too-many-files", most=MOST_FILES)
            return []
        return found

    def _modules(self, paths: Collection[str]) -> list[_ModuleFiles]:
        folders = sorted(
            {p.split("/")[0] for p in paths if p.count("/") == 1 and NAME.fullmatch(p)} - {"media"},
            key=order_of,
        )
        modules = []
        for folder in folders:
            inside = [p for p in paths if p.startswith(f"{folder}/") and p.count("/") == 1]
            head_path = f"{folder}/module.md"
            lesson_paths = sorted(
                (p for p in inside if language_of(p) == "" and p != head_path), key=order_of
            )
            if head_path not in paths:
                self.findings.add(Place(head_path), "module-missing", folder=folder)
            elif not lesson_paths:
                self.findings.add(Place(head_path), "module-empty", folder=folder)
            head = self._translated(head_path, paths, MODULE_KEYS)
            read = [self._translated(path, paths, LESSON_KEYS) for path in lesson_paths]
            lessons = [lesson for lesson in read if lesson is not None]
            for lesson in lessons:
                self._read_questions(lesson)
            if head is not None:
                modules.append(_ModuleFiles(head, lessons))
        return modules

    def _note_unexpected(self, paths: Collection[str]) -> None:
        for path in paths:
            language = language_of(path)
            base = path if not language else re.sub(r"\.[a-z]{2}\.md$", ".md", path)
            depth = path.count("/")
            if path.startswith("media/"):
                continue
            fits = base in {"course.md", f"{GLOSSARY}.md"} if depth == 0 else depth == 1
            if language is None or not fits:
                self.findings.add(Place(path), "file-unexpected")
            elif language and base not in paths:
                self.findings.add(Place(path), "translation-orphan", original=base)

    def _files(self, paths: Collection[str]) -> list[compiled.File]:
        files = []
        for shown in paths:
            if not shown.startswith("media/"):
                continue
            media_type = MEDIA.get(PurePosixPath(shown).suffix.lower())
            if media_type is None or len(shown) > 200:
                allowed = ", ".join(sorted(MEDIA))
                self.findings.add(Place(shown), "picture-kind", allowed=allowed)
                continue
            is_drawing = media_type == MEDIA[".svg"]
            largest = LARGEST_DRAWING if is_drawing else LARGEST_PICTURE
            content = self.files.read(shown, self.findings, largest)
            if content is None:
                continue
            try:
                made = self._drawing if is_drawing else self._photo
                files.append(made(shown, media_type, content))
            except images.Unfit as unfit:
                self.findings.add(Place(shown), unfit.code, **unfit.values)
        return files

    def _photo(self, shown: str, media_type: str, content: bytes) -> compiled.File:
        digest = hashlib.sha256(content).hexdigest()
        seen = self._again(("photo", digest), lambda: images.look(content))
        if seen.media_type != media_type:
            kind = seen.media_type.removeprefix("image/")
            self.findings.add(Place(shown), "picture-misnamed", kind=kind)
        if seen.is_moving:
            self.findings.add(Place(shown), "picture-moving")
        if seen.width < images.LEAST_WIDTH:
            least = images.LEAST_WIDTH
            self.findings.add(Place(shown), "picture-small", width=seen.width, least=least)
        inside = shown.removeprefix("media/")
        name = images.key(inside, digest)
        self.known.media[shown] = Medium(name, images.shown_size(seen), seen.width > images.PHONE)
        self.sizes[quote(f"{name}-p.jpg")] = min(len(content), images.MOST_PHONE)
        return compiled.File(inside, media_type, digest, content, name)

    def _drawing(self, shown: str, media_type: str, content: bytes) -> compiled.File:
        digest = hashlib.sha256(content).hexdigest()
        drawing = self._again(("drawing", digest), lambda: clean_svg(content))
        if drawing.removed:
            removed = ", ".join(drawing.removed)
            self.findings.add(Place(shown), "picture-cleaned", removed=removed)
        if len(drawing.content) > HEAVY_DRAWING:
            size, most = f"{len(drawing.content) // 1000} kB", f"{HEAVY_DRAWING // 1000} kB"
            self.findings.add(Place(shown), "picture-heavy", size=size, most=most)
        inside = shown.removeprefix("media/")
        name = images.key(inside, digest)
        self.known.media[shown] = Medium(name, drawing.size, is_photo=False)
        self.sizes[quote(f"{name}.svg")] = len(drawing.content)
        return compiled.File(inside, media_type, digest, content, name, drawing.content)

    # One file.

    def _translated(
        self, path: str, paths: Collection[str], keys: Mapping[str, Key]
    ) -> _Translated | None:
        """The original with its translations; None where the original cannot be used."""
        if path not in paths:
            return None
        original = self._document(path, keys, "")
        stem = path.removesuffix(".md")
        translations: dict[str, Document] = {}
        for other in (each for each in paths if each.startswith(f"{stem}.")):
            language = language_of(other)
            if language and other == f"{stem}.{language}.md":
                found = self._document(other, keys, language)
                if found is not None:
                    translations[language] = found
        if original is None:
            return None
        if path != "course.md":
            original.language = self.language
        else:
            original.language = original.head.values.get("language", "es")
        for document in translations.values():
            if document.slug and document.slug != original.slug:
                place = document.head.place("id")
                self.findings.add(
                    place, "translation-differs", found=document.slug, expected=original.slug
                )
        translations.pop(original.language, None)
        return _Translated(path, original, translations)

    def _document(self, path: str, keys: Mapping[str, Key], language: str) -> Document | None:
        content = self.files.read(path, self.findings, LARGEST_FILE)
        if content is None:
            return None
        digest = hashlib.sha256(content).hexdigest()
        made = self._again(
            ("document", path, digest, ",".join(keys)), lambda: self._parsed(path, content, keys)
        )
        if made is None:
            return None
        head, body = made
        return Document(path, language, head, body, digest)

    def _parsed(
        self, path: str, content: bytes, keys: Mapping[str, Key]
    ) -> tuple[FrontMatter, Body] | None:
        source = source_of(path, content, self.findings)
        if source is None:
            return None
        if not self._is_readable(source, is_glossary=path.startswith(f"{GLOSSARY}.")):
            return None
        head = read_front_matter(source, keys, self.findings)
        lines = head.body if head is not None else _below_head(source)
        body = scan_body(source.file, lines, self.findings)
        return head or FrontMatter({}, {}, lines, Place(path)), body

    def _is_readable(self, source: Source, *, is_glossary: bool) -> bool:
        """Whether the file is of a lesson's size; a longer one would keep the parser busy."""
        longest = LONGEST_GLOSSARY if is_glossary else LONGEST_FILE
        if sum(len(line.text) + 1 for line in source.lines) > longest:
            self.findings.add(Place(source.file), "text-too-long", most=longest)
            return False
        if not is_glossary and len(source.lines) > MOST_LINES:
            self.findings.add(
                Place(source.file, MOST_LINES), "file-too-many-lines", most=MOST_LINES
            )
            return False
        return True

    def _read_questions(self, lesson: _Translated) -> None:
        for document in lesson.all.values():
            document.questions = self._again(
                ("questions", document.path, document.digest),
                partial(self._asked, document),
            )
        expected = _ids(lesson.original)
        for document in lesson.translations.values():
            self.findings.note_ids(Place(document.path), _ids(document), expected)

    def _asked(self, document: Document) -> list[Asked]:
        found = [
            read_question(part, self.findings)
            for part in document.body.parts
            if isinstance(part, Block) and part.name == "question"
        ]
        return [asked for asked in found if asked is not None]

    def _read_glossaries(self, paths: Collection[str]) -> None:
        found = self._translated(f"{GLOSSARY}.md", paths, COMMON)
        self.glossaries = {}
        if found is None:
            return
        for language, document in found.all.items():
            self.glossaries[language] = self._again(
                ("glossary", document.path, document.digest),
                partial(self._entries, document),
            )
            self._glossary_digests[language] = document.digest
        original = _term_ids(self.glossaries[found.original.language])
        for language, document in found.translations.items():
            # Links of one language's lessons lead to the other's terms: all of them must be there.
            ids = _term_ids(self.glossaries[language])
            self.findings.note_ids(Place(document.path), sorted(ids), sorted(original))

    def _entries(self, document: Document) -> Glossary:
        return read_glossary(document.path, document.head.body, self.findings)

    def _glossary(self, language: str) -> Glossary:
        """The terms of the language, or else of the course's own."""
        own = self.glossaries.get(self.language, Glossary())
        return self.glossaries.get(language, own)

    # What must fit together.

    def _check_ids(self, modules: list[_ModuleFiles]) -> None:
        self._check_unique(module.head.original for module in modules)
        self._check_unique(lesson.original for module in modules for lesson in module.lessons)
        seen: dict[str, Place] = {}
        for module in modules:
            for lesson in module.lessons:
                for part in lesson.original.body.parts:
                    if not isinstance(part, Block) or "id" not in part.options:
                        continue
                    name = part.options["id"]
                    first = seen.setdefault(name, part.place)
                    if first != part.place:
                        other = f"{first.file}:{first.line}"
                        self.findings.add(part.place, "id-twice", id=name, other=other)

    def _check_unique(self, documents: Iterable[Document]) -> None:
        seen: dict[str, str] = {}
        for document in documents:
            if not document.slug:
                continue
            first = seen.setdefault(document.slug, document.path)
            if first != document.path:
                place = document.head.place("id")
                self.findings.add(place, "id-twice", id=document.slug, other=first)

    def _settings(self, head: _Translated | None, modules: list[_ModuleFiles]) -> dict[str, Any]:
        values = head.original.head.values if head else {}
        grading = DEFAULT_GRADING | values.get("grading", {})
        completion = DEFAULT_COMPLETION | values.get("completion", {})
        if head is not None and "grading" in values:
            self._check_weights(head.original, grading, [m.head.original.slug for m in modules])
        return {"grading": grading, "completion": completion}

    def _check_weights(self, course: Document, grading: dict[str, Any], modules: list[str]) -> None:
        weights: dict[str, int] = grading.get("weights", {})
        place = course.head.place("grading.weights" if weights else "grading")
        total = sum(weights.values())
        if total != 100:
            self.findings.add(place, "weights-not-100", total=total)
        for name in weights:
            if name not in modules:
                where = course.head.place(f"grading.weights.{name}")
                near = nearest(name, modules)
                self.findings.add(where, "weights-module-unknown", module=name, near=near)
        if grading["passing"] > grading["scale"]:
            place = course.head.place("grading.passing")
            expected = f"≤ {grading['scale']}"
            self.findings.add(
                place, "value-wrong", key="passing", value=grading["passing"], expected=expected
            )

    def _check_anchors(self) -> None:
        for lesson, anchor, language, place in self.wanted:
            anchors = self.known.anchors.get((lesson, language))
            anchors = anchors or self.known.anchors.get((lesson, self.language), set())
            if anchor not in anchors:
                near = nearest(anchor, anchors)
                near = f"#{near}" if near else ""
                self.findings.add(place, "link-broken", target=f"#{anchor}", near=near)

    def _note_unused_terms(self) -> None:
        for entry in self.glossaries.get(self.language, Glossary()).entries:
            if entry.slug not in self.renderer.used_terms:
                self.findings.add(entry.place, "term-unused", word=entry.name)

    # What is made.

    def _module(
        self, module: _ModuleFiles, position: int, weights: Mapping[str, int]
    ) -> compiled.Module:
        original = module.head.original
        return compiled.Module(
            slug=original.slug,
            position=position,
            weight=weights.get(original.slug, 0),
            texts={
                language: {
                    "title": document.title,
                    "goal": document.head.values.get("goal", ""),
                }
                for language, document in module.head.all.items()
            },
            lessons=[self._lesson(lesson, i) for i, lesson in enumerate(module.lessons, 1)],
            when=original.head.values.get("when"),
        )

    def _lesson(self, lesson: _Translated, position: int) -> compiled.Lesson:
        original = lesson.original
        values = original.head.values
        htmls = {language: self._text(document) for language, document in lesson.all.items()}
        measured = {
            language: self._again(
                ("plainness", document.path, document.digest, language),
                partial(self._measured, document, language),
            )
            for language, document in lesson.all.items()
        }
        self._note_heavy(lesson, htmls)
        return compiled.Lesson(
            slug=original.slug,
            position=position,
            minutes=values.get("minutes", 0),
            words=measured[original.language].words,
            feeds=values.get("feeds", []),
            review_by=values.get("review_by"),
            titles={language: document.title for language, document in lesson.all.items()},
            htmls=htmls,
            objectives={
                language: document.head.values.get("objectives", [])
                for language, document in lesson.all.items()
            },
            questions=self._questions(lesson),
            when=values.get("when"),
        )

    def _measured(self, document: Document, language: str) -> Readability:
        return check_plainness(
            document.body,
            Place(document.path),
            language == "es",
            self.findings,
            may_be_hard="hard_because" in document.head.values,
        )

    def _note_heavy(self, lesson: _Translated, htmls: Mapping[str, str]) -> None:
        for language, html in htmls.items():
            pictures = sum(self.sizes[path] for path in self.sizes if f"media/{path}" in html)
            size = len(zlib.compress(html.encode())) + pictures
            if size > HEAVY_LESSON:
                self.findings.add(
                    Place(lesson.all[language].path),
                    "lesson-heavy",
                    size=f"{size // 1000} kB",
                    most=f"{HEAVY_LESSON // 1000} kB",
                )

    def _text(self, document: Document) -> str:
        key = ("text", document.path, document.digest, document.language, self.context)
        html, ids, wanted = self._again(key, lambda: self._compiled(document))
        self.known.anchors[document.slug, document.language] = ids
        self.wanted += [
            (lesson, anchor, document.language, place) for lesson, anchor, place in wanted
        ]
        return str(html)

    def _compiled(self, document: Document) -> tuple[str, set[str], list[tuple[str, str, Place]]]:
        if not any(isinstance(p, Text) or p.name != "question" for p in document.body.parts):
            self.findings.add(Place(document.path), "text-missing")
        course = "../../" + self.slug
        sheet = Sheet(
            file=document.path,
            target=Target("", course, "../glossary", "../media/"),
            glossary=self._glossary(document.language),
            footnotes=document.body.footnotes,
            lesson=document.slug,
        )
        html = compile_body(document.body, sheet, self.renderer, document.language)
        note_unused_footnotes(document.body, sheet, self.findings)
        return html, sheet.ids, sheet.wanted

    def _questions(self, lesson: _Translated) -> list[compiled.Question]:
        specs: dict[str, dict[str, dict[str, Any]]] = {}
        for language, document in lesson.all.items():
            key = ("specs", document.path, document.digest, language, self.context)
            made = self._again(key, partial(self._specs, document, language))
            for asked, spec in zip(document.questions, made, strict=True):
                specs.setdefault(asked.slug, {})[language] = spec
        return [
            compiled.Question(asked.slug, position, specs[asked.slug])
            for position, asked in enumerate(lesson.original.questions, 1)
        ]

    def _specs(self, document: Document, language: str) -> list[dict[str, Any]]:
        glossary = self._glossary(language)
        return [
            compile_question(
                asked, Sheet(document.path, Target(), glossary, is_question=True), self.renderer
            )
            for asked in document.questions
        ]

    def _welcome(self, head: _Translated | None) -> dict[str, dict[str, str]]:
        if head is None:
            return {}
        slug = head.original.slug
        target = Target(f"{slug}/lessons/", slug, f"{slug}/glossary", f"{slug}/media/")
        welcome: dict[str, dict[str, str]] = {}
        for language, document in head.all.items():
            sheet = Sheet(
                file=document.path,
                target=target,
                glossary=self._glossary(language),
                footnotes=document.body.footnotes,
            )
            html = compile_body(document.body, sheet, self.renderer, language)
            note_unused_footnotes(document.body, sheet, self.findings)
            self.wanted += [(lesson, a, language, place) for lesson, a, place in sheet.wanted]
            summary = document.head.values.get("summary", "")
            welcome[language] = {
                "title": document.title,
                "summary": summary,
                "welcome_html": html,
            }
        return welcome

    def _terms(self, language: str) -> list[compiled.Term]:
        glossary = self.glossaries[language]
        made = self._again(
            ("terms", language, self.context),
            lambda: [self._term(entry, glossary) for entry in glossary.entries],
        )
        for _term, wanted in made:
            self.wanted += [(lesson, a, language, place) for lesson, a, place in wanted]
        terms: list[compiled.Term] = [term for term, _wanted in made]
        return sorted(terms, key=lambda term: (normal(term.name), term.slug))

    def _term(
        self, entry: Entry, glossary: Glossary
    ) -> tuple[compiled.Term, list[tuple[str, str, Place]]]:
        target = Target("lessons/", f"../{self.slug}", "", "media/")
        file = entry.place.file
        sheet = Sheet(file=file, target=target, glossary=glossary, self_term=entry.slug)
        html = self.renderer.html(entry.definition, sheet)
        term = compiled.Term(
            entry.slug, entry.name, html, entry.category, entry.also, entry.quechua
        )
        return term, sheet.wanted


def _below_head(source: Source) -> tuple[Any, ...]:
    """The body of a file whose front matter cannot be read: its findings are wanted all the same."""
    fences = [i for i, line in enumerate(source.lines) if re.match(r"^--- *$", line.text)]
    if source.lines[0].text.startswith("---"):
        blank = [i for i, line in enumerate(source.lines) if not line.text.strip()]
        ends = fences[1:] or blank
        return source.lines[ends[0] + 1 :] if ends else ()
    return text_of(source.file, source.lines).lines


def _ids(document: Document) -> list[str]:
    return [
        part.options["id"]
        for part in document.body.parts
        if isinstance(part, Block) and "id" in part.options
    ]


def _term_ids(glossary: Glossary) -> set[str]:
    return {entry.slug for entry in glossary.entries}


def language_of(path: str) -> str | None:
    """Of a translation its two letters, of an original the empty text, of another file None."""
    found = NAME.fullmatch(path.rpartition("/")[2])
    return (found["language"] or "") if found else None


def order_of(path: str) -> tuple[int, str]:
    """By the number in front of the name; without one last."""
    found = NUMBERED.match(path.rpartition("/")[2])
    return (int(found["number"]) if found else 10_000, path)
