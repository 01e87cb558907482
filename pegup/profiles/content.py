"""A document put together: what is shown, published and exported, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from pegup.db import session
from pegup.directory.names import sector_name
from pegup.profiles import export
from pegup.profiles.access import chapters_of
from pegup.profiles.models import Indicator, IndicatorValue, Profile, SectionVersion
from pegup.web.language import language


def content_of(profile: Profile) -> export.Content:
    """The document as it stands, in the page's language."""
    versions = {v.section: v for v in session.scalars(SectionVersion.current(profile))}
    values = {v.code: v for v in session.scalars(IndicatorValue.current(profile))}
    team = profile.team
    return {
        "title": said(profile.template.spec["title"]),
        "language": language(),
        "city": team.city.name,
        "ubigeo": team.city.ubigeo,
        "team": team.name,
        "demonstration": team.is_demonstration,
        "members": export.members_of(team.seats, sector_name),
        "chapters": [
            {
                "key": chapter["key"],
                "title": said(chapter["title"]),
                "sections": [
                    _section_content(section, versions[section["key"]])
                    for section in chapter["sections"]
                    if section["key"] in versions
                ],
            }
            for chapter in chapters_of(profile)
            if any(section["key"] in versions for section in chapter["sections"])
        ],
        "indicators": [
            _indicator_content(each, values[each.code])
            for each in indicators_of(profile)
            if each.code in values
        ],
    }


def values_of(profile: Profile) -> dict[str, dict[str, Any]]:
    current = {v.code: v for v in session.scalars(IndicatorValue.current(profile))}
    return {
        each.code: _indicator_content(each, current[each.code])
        for each in indicators_of(profile)
        if each.code in current
    }


def indicators_of(profile: Profile) -> Sequence[Indicator]:
    query = select(Indicator).filter_by(template_id=profile.template_id)
    return session.scalars(query.order_by(Indicator.position)).all()


def said(texts: Mapping[str, str] | str) -> str:
    """A text of the template in the page's language; one that is the same in all stands as it is."""
    if isinstance(texts, str):
        return texts
    return texts.get(language()) or texts["es"]


def _section_content(section: Mapping[str, Any], version: SectionVersion) -> dict[str, Any]:
    return {
        "key": section["key"],
        "title": said(section["title"]),
        "text": version.text,
        "not_applicable": version.not_applicable,
    }


def _indicator_content(indicator: Indicator, answer: IndicatorValue) -> dict[str, Any]:
    spec = indicator.spec
    return {
        "code": indicator.code,
        "name": said(spec["name"]),
        "unit": said(spec["unit"]),
        "value": None if answer.value is None else str(answer.value),
        "year": answer.year,
        "source": answer.source,
        "link": answer.link,
        "file": str(answer.upload.uuid) if answer.upload else None,
        "file_name": answer.upload.name if answer.upload else "",
        "method": answer.method,
        "place": answer.place,
        "no_data_reason": answer.no_data_reason,
        "standards": spec.get("standards", []),
    }
