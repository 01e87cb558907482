"""Pages of a course that is written in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from posixpath import dirname, relpath

from flask import (
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from pegup.accounts.models import Person
from pegup.authoring.findings import Finding, Level
from pegup.authoring.words import summary, text_and_suggestion
from pegup.courses import blocks, images
from pegup.courses.access import teaches
from pegup.courses.content.reading import LARGEST_PICTURE, MEDIA, language_of
from pegup.courses.exporting import zip_of
from pegup.courses.models import Course, CourseFile, CoursePicture, SourceVersion
from pegup.courses.sources import content_of, has_sources, mark_exported
from pegup.courses.vector import clean_svg
from pegup.courses.views import FILE_POLICY
from pegup.db import now, one_or_404, only_asks, session
from pegup.editing import operations
from pegup.editing.access import (
    course_to_edit,
    course_with_files,
    file_for,
    review_for,
    text_for,
)
from pegup.editing.forms import AnswerForm, LessonForm, NoteForm, PictureForm, TextForm
from pegup.editing.looks import Look, lesson_look, look_at, told
from pegup.editing.models import CoursePublication, DraftVersion, Verdict
from pegup.editing.naming import Contents, contents_of, original_of, title_of
from pegup.editing.operations import Checked, Gone, NotPublishable, Overtaken, Standing
from pegup.editing.pictures import UnfitPicture, examined
from pegup.editing.texts import shown
from pegup.editing.words import BLOCK_NAMES, EFFECTS, editor_words, others_words, published_words
from pegup.web.changes import diff, hunks
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import choices, largest_file, status_of, submitted, typed
from pegup.web.headers import POLICY
from pegup.web.language import LANGUAGES
from pegup.web.language import gettext as _
from pegup.web.pages import Shortcut, shortcuts

blueprint = Feature("editing", __name__)

FRAMES = f"{POLICY}; frame-src 'self'"
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
NEW_THEME = ""
MOST_HISTORY = 200


@blueprint.context_processor
def words() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "html": Markup,
        "told": told,
        "summary": summary,
        "all_languages": LANGUAGES,
        "effect_names": EFFECTS,
        "block_names": BLOCK_NAMES,
        "shown_text": lambda standing: shown(standing.content or b""),
    }


# The course and its files


@blueprint.get("/<slug>")
def index(slug: str) -> str:
    """Everything that can be edited, what has a draft, what the check says."""
    course = course_to_edit(slug)
    if not has_sources(course):
        return render_template("pegup/editing/without.html", course=course)
    found = operations.checked(course)
    return render_template(
        "pegup/editing/index.html",
        course=course,
        contents=contents_of(found.files),
        drafts=found.drafts,
        behind=found.behind,
        findings=found.reading.findings,
        asked=_asked(course, found),
        per_file=_per_file(found),
        publications=session.scalars(CoursePublication.of(course).limit(10)).all(),
        largest=_largest(),
        picture=PictureForm(),
    )


@blueprint.route("/<slug>/lessons/new", methods=["GET", "POST"])
def new_lesson(slug: str) -> AnyResponse | tuple[str, int]:
    """Begins a lesson."""
    course = course_with_files(slug)
    contents = contents_of(operations.files_with_drafts(course))
    form = LessonForm(request.form, folder=request.args.get("folder"))
    form.folder.choices = choices(_themes(contents))
    if submitted(form):
        with _still_there():
            path = operations.add_lesson(
                course,
                title=typed(form.title),
                folder=form.folder.data,
                theme=typed(form.theme),
                by=g.person,
                at=now(),
            )
        return redirect(url_for(".file", slug=slug, path=path))
    page = render_template("pegup/editing/new_lesson.html", course=course, form=form)
    return page, status_of(form)


@blueprint.post("/<slug>/translations")
def translate(slug: str) -> AnyResponse:
    """Begins a translation of a file with the original's text."""
    course = course_with_files(slug)
    standing = text_for(course, _path())
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES or wanted == course.language or language_of(standing.path):
        raise BadRequest
    if standing.content is None:
        raise NotFound
    with _still_there():
        path = operations.add_translation(course, standing.path, wanted, by=g.person, at=now())
    return redirect(url_for(".file", slug=slug, path=path))


@blueprint.post("/<slug>/removals")
def remove(slug: str) -> AnyResponse:
    """Drafts that a file goes."""
    course = course_with_files(slug)
    standing = file_for(course, _path())
    if standing.path == "course.md":
        raise Refused(_("Sin este archivo no hay curso."))
    operations.remove(course, standing.path, by=g.person, at=now())
    flash(_("Quitado en el borrador. Las personas lo siguen viendo hasta que publiques."))
    return redirect(url_for(".index", slug=slug))


