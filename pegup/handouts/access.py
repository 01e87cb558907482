"""Who takes a theme as a file, hands it out, voids it, and for whom codes are entered.

=======================  ========  ==================  ==============  ================  ======
..                       attends   course's trainers,  group's own     coordinators of   others
..                                 coordinators        trainers        a team
=======================  ========  ==================  ==============  ================  ======
a file for oneself       yes       yes                 no              no                no
a file for a person      no        whoever attends     their group     their team        no
a file for anybody       no        yes                 yes             yes               no
sees and voids a file    one's     yes                 their own, and  their own, and    no
..                       own                           their group's   their team's
enters a code for        oneself   oneself, whoever    their group     their team        no
..                                 attends
=======================  ========  ==================  ==============  ================  ======

For whom somebody acts is told by ``pegup.paper.access``, as for sheets of paper.
"""

from __future__ import annotations

from uuid import UUID

from flask import g
from sqlalchemy import Select, or_, select
from werkzeug.exceptions import NotFound

from pegup.accounts.models import Person
from pegup.courses.access import NotEnrolled, course_for, may_open, teaches
from pegup.courses.models import Course
from pegup.db import one_or_404
from pegup.handouts.models import Handout, HandoutCode, HandoutCopy
from pegup.paper.access import accompanies, facilitates, is_near


def course_with_files(slug: str) -> Course:
    """The course, for somebody who may take one of its themes as a file."""
    course = course_for(slug)
    if not may_open(g.person, course) and not facilitates(g.person, course):
        raise NotEnrolled(course)
    return course


def handout_for(number: str) -> Handout:
    """The file, for whose it is, who handed it out and who accompanies them."""
    handout = one_or_404(Handout.whole().where(Handout.number == number))
    if not may_see(g.person, handout):
        raise NotFound
    return handout


def code_for(key: UUID) -> HandoutCode:
    """A code that counted, for whose it is, who entered it and who accompanies them."""
    code = one_or_404(HandoutCode.whole(key))
    if g.person.id in {code.copy.person_id, code.by_id}:
        return code
    if not may_enter_for(g.person, code.copy.person, code.copy.handout.edition.course):
        raise NotFound
    return code


def may_see(by: Person, handout: Handout) -> bool:
    """The line of the table about seeing and voiding."""
    course = handout.edition.course
    if by.id in {handout.made_by_id, handout.person_id} or teaches(by, course):
        return True
    return handout.person_id is not None and accompanies(by, {handout.person_id}, course)


def may_enter_for(by: Person, person: Person, course: Course) -> bool:
    """The line about codes: for oneself as on the site, while one may open the lessons."""
    if by.id == person.id:
        return may_open(by, course)
    return accompanies(by, {person.id}, course)


def handouts_for(by: Person, courses: list[Course]) -> Select[Handout]:
    """Files that are this person's, or brought a code of theirs, or that they handed out or may see.

    ``courses``: those that they facilitate.
    """
    mine = select(HandoutCopy.handout_id).where(HandoutCopy.person_id == by.id)
    return Handout.listed().where(
        or_(
            Handout.person_id == by.id,
            Handout.made_by_id == by.id,
            Handout.id.in_(mine),
            is_near(by, courses, Handout.person_id),
        )
    )
