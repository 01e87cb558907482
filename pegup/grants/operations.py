"""What happens in a call: it is brought in, teams declare and apply, people judge, all is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from pegup.accounts.models import Person
from pegup.db import alphabetical, session
from pegup.directory.models import Attendance, ForumEvent
from pegup.grants.criteria import Result, evaluate
from pegup.grants.evidence import Facts, Judged, Title
from pegup.grants.models import Application, Call, Judgement, Statement
from pegup.grants.reading import ReadCall
from pegup.profiles.models import Profile, Template
from pegup.profiles.operations import summaries_of
from pegup.profiles.summary import ProfileSummary
from pegup.teams.models import AgendaProcess, Committee, Team

BATCH = 200
"""Teams that are looked at together: a fixed number of queries for each batch."""


class NotEligible(Exception):
    """A team cannot apply yet; ``result`` says which rules it does not meet."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


class Overtaken(Exception):
    """The team has another statement than the one that was read; ``current`` is what stands now."""

    def __init__(self, current: Statement) -> None:
        super().__init__()
        self.current = current


def import_call(read: ReadCall, at: datetime) -> list[str]:
    """Stores a call; says what changed. Applications and judgements keep what they hold."""
    row = session.scalar(select(Call).filter_by(slug=read.slug))
    if row is not None and row.digest == read.digest:
        return []
    changed = [f"{'changed' if row else 'new'} call {read.slug}: {read.texts['es']['title']}"]
    row = row or Call(slug=read.slug)
    row.opened, row.digest, row.spec, row.texts = read.opened, read.digest, read.spec, read.texts
    row.imported_at = at
    session.add(row)
    session.flush()
    return changed