@blueprint.post("/<slug>/moves")
def move(slug: str) -> AnyResponse:
    """Drafts that a lesson goes up or down."""
    course = course_with_files(slug)
    standing = text_for(course, _path())
    found = contents_of(operations.files_with_drafts(course))
    if standing.path not in [each.path for theme in found.themes for each in theme.lessons]:
        raise NotFound
    step = -1 if request.form.get("step") == "up" else 1
    with _still_there():
        operations.move(course, standing.path, step, by=g.person, at=now())
    return redirect(url_for(".index", slug=slug))


@blueprint.post("/<slug>/discards")
def discard(slug: str) -> AnyResponse:
    """Ends the draft of a file."""
    course = course_with_files(slug)
    standing = file_for(course, _path())
    operations.discard(course, standing.path, at=now())
    flash(_("Borrador descartado. Lo que decía queda en la historia."))
    if standing.live is None:  # no list leads to it any more
        return redirect(url_for(".history", slug=slug, path=standing.path))
    return redirect(url_for(".index", slug=slug))


# One file


@blueprint.route("/<slug>/files/<path:path>", methods=["GET", "POST"])
def file(slug: str, path: str) -> AnyResponse | tuple[str, int, dict[str, str]]:
    """Write a file; a save over a newer version shows both texts."""
    course = course_with_files(slug)
    standing = text_for(course, path)
    form = TextForm(request.form, base=standing.base, text=shown(standing.content or b""))
    text = request.form.get("text", "").replace("\r\n", "\n")
    is_preview = request.form.get("action") == "preview"
    newer: Standing | None = None
    if submitted(form) and not is_preview:
        try:
            base = form.base.data or ""
            operations.save_text(course, path, text, base=base, by=g.person, at=now())
            flash(_("Borrador guardado. Las personas del curso no lo ven hasta que publiques."))
            return redirect(url_for(".file", slug=slug, path=path))
        except Overtaken as overtaken:
            newer = overtaken.current
            form.base.data = newer.base
    if request.method == "POST":
        form.text.data = text
    return _editor(course, standing, form, newer=newer, is_preview=is_preview)


def _editor(
    course: Course, standing: Standing, form: TextForm, *, newer: Standing | None, is_preview: bool
) -> tuple[str, int, dict[str, str]]:
    path, text = standing.path, form.text.data or ""
    found = operations.checked(course, {path: text.encode()})
    own, others = _parted(found.reading.findings, path)
    contents = contents_of(found.files)
    page = render_template(
        "pegup/editing/file.html",
        course=course,
        standing=standing,
        file_title=_title(standing),
        form=form,
        newer=newer,
        changes=diff(shown(newer.content or b""), text) if newer else None,
        live_changes=_live_changes(course, standing) if standing.is_behind and not newer else None,
        look=look_at(found.reading, path, _media(course)) if is_preview else None,
        is_preview=is_preview,
        is_stored=request.method == "GET",
        own=own,
        others=others,
        spoken=language_of(path) or course.language,
        address=_frame_address(course, found.reading.lessons, path),
        pictures=contents.pictures,
        linkable=_linkable(contents, path),
        picture=PictureForm(),
        largest=_largest(),
        editor_words=json.dumps(editor_words(), ensure_ascii=False),
    )
    return page, 409 if newer else status_of(form), {"Content-Security-Policy": FRAMES}


def _linkable(contents: Contents, path: str) -> list[tuple[str, str]]:
    """The other lessons, as a link of this file names them, and their titles."""
    others = [each for theme in contents.themes for each in theme.lessons if each.path != path]
    return [(relpath(each.path, dirname(path)), each.title) for each in others]


@blueprint.post("/<slug>/look/<path:path>")
@only_asks
def look(slug: str, path: str) -> AnyResponse:
    """What is typed as learners will see it, with its findings; nothing is stored."""
    course = course_with_files(slug)
    text_for(course, path)
    text = request.form.get("text", "")
    reading = operations.checked(course, {path: text.encode()}).reading
    own, others = _parted(reading.findings, path)
    found = look_at(reading, path, _media(course))
    return jsonify(
        html=render_template("pegup/editing/_look.html", look=found),
        language=found.language if found else course.language,
        summary=summary(own),
        findings=[
            asdict(each) | {"place": _("Línea %(number)s", number=each.line)} for each in told(own)
        ],
        others=others,
    )


