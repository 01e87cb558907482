"""What the platform knows of a team, and the named sources of evidence that calls ask.

Pure: facts are loaded by ``operations.facts_of``, words are codes that ``words`` speaks.
A new source is one function and one line in ``SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pegup.profiles.summary import Level, ProfileSummary

Ask = Mapping[str, Any]
"""A rule, or one entry of a criterion's evidence, as the call's file says it."""


class Where(StrEnum):
    """The page where a team completes what is missing; ``views`` knows the addresses."""

    INVITATIONS = "invitations"
    SEAT = "seat"
    PROFILE = "profile"
    INDICATORS = "indicators"
    APPLICATION = "application"
    STATEMENT = "statement"
    EVENTS = "events"
    AGENDA = "agenda"
    COMMITTEE = "committee"


@dataclass(frozen=True)
class Words:
    """Something to say: a code and what it is filled with."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Title:
    """A name that exists in both languages."""

    es: str
    en: str


@dataclass(frozen=True)
class Judged:
    """What a person decided."""

    percent: int
    reason: str
    by: str
    statement: int
    """The version of the statement that was read."""


@dataclass(frozen=True)
class Facts:
    """All that is known of one team and counts for a call."""

    people: int = 0
    sectors: frozenset[str] = frozenset()
    profiles: Mapping[str, ProfileSummary] = field(default_factory=dict)
    """By template."""
    has_applied: bool = False
    rivals: tuple[str, ...] = ()
    """Other teams of the same city that apply too."""
    forum_organisations: tuple[str, ...] = ()
    without_organisation: int = 0
    """People who have not said where they come from."""
    events: tuple[Title, ...] = ()
    """Of the Forum, with somebody of the team there."""
    agenda_began: str = ""
    """``YYYY`` or ``YYYY-MM``."""
    committee_formed_on: str = ""
    """``YYYY-MM-DD``."""
    statement: int = 0
    """Number of its newest version; 0 where there is none."""
    judgements: Mapping[str, Judged] = field(default_factory=dict)
    """By criterion."""


@dataclass(frozen=True)
class Fact:
    """What one source finds for one team."""

    evidence: Words
    where: Where
    amount: int = 0
    """What the steps of a criterion are compared with; for stages their place, from 1."""
    missing: Words | None = None
    """What is missing, where the source itself knows; always for an unmet rule."""


@dataclass(frozen=True)
class Source:
    """A named source of evidence."""

    find: Callable[[Facts, Ask], Fact]
    is_rule: bool = False
    """Says met or unmet; the others give an amount for points."""
    measures: tuple[str, ...] = ()
    """What it can count; the call chooses one."""
    stages: tuple[str, ...] = ()
    """Where its steps are words, in order."""
    is_judged: bool = False
    """Only a person can say."""


def team_sectors(facts: Facts, ask: Ask) -> Fact:
    """Every required sector has a seat."""
    required = [str(sector) for sector in ask["required"]]
    present = [sector for sector in required if sector in facts.sectors]
    absent = [sector for sector in required if sector not in facts.sectors]
    return Fact(
        Words("sectors", {"sectors": present}) if present else Words("no-sectors"),
        Where.INVITATIONS,
        len(present),
        Words("sectors-missing", {"sectors": absent}) if absent else None,
    )


def preliminary_profile(facts: Facts, ask: Ask) -> Fact:
    """The team's profile has reached the level that the call asks."""
    summary = facts.profiles.get(ask["template"])
    if summary is None:
        return Fact(Words("no-profile"), Where.PROFILE, 0, Words("profile-not-begun"))
    is_full = ask["level"] == Level.FULL
    reached = summary.level == Level.FULL or (not is_full and summary.level == Level.PRELIMINARY)
    have, need = (
        (summary.answered, summary.full_needs)
        if is_full and summary.level != Level.NONE
        else (summary.core_answered, summary.preliminary_needs)
    )
    evidence = Words("core-answered", {"num": summary.core_answered, "of": summary.answered})
    missing = None if reached else Words("indicators-missing", {"num": max(need - have, 1)})
    return Fact(evidence, Where.INDICATORS, have, missing)