def apply(call: Call, team: Team, *, by: Person, at: datetime) -> Application:
    """The team stands in the call from now on; sent twice it counts once.

    Raises ``NotEligible`` while a rule is not met.
    """
    standing = session.scalar(Application.of(call, team))
    if standing is not None:
        return standing
    result = result_of(call, team)
    if not result.eligible:
        raise NotEligible(result)
    sectors = sorted(str(seat.sector) for seat in team.seats)
    row = Application(
        call_id=call.id, team_id=team.id, sectors=sectors, applied_at=at, applied_by_id=by.id
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody of the team applied in the same moment
        return session.scalars(Application.of(call, team)).one()
    return row


def withdraw(call: Call, team: Team, *, by: Person, at: datetime) -> None:
    """Takes the application back; it stays written that there was one."""
    standing = session.scalar(Application.of(call, team))
    if standing is not None:
        standing.withdrawn_at, standing.withdrawn_by_id = at, by.id


def write_statement(
    call: Call, team: Team, *, text: str, base: int, by: Person, at: datetime
) -> Statement:
    """Adds a version on top of ``base``; raises ``Overtaken`` if another is newer.

    Saving what already stands adds nothing, so that a form sent twice is stored once.
    """
    current = session.scalar(Statement.current(call, team))
    if current is not None and current.text == text:
        return current
    number = current.number if current else 0
    if current is not None and number != base:
        raise Overtaken(current)
    row = Statement(
        call_id=call.id,
        team_id=team.id,
        number=number + 1,
        text=text,
        written_at=at,
        author_id=by.id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        newest = session.scalars(Statement.current(call, team)).one()
        raise Overtaken(newest) from None
    return row


def judge(
    call: Call,
    team: Team,
    criterion: str,
    *,
    percent: int,
    reason: str,
    statement: int,
    by: Person,
    at: datetime,
) -> Judgement:
    """Adds a judgement of the statement of that number; the newest counts, the older ones stay.

    Raises ``Overtaken`` if the team wrote another in between. Sent twice it is stored once.
    """
    standing = session.scalar(Statement.current(call, team))
    if standing is not None and standing.number != statement:
        raise Overtaken(standing)
    said = {"percent": percent, "reason": reason, "judged_by_id": by.id}
    said["statement_number"] = standing.number if standing else 0
    newest = session.scalar(Judgement.of(call, team, criterion).limit(1))
    if newest is not None and all(getattr(newest, key) == said[key] for key in said):
        return newest
    row = Judgement(call_id=call.id, team_id=team.id, criterion=criterion, judged_at=at, **said)
    session.add(row)
    session.flush()
    return row


def result_of(call: Call, team: Team) -> Result:
    """What the call says of one team."""
    return results_of(call, [team])[0][1]


def results_of(call: Call, teams: Sequence[Team]) -> list[tuple[Team, Result]]:
    """What the call says of many teams, in their order."""
    facts = facts_of(call, teams)
    return [(team, evaluate(call.spec, facts[team.id])) for team in teams]


def all_results(call: Call) -> list[tuple[Team, Result]]:
    """Every team by name, looked at in batches."""
    ids = session.scalars(select(Team.id).order_by(alphabetical(Team.name), Team.id)).all()
    found: list[tuple[Team, Result]] = []
    for start in range(0, len(ids), BATCH):
        batch = Team.whole().where(Team.id.in_(ids[start : start + BATCH]))
        found += results_of(
            call, session.scalars(batch.order_by(alphabetical(Team.name), Team.id)).all()
        )
    return found


def facts_of(call: Call, teams: Sequence[Team]) -> dict[int, Facts]:
    """What is known of each team, by its id; as few queries for many teams as for one."""
    ids = [team.id for team in teams]
    agendas = select(AgendaProcess).where(AgendaProcess.team_id.in_(ids))
    committees = select(Committee).where(Committee.team_id.in_(ids))
    loaded = _Loaded(
        summaries=_summaries(call, ids),
        applications=_applications(call, teams),
        events=_events(teams),
        agendas={each.team_id: each for each in session.scalars(agendas)},
        committees={each.team_id: each for each in session.scalars(committees)},
        statements={team: number for team, number in session.execute(Statement.numbers(call, ids))},
    )
    for each in session.scalars(Judgement.current(call, ids)):
        loaded.judgements.setdefault(each.team_id, {})[each.criterion] = _judged(each)
    return {team.id: _facts(team, loaded) for team in teams}


@dataclass
class _Loaded:
    """Rows of many teams, by team."""

    summaries: dict[int, dict[str, ProfileSummary]]
    applications: dict[int, dict[int, str]]
    """City to team to its name."""
    events: dict[int, list[ForumEvent]]
    """Person to events."""
    agendas: dict[int, AgendaProcess]
    committees: dict[int, Committee]
    statements: dict[int, int]
    judgements: dict[int, dict[str, Judged]] = field(default_factory=dict)


def _facts(team: Team, loaded: _Loaded) -> Facts:
    applied = loaded.applications.get(team.city_id, {})
    attended = {e.slug: e for s in team.seats for e in loaded.events.get(s.person_id, ())}
    events = sorted(attended.values(), key=lambda event: (event.held_on, event.slug))
    organisations = {s.organisation.slug: s.organisation for s in team.seats if s.organisation}
    agenda, committee = loaded.agendas.get(team.id), loaded.committees.get(team.id)
    return Facts(
        people=len(team.seats),
        sectors=frozenset(str(sector) for sector in team.sectors),
        profiles=loaded.summaries.get(team.id, {}),
        has_applied=team.id in applied,
        rivals=tuple(sorted(name for key, name in applied.items() if key != team.id)),
        forum_organisations=tuple(
            sorted(each.name for each in organisations.values() if each.is_forum_member)
        ),
        without_organisation=sum(seat.organisation is None for seat in team.seats),
        events=tuple(Title(event.title_es, event.title_en) for event in events),
        agenda_began=agenda.began if agenda else "",
        committee_formed_on=committee.formed_on if committee else "",
        statement=loaded.statements.get(team.id, 0),
        judgements=loaded.judgements.get(team.id, {}),
    )


def _summaries(call: Call, ids: Collection[int]) -> dict[int, dict[str, ProfileSummary]]:
    """Of the documents that the call asks about."""
    asked = {each["template"] for each in call.spec["rules"] if "template" in each}
    for criterion in call.spec["criteria"]:
        for each in criterion["evidence"]:
            if each["source"] == "profile-indicators":
                asked.add(each.get("template", "perfil-ambiental"))
    query = (
        select(Profile)
        .join(Profile.template)
        .where(Profile.team_id.in_(ids), Template.slug.in_(asked))
        .options(selectinload(Profile.template))
    )
    profiles = session.scalars(query).all()
    summaries = summaries_of(profiles)
    found: dict[int, dict[str, ProfileSummary]] = {}
    for profile in profiles:
        found.setdefault(profile.team_id, {})[profile.template.slug] = summaries[profile.id]
    return found


def _applications(call: Call, teams: Sequence[Team]) -> dict[int, dict[int, str]]:
    """Who applies from each of these teams' cities."""
    query = (
        select(Team.city_id, Team.id, Team.name)
        .join(Application, Application.team_id == Team.id)
        .where(
            Application.call_id == call.id,
            Application.withdrawn_at.is_(None),
            Team.city_id.in_({team.city_id for team in teams}),
        )
    )
    found: dict[int, dict[int, str]] = {}
    for city, key, name in session.execute(query):
        found.setdefault(city, {})[key] = name
    return found


def _events(teams: Sequence[Team]) -> dict[int, list[ForumEvent]]:
    people = {seat.person_id for team in teams for seat in team.seats}
    query = (
        select(Attendance)
        .where(Attendance.person_id.in_(people))
        .options(selectinload(Attendance.event))
    )
    found: dict[int, list[ForumEvent]] = {}
    for each in session.scalars(query):
        found.setdefault(each.person_id, []).append(each.event)
    return found


def _judged(row: Judgement) -> Judged:
    by = row.judged_by.name if row.judged_by else ""
    return Judged(row.percent, row.reason, by, row.statement_number)