@blueprint.get("/<slug>/preview/<lesson>")
def preview(slug: str, lesson: str) -> AnyResponse:
    """A lesson with all drafts, as learners will see it: for the frame beside the text."""
    course = course_with_files(slug)
    reading = operations.checked(course).reading
    wanted = request.args.get("language", course.language)
    found: Look | None = None
    if reading.sketch is not None:
        found = lesson_look(reading.sketch, lesson, wanted, _media(course))
    page = render_template("pegup/editing/preview.html", course=course, look=found)
    response = make_response(page)
    response.headers["Content-Security-Policy"] = FRAMED
    return response


@blueprint.get("/<slug>/media/<path:name>")
def media(slug: str, name: str) -> AnyResponse:
    """A picture for the preview: the live one, or the draft's own file."""
    course = course_with_files(slug)
    query = select(CoursePicture).join(CoursePicture.file).where(CourseFile.course_id == course.id)
    picture = session.scalar(
        query.where(CoursePicture.name == name).options(undefer(CoursePicture.content)).limit(1)
    )
    content, kind = (picture.content, picture.media_type) if picture else _drafted(course, name)
    response = make_response(content)
    response.mimetype = kind
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _drafted(course: Course, name: str) -> tuple[bytes, str]:
    for path, draft in operations.open_drafts(course).items():
        ending = f".{path.rpartition('.')[2].lower()}"
        key = images.key(path.removeprefix("media/"), draft.digest)
        if path.startswith("media/") and ending in MEDIA and name.startswith(key):
            content = operations.draft_content(draft)
            return clean_svg(content).content if ending == ".svg" else content, MEDIA[ending]
    raise NotFound


@blueprint.post("/<slug>/pictures")
def add_picture(slug: str) -> AnyResponse | tuple[str, int] | tuple[AnyResponse, int]:
    """Takes a picture as a draft; says under which path a text names it."""
    course = course_with_files(slug)
    form = PictureForm(CombinedMultiDict([request.form, request.files]))
    wants_json = request.accept_mimetypes.best == "application/json"
    if submitted(form):
        session.rollback()  # nobody's saving waits while the picture is examined
        try:
            stem, ending = examined(form.file.data.filename, form.content)
            path = operations.add_picture(course, stem, ending, form.content, by=g.person, at=now())
            if wants_json:
                return jsonify(path=path)
            flash(
                _(
                    "Imagen guardada en el borrador. En el texto se escribe así: %(text)s",
                    text=f"![…](../{path})",
                )
            )
            return redirect(_back(course))
        except UnfitPicture as unfit:
            text, suggestion = text_and_suggestion(unfit.finding)
            error = f"{text[:1].upper()}{text[1:]}. {suggestion[:1].upper()}{suggestion[1:]}."
    else:
        error = " ".join(str(each) for each in form.file.errors)
    if wants_json:
        return jsonify(error=error), 422
    raise Refused(error)


# History


@blueprint.get("/<slug>/history/<path:path>")
def history(slug: str, path: str) -> str:
    """All that a file ever said, by whom and when; the difference between any two."""
    course = course_with_files(slug)
    standing = file_for(course, path)
    live = session.scalars(SourceVersion.of(course, path).limit(MOST_HISTORY)).all()
    drafts = session.scalars(DraftVersion.of(course, path).limit(MOST_HISTORY)).all()
    versions = {f"p{each.number}": each for each in live} | {f"b{d.number}": d for d in drafts}
    ordered = sorted(versions, key=lambda name: (_when(versions[name]), name), reverse=True)
    one, other = request.args.get("from", ""), request.args.get("to", "")
    is_compared = one in versions and other in versions and path.endswith(".md")
    return render_template(
        "pegup/editing/history.html",
        course=course,
        standing=standing,
        file_title=_title(standing),
        versions={name: versions[name] for name in ordered},
        chosen=(one, other),
        is_compared=is_compared,
        hunks=hunks(_said(course, versions[one]), _said(course, versions[other]))
        if is_compared
        else [],
    )


@blueprint.post("/<slug>/restorations")
def restore(slug: str) -> AnyResponse:
    """Makes a draft of what a file once said."""
    course = course_with_files(slug)
    standing = file_for(course, _path())
    version = _version(course, standing.path, request.form.get("version", ""))
    if version.is_removed:
        raise Refused(_("En esa versión el archivo no estaba. Para quitarlo, usa «Quitar»."))
    content = _content(course, version)
    operations.restore(course, standing.path, content, by=g.person, at=now())
    flash(_("Recuperado como borrador. Míralo y publícalo cuando esté bien."))
    if standing.path.endswith(".md"):
        return redirect(url_for(".file", slug=slug, path=standing.path))
    return redirect(url_for(".index", slug=slug))


