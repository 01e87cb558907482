"""What teams do with their documents: begin, write, restore, measure, publish."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pegup.accounts.models import Person
from pegup.db import session
from pegup.profiles import files, template
from pegup.profiles.models import (
    Indicator,
    IndicatorValue,
    OwnSection,
    Profile,
    Publication,
    SectionVersion,
    Template,
)
from pegup.profiles.summary import Answer, Level, ProfileSummary, summarise
from pegup.teams.models import Team

OWN_CHAPTER = "own"


class Overtaken(Exception):
    """Somebody saved in between; ``current`` is what stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__()
        self.current = current


@dataclass(frozen=True)
class Measurement:
    """What somebody says about an indicator: a value with its source, or why there is none."""

    value: Decimal | None = None
    year: int | None = None
    source: str = ""
    link: str = ""
    method: str = ""
    place: str = ""
    no_data_reason: str = ""


def import_template(read: template.Template) -> list[str]:
    """Stores a template and its indicators; says what changed. Documents keep what they hold."""
    row = session.scalar(select(Template).filter_by(slug=read.slug))
    if row is not None and row.digest == read.digest:
        return []
    changed = [f"{'changed' if row else 'new'} template {read.slug}"]
    gone = _section_keys(row.spec) - _section_keys(read.spec) if row else set()
    changed += [f"section {key} left the files; its texts wait for its id" for key in sorted(gone)]
    row = row or Template(slug=read.slug)
    row.digest, row.spec = read.digest, read.spec
    session.add(row)
    session.flush()
    query = select(Indicator).filter_by(template_id=row.id)
    known = {indicator.code: indicator for indicator in session.scalars(query)}
    for position, spec in enumerate(read.indicators, 1):
        indicator = known.pop(spec["code"], None) or Indicator(
            template_id=row.id, code=spec["code"]
        )
        indicator.position, indicator.section = position, spec["section"]
        indicator.is_core, indicator.spec = bool(spec.get("core")), spec
        session.add(indicator)
    changed += [f"indicator {code} left the files and stays for its values" for code in known]
    session.flush()
    return changed


def begin_profile(team: Team, on: Template, *, by: Person, at: datetime) -> Profile:
    """The team's document on the template; the one it has, if it has begun."""
    found = session.scalar(Profile.on(team, on.slug))
    if found is not None:
        return found
    profile = Profile(team=team, template=on, started_at=at, started_by_id=by.id)
    session.add(profile)
    session.flush()
    return profile


def write_section(
    profile: Profile,
    section: str,
    *,
    text: str,
    not_applicable: str = "",
    base: int,
    by: Person,
    at: datetime,
    restored_from: int | None = None,
) -> SectionVersion:
    """Adds a version on top of ``base``; raises ``Overtaken`` if another is newer.

    Saving what already stands adds nothing, so that a form sent twice is stored once.
    """
    current = session.scalar(SectionVersion.of(profile, section).limit(1))
    if current and (current.text, current.not_applicable) == (text, not_applicable):
        return current
    if current and current.number != base:
        raise Overtaken(current)
    version = SectionVersion(
        profile_id=profile.id,
        section=section,
        number=(current.number if current else 0) + 1,
        text=text,
        not_applicable=not_applicable,
        restored_from=restored_from,
        author_id=by.id,
        author=by,
        saved_at=at,
    )
    _add_next(version, SectionVersion.of(profile, section).limit(1))
    return version


def restore_section(
    profile: Profile, section: str, number: int, *, by: Person, at: datetime
) -> SectionVersion:
    """Puts an old version on top; what stood until now stays in the history."""
    versions = {v.number: v for v in session.scalars(SectionVersion.of(profile, section))}
    old = versions[number]
    return write_section(
        profile,
        section,
        text=old.text,
        not_applicable=old.not_applicable,
        base=max(versions),
        by=by,
        at=at,
        restored_from=number,
    )


def measure(
    profile: Profile,
    indicator: Indicator,
    measurement: Measurement,
    *,
    base: int,
    by: Person,
    at: datetime,
    file: files.Arriving | None = None,
) -> IndicatorValue:
    """Adds an answer on top of ``base``; an uploaded file stays unless another comes.

    Saving what already stands adds nothing, so that a form sent twice is stored once.
    """
    current = session.scalar(IndicatorValue.of(profile, indicator.code).limit(1))
    if current and _says(current) == measurement and files.is_same(current.upload, file):
        return current
    if current and current.number != base:
        raise Overtaken(current)
    kept = current.upload_id if current and not measurement.no_data_reason else None
    answer = IndicatorValue(
        profile_id=profile.id,
        code=indicator.code,
        number=(current.number if current else 0) + 1,
        upload_id=files.keep(profile, file, by_id=by.id).id if file else kept,
        author_id=by.id,
        saved_at=at,
        **vars(measurement),
    )
    _add_next(answer, IndicatorValue.of(profile, indicator.code).limit(1))
    return answer