def profile_indicators(facts: Facts, ask: Ask) -> Fact:
    """Indicators that somebody else can check, or those that the text makes use of."""
    template = ask.get("template", "perfil-ambiental")
    summary = facts.profiles.get(template)
    if summary is None:
        return Fact(Words("no-profile"), Where.PROFILE, 0, Words("profile-not-begun"))
    if ask["measure"] == "used-in-text":
        used = summary.used_in_text
        return Fact(Words("indicators-used", {"num": used}), Where.PROFILE, used)
    return Fact(
        Words("indicators-sourced", {"num": summary.sourced}), Where.INDICATORS, summary.sourced
    )


def combined_application(facts: Facts, ask: Ask) -> Fact:
    """The city comes as one team, and with how many people."""
    if ask["measure"] == "people":
        return Fact(Words("people", {"num": facts.people}), Where.INVITATIONS, facts.people)
    rivals = {"teams": list(facts.rivals)}
    if not facts.has_applied:
        evidence = Words("rivals-apply", rivals) if facts.rivals else Words("not-applied")
        return Fact(evidence, Where.APPLICATION, 0, Words("apply"))
    if facts.rivals:
        return Fact(Words("rivals-apply", rivals), Where.APPLICATION, 0, Words("one-per-city"))
    return Fact(Words("only-team"), Where.APPLICATION, 1)


def commitment(facts: Facts, ask: Ask) -> Fact:
    """The team's statement, which a person reads and marks."""
    if not facts.statement:
        return Fact(Words("no-statement"), Where.STATEMENT, 0, Words("write-statement"))
    return Fact(Words("statement", {"number": facts.statement}), Where.STATEMENT, facts.statement)


def forum_membership(facts: Facts, _ask: Ask) -> Fact:
    """Organisations of the team that belong to the Forum."""
    found = facts.forum_organisations
    if found:
        return Fact(Words("forum-organisations", {"names": list(found)}), Where.SEAT, len(found))
    silent = facts.without_organisation
    missing = Words("organisation-not-said", {"num": silent}) if silent else None
    return Fact(Words("no-forum-organisation"), Where.SEAT, 0, missing)


def forum_events(facts: Facts, _ask: Ask) -> Fact:
    """Events of the Forum at which somebody of the team was."""
    if not facts.events:
        return Fact(Words("no-events"), Where.EVENTS)
    return Fact(Words("events", {"titles": list(facts.events)}), Where.EVENTS, len(facts.events))


def agenda_21(facts: Facts, _ask: Ask) -> Fact:
    """How far the city's Local Agenda 21 has come: told, or with a committee and its act."""
    if facts.committee_formed_on:
        values = {"day": facts.committee_formed_on, "began": facts.agenda_began}
        return Fact(Words("committee", values), Where.COMMITTEE, 2)
    if facts.agenda_began:
        return Fact(Words("agenda", {"began": facts.agenda_began}), Where.COMMITTEE, 1)
    return Fact(Words("no-agenda"), Where.AGENDA)


SOURCES: dict[str, Source] = {
    "team-sectors": Source(team_sectors, is_rule=True),
    "preliminary-profile": Source(preliminary_profile, is_rule=True),
    "profile-indicators": Source(
        profile_indicators, measures=("with-source-and-year", "used-in-text")
    ),
    "combined-application": Source(combined_application, measures=("only-team-of-city", "people")),
    "commitment": Source(commitment, is_judged=True),
    "forum-membership": Source(forum_membership, measures=("member-organisations",)),
    "forum-events": Source(forum_events, measures=("events-attended",)),
    "agenda-21": Source(agenda_21, measures=("stage",), stages=("described", "committee")),
}
"""By the name that calls use; docs/content.md says what each counts."""