# All drafts together


@blueprint.get("/<slug>/changes")
def changes(slug: str) -> str:
    """What publishing would do: file by file, for those who learn, and what keeps it back."""
    return _changes(course_with_files(slug), NoteForm(), NoteForm(), AnswerForm())


@blueprint.post("/<slug>/publications")
def publish(slug: str) -> AnyResponse | tuple[str, int]:
    """Makes all drafts live at once."""
    course = course_with_files(slug)
    form = NoteForm(request.form)
    if not submitted(form):
        return _changes(course, form, NoteForm(), AnswerForm()), 422
    try:
        found = operations.prepare(course, form.state.data or "")
        publication, made = operations.publish(
            course, found, typed(form.note), by=g.person, at=now()
        )
    except NotPublishable as refused:
        session.rollback()
        page = _changes(
            course_with_files(slug), form, NoteForm(), AnswerForm(), refused=refused.why
        )
        return page, 409
    flash(published_words(made, is_reviewed=publication.approved_id is not None))
    return redirect(url_for(".index", slug=slug))


@blueprint.post("/<slug>/reviews")
def ask(slug: str) -> AnyResponse | tuple[str, int]:
    """Asks another trainer to read the drafts as they are."""
    course = course_with_files(slug)
    form = NoteForm(request.form)
    if not submitted(form):
        return _changes(course, NoteForm(), form, AnswerForm()), 422
    if form.state.data != operations.state_of(course):
        return _changes(course, NoteForm(), form, AnswerForm(), refused="changed"), 409
    note = typed(form.note)
    asked = operations.ask_for_review(course, note, by=g.person, at=now())
    if note in {"", asked.note}:
        flash(_("Pedido. Otra persona que enseña el curso lo verá en esta página."))
    else:
        flash(_("La revisión de estos cambios ya estaba pedida: tu nota no se guardó."), "warn")
    return redirect(url_for(".changes", slug=slug))


@blueprint.post("/<slug>/reviews/answers")
def answer(slug: str) -> AnyResponse | tuple[str, int]:
    """Says that the drafts can go live, or what has to change."""
    course = course_with_files(slug)
    form = AnswerForm(request.form)
    if not submitted(form):
        return _changes(course, NoteForm(), NoteForm(), form), 422
    if form.state.data != operations.state_of(course):
        return _changes(course, NoteForm(), NoteForm(), form, refused="changed"), 409
    review = review_for(course, form.state.data or "")
    verdict = Verdict(form.verdict.data)
    operations.answer_review(review, verdict, typed(form.remark), by=g.person, at=now())
    flash(_("Tu respuesta está guardada."))
    return redirect(url_for(".changes", slug=slug))


@blueprint.post("/<slug>/export")
def export(slug: str) -> AnyResponse:
    """The live course as its files."""
    course = course_with_files(slug)
    files, numbers = operations.taken_out(course)
    session.rollback()  # nobody's saving waits for the packing
    packed = zip_of(files, slug)
    mark_exported(course, numbers, at=now())
    response = make_response(packed)
    response.mimetype = "application/zip"
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}.zip")
    return response


def course_part(person: Person, course: Course) -> Markup:
    """In the outline, for those who may: the way here."""
    if not teaches(person, course):
        return Markup()
    page = render_template("pegup/editing/_course.html", course=course)
    return Markup(page)  # noqa: S704  our own template


# What the pages above are made of


def _changes(
    course: Course,
    publishing: NoteForm,
    asking: NoteForm,
    answering: AnswerForm,
    *,
    refused: str = "",
) -> str:
    found = operations.checked(course)
    for form in (publishing, asking, answering):
        form.state.data = found.state
    review = operations.review_of(course, found.state)
    after = found.reading.course
    return render_template(
        "pegup/editing/changes.html",
        course=course,
        found=found,
        files=[_file_change(found, path) for path in found.drafts],
        effects=operations.effects(course, found),
        errors=[each for each in found.reading.findings if each.level == Level.ERROR],
        review=review,
        lapsed=operations.lapsed_review(course, found.state) if not review else None,
        may_answer=review is not None and operations.may_answer(g.person, course, review),
        publishing=publishing,
        asking=asking,
        answering=answering,
        refused=refused or ("renamed" if after and after.slug != course.slug else ""),
    )