def _says(answer: IndicatorValue) -> Measurement:
    return Measurement(**{each.name: getattr(answer, each.name) for each in fields(Measurement)})


def add_section(profile: Profile, title: str, *, by: Person, at: datetime) -> OwnSection:
    """A section that the template lacks; the one of that title, if the team has it."""
    found = session.scalar(select(OwnSection).filter_by(profile_id=profile.id, title=title))
    if found is not None:
        return found
    taken = session.scalar(select(func.count()).where(OwnSection.profile_id == profile.id)) or 0
    section = OwnSection(
        profile_id=profile.id, key=f"own-{taken + 1}", title=title, added_at=at, added_by_id=by.id
    )
    session.add(section)
    session.flush()
    return section


after_publication: list[Callable[[Profile], None]] = []
"""Features append what has to follow when a document was published or withdrawn, in the same transaction."""


def publish(
    profile: Profile, content: Mapping[str, Any], *, by: Person, at: datetime
) -> Publication:
    """Shows this copy to everybody from now on; the one that stands, if nothing changed."""
    query = select(Publication).filter_by(profile_id=profile.id)
    newest = session.scalar(query.order_by(Publication.number.desc()).limit(1))
    if newest is not None and newest.withdrawn_at is None and newest.content == content:
        return newest
    publication = Publication(
        profile_id=profile.id,
        number=(newest.number if newest else 0) + 1,
        content=dict(content),
        published_at=at,
        published_by_id=by.id,
    )
    session.add(publication)
    session.flush()
    for follow in after_publication:
        follow(profile)
    return publication


def withdraw(profile: Profile, *, at: datetime) -> None:
    """Takes the public pages back; the copies stay with the team."""
    query = select(Publication).filter_by(profile_id=profile.id, withdrawn_at=None)
    for publication in session.scalars(query):
        publication.withdrawn_at = at
    session.flush()
    for follow in after_publication:
        follow(profile)


def summary_of(profile: Profile) -> ProfileSummary:
    """How far the document is, in a constant number of queries."""
    return summaries_of([profile])[profile.id]


def summaries_of(profiles: Collection[Profile]) -> dict[int, ProfileSummary]:
    """How far many documents are, by their id; as few queries as for one."""
    ids = [profile.id for profile in profiles]
    templates = {profile.template_id for profile in profiles}
    core: dict[tuple[int, str], bool] = {
        (indicator.template_id, indicator.code): indicator.is_core
        for indicator in session.scalars(
            select(Indicator).where(Indicator.template_id.in_(templates))
        )
    }
    versions: defaultdict[int, list[SectionVersion]] = defaultdict(list)
    for version in session.scalars(SectionVersion.current_in(ids)):
        versions[version.profile_id].append(version)
    values: defaultdict[int, list[IndicatorValue]] = defaultdict(list)
    for value in session.scalars(IndicatorValue.current_in(ids)):
        values[value.profile_id].append(value)
    counted = (
        select(OwnSection.profile_id, func.count())
        .where(OwnSection.profile_id.in_(ids))
        .group_by(OwnSection.profile_id)
    )
    own = {profile_id: count for profile_id, count in session.execute(counted)}
    return {
        each.id: _summarised(
            each.template, versions[each.id], values[each.id], core, own.get(each.id, 0)
        )
        for each in profiles
    }


def _summarised(
    on: Template,
    versions: Collection[SectionVersion],
    values: Collection[IndicatorValue],
    core: Mapping[tuple[int, str], bool],
    own: int,
) -> ProfileSummary:
    levels, keys = on.spec["levels"], _section_keys(on.spec)
    versions = [v for v in versions if v.section in keys or own_key(v.section)]
    return summarise(
        answers=[
            Answer(v.code, core.get((on.id, v.code), False), v.is_sourced, bool(v.no_data_reason))
            for v in values
        ],
        texts={v.section: v.text for v in versions if not v.not_applicable},
        not_applicable=sum(bool(v.not_applicable) for v in versions),
        sections_total=own + len(keys),
        preliminary_needs=int(levels.get("preliminary", {}).get("core_indicators", 0)),
        full_needs=int(levels.get("full", {}).get("indicators", 0)),
    )


def _section_keys(spec: Mapping[str, Any]) -> set[str]:
    return {section["key"] for chapter in spec["chapters"] for section in chapter["sections"]}


def team_summary(team: Team, template_slug: str = "perfil-ambiental") -> ProfileSummary | None:
    """The team's document in counts; None where it has not begun."""
    profile = session.scalar(Profile.on(team, template_slug))
    return summary_of(profile) if profile else None


def level_of(team: Team) -> Level:
    """How far the team's environmental profile is."""
    summary = team_summary(team)
    return summary.level if summary else Level.NONE


def own_key(key: str) -> bool:
    """Whether a section is one that a team added."""
    return re.fullmatch(r"own-\d+", key) is not None


def _add_next(row: SectionVersion | IndicatorValue, newest: Any) -> None:
    """Two saves on the same base meet at the unique number: the second one is overtaken."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Overtaken(session.scalar(newest)) from None
