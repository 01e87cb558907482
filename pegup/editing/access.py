"""Who writes a course in the browser.

==========================  ===============  =======================  =======  ======
..                          its trainers     coordinators,            enrolled others
                                             administrators
==========================  ===============  =======================  =======  ======
drafts, history, export     yes              yes                      403      404
publish                     yes              yes                      403      404
answer a review             who wrote none of the drafts              403      404
==========================  ===============  =======================  =======  ======
"""

from __future__ import annotations

from flask import g
from sqlalchemy import select
from werkzeug.exceptions import Forbidden, NotFound

from pegup.courses.access import course_for, is_enrolled, teaches
from pegup.courses.models import Course
from pegup.courses.sources import has_sources
from pegup.db import one_or_404
from pegup.editing.models import DraftVersion, ReviewRequest
from pegup.editing.operations import Standing, may_answer, standing_of
from pegup.web.errors import Refused
from pegup.web.language import gettext as _


def course_to_edit(slug: str) -> Course:
    """The course, for somebody who may write it."""
    course = course_for(slug)
    if not teaches(g.person, course):
        raise Forbidden if is_enrolled(g.person, course) else NotFound
    return course


def course_with_files(slug: str) -> Course:
    """The same, once its files are kept."""
    course = course_to_edit(slug)
    if not has_sources(course):
        raise Refused(
            _(
                "Este curso se importó antes de que el sitio guardara sus archivos. Impórtalo una vez más con «pegup content import» y podrás editarlo aquí."
            )
        )
    return course


def file_for(course: Course, path: str) -> Standing:
    """A file that is or once was of the course, or has or once had a draft.

    Whoever writes in one that somebody discards or moves meanwhile still saves, and is told.
    """
    standing = standing_of(course, path)
    if standing.live is None and standing.draft is None:
        one_or_404(DraftVersion.of(course, path).limit(1))
    return standing


def text_for(course: Course, path: str) -> Standing:
    """A file that is written as text."""
    standing = file_for(course, path)
    if not path.endswith(".md"):
        raise NotFound
    return standing


def review_for(course: Course, state: str) -> ReviewRequest:
    """The review of this state, for somebody who may answer it."""
    query = select(ReviewRequest).where(
        ReviewRequest.course_id == course.id, ReviewRequest.state == state
    )
    found = one_or_404(query)
    if not may_answer(g.person, course, found):
        raise Refused(_("La revisión la hace otra persona: alguien que no escribió estos cambios."))
    return found