def _title(standing: Standing) -> str:
    """What readers call the file; a picture and one without a title by its path."""
    is_text = standing.path.endswith(".md")
    return (title_of(standing.content or b"") if is_text else "") or standing.path


@contextmanager
def _still_there() -> Iterator[None]:
    """For what this page saw, and somebody else may have moved before its turn came."""
    try:
        yield
    except Gone:
        raise Refused(
            _(
                "Otra persona movió o quitó este texto hace un momento. Mira cómo está ahora la lista."
            )
        ) from None


def _path() -> str:
    """The file that the form names."""
    path = request.form.get("path", "")
    if not path:
        raise BadRequest
    return path


def _asked(course: Course, found: Checked) -> bool:
    """Whether a review waits for this person."""
    review = operations.review_of(course, found.state)
    return bool(review and not review.answers and operations.may_answer(g.person, course, review))


def _file_change(found: Checked, path: str) -> dict[str, object]:
    """What one draft does to its file."""
    draft, is_text = found.drafts[path], path.endswith(".md")
    before, after = found.live.get(path, b""), found.files.get(path, b"")
    return {
        "path": path,
        "draft": draft,
        "what": "removed" if draft.is_removed else "changed" if path in found.live else "new",
        "is_text": is_text,
        "hunks": hunks(shown(before), shown(after)) if is_text else [],
        "is_behind": path in found.behind,
    }


def _per_file(found: Checked) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for each in found.reading.findings:
        counts[each.place.file] = counts.get(each.place.file, 0) + 1
    return counts


def _themes(contents: Contents) -> dict[str, str]:
    named = {
        theme.folder: theme.head.title if theme.head else theme.folder for theme in contents.themes
    }
    return named | {NEW_THEME: _("Un tema nuevo")}


def _live_changes(course: Course, standing: Standing) -> Markup:
    live = content_of(course, standing.live) if standing.live else b""
    return diff(shown(live), shown(standing.content or b""))


def _frame_address(course: Course, lessons: Mapping[str, str], path: str) -> str:
    spoken = language_of(path)
    lesson = lessons.get(original_of(path)) or "-"
    return url_for(".preview", slug=course.slug, lesson=lesson, language=spoken or course.language)


def _media(course: Course) -> str:
    return url_for(".media", slug=course.slug, name="")


def _largest() -> int:
    """Megabytes of a picture."""
    return min(largest_file(), LARGEST_PICTURE) // 10**6


def _back(course: Course) -> str:
    """The file that was being written, or the list."""
    path = request.form.get("back", "")
    if path.endswith(".md") and operations.standing_of(course, path).content is not None:
        return url_for(".file", slug=course.slug, path=path)
    return url_for(".index", slug=course.slug)


def _when(version: SourceVersion | DraftVersion) -> object:
    return version.at if isinstance(version, SourceVersion) else version.saved_at


def _content(course: Course, version: SourceVersion | DraftVersion) -> bytes:
    if isinstance(version, SourceVersion):
        return content_of(course, version)
    return operations.draft_content(version)


def _said(course: Course, version: SourceVersion | DraftVersion) -> str:
    return shown(_content(course, version))


def _version(course: Course, path: str, name: str) -> SourceVersion | DraftVersion:
    number = int(name[1:]) if name[1:].isdecimal() and len(name) < 9 else 0
    found: SourceVersion | DraftVersion
    if name.startswith("p"):
        found = one_or_404(SourceVersion.of(course, path).where(SourceVersion.number == number))
    else:
        found = one_or_404(DraftVersion.of(course, path).where(DraftVersion.number == number))
    return found


def _parted(findings: Sequence[Finding], path: str) -> tuple[list[Finding], str]:
    """What the check says of the file, and how much it says of others, in words."""
    own = [each for each in findings if each.place.file == path]
    return own, others_words(len(findings) - len(own))


def own_shortcuts(person: Person) -> list[Shortcut]:
    """Reviews that wait for this person, and the answer to one's own."""
    return [
        Shortcut(
            _("Ver qué dice la revisión de tus cambios")
            if review.answers
            else _("Revisar los cambios de un colega"),
            url_for("pegup.editing.changes", slug=course.slug, _anchor="review"),
            order=5,
            note=course.title,
        )
        for course, review in operations.reviews_waiting_for(person)
    ]


blocks.course_parts.append(course_part)
shortcuts.append(own_shortcuts)
