"""Loads a team's document for somebody who may read or write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from pegup.db import one_or_404, session
from pegup.profiles.models import Indicator, OwnSection, Profile, Template
from pegup.teams.access import Can, team_for
from pegup.teams.models import Team


@dataclass(frozen=True)
class Place:
    """Where a section stands: its chapter and what the template says of it."""

    chapter: dict[str, Any]
    section: dict[str, Any]


def template_for(slug: str) -> Template:
    """The template, or 404."""
    return one_or_404(select(Template).filter_by(slug=slug))


def profile_for(team_slug: str, template_slug: str, right: Can) -> Profile:
    """The team's document; its rights are the team's."""
    team = team_for(team_slug, right)
    profile = one_or_404(Profile.on(team, template_slug))
    assert isinstance(profile.team, Team)
    return profile


def section_for(profile: Profile, key: str) -> Place:
    """A section of the template or one that the team added."""
    for chapter in chapters_of(profile):
        for section in chapter["sections"]:
            if section["key"] == key:
                return Place(chapter, section)
    raise NotFound


def indicator_for(profile: Profile, code: str) -> Indicator:
    """An indicator of the document's catalogue."""
    query = select(Indicator).filter_by(template_id=profile.template_id, code=code)
    return one_or_404(query)


def chapters_of(profile: Profile) -> list[dict[str, Any]]:
    """The template's chapters and, last, the sections that the team added."""
    query = select(OwnSection).filter_by(profile_id=profile.id).order_by(OwnSection.id)
    own = [
        {
            "key": section.key,
            "title": {"es": section.title, "en": section.title},
            "purpose": {"es": "", "en": ""},
            "questions": {"es": [], "en": []},
        }
        for section in session.scalars(query)
    ]
    chapters: list[dict[str, Any]] = list(profile.template.spec["chapters"])
    if own:
        title = {"es": "Secciones del equipo", "en": "The team's own sections"}
        chapters.append(
            {"key": "own", "title": title, "intro": {"es": "", "en": ""}, "sections": own}
        )
    return chapters
