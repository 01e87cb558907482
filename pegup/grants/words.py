"""What evidence says, in the language of the page: every code of ``evidence`` and ``criteria``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pegup.directory.names import sector_name
from pegup.grants.criteria import Criterion, Part, Rule
from pegup.grants.evidence import Title, Words
from pegup.grants.models import Call
from pegup.web.language import day, language, ngettext, rough_day
from pegup.web.language import gettext as _


def said(words: Words | None) -> str:
    """The sentence; empty where there is nothing to say."""
    return SAY[words.code](words.values) if words is not None else ""


def texts_of(call: Call) -> dict[str, Any]:
    """The call's words in the page's language; in Spanish where there is no translation."""
    texts: dict[str, Any] = call.texts.get(language()) or call.texts["es"]
    return texts


def rule_missing(call: Call, rule: Rule) -> str:
    """What is missing for a rule and how to get it, in one text; empty where it is met."""
    if rule.missing is None:
        return ""
    return _sentences([said(rule.missing), texts_of(call)["rules"][rule.id]["help"]])


def criterion_evidence(call: Call, criterion: Criterion) -> str:
    """What there is for a criterion, in one text."""
    return _sentences(said(part.evidence) for part in criterion.parts)


def criterion_missing(call: Call, criterion: Criterion) -> str:
    """What would give more points, in one text; empty where all points are there."""
    texts = texts_of(call)["criteria"][criterion.id]["evidence"]
    return _sentences(
        part_missing(part, text["help"])
        for part, text in zip(criterion.parts, texts, strict=True)
        if part.missing is not None
    )


def part_missing(part: Part, advice: str) -> str:
    """What is missing of one piece of evidence and how to get it; a person's decision needs no advice."""
    is_persons = part.is_waiting or part.judged is not None
    return _sentences([said(part.missing), "" if is_persons else advice])


def _sentences(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _sectors(values: Mapping[str, Any]) -> str:
    return _listed(sector_name(sector) for sector in values["sectors"])


def _titles(titles: Iterable[Title]) -> str:
    return "; ".join(title.en if language() == "en" else title.es for title in titles)


def _committee(values: Mapping[str, Any]) -> str:
    formed = day(date.fromisoformat(values["day"]))
    return _("Hay un comité de la ciudad con su acta. Se formó el %(day)s.", day=formed)


SAY: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "sectors": lambda v: _("Tienen asiento: %(sectors)s.", sectors=_sectors(v)),
    "no-sectors": lambda v: _("Nadie se sienta todavía por uno de estos sectores."),
    "sectors-missing": lambda v: _("Falta alguien de: %(sectors)s.", sectors=_sectors(v)),
    "no-profile": lambda v: _("El perfil de la ciudad está sin empezar."),
    "profile-not-begun": lambda v: _("Empiecen el perfil."),
    "core-answered": lambda v: ngettext(
        "%(num)d indicador básico respondido, y %(of)s en total.",
        "%(num)d indicadores básicos respondidos, y %(of)s en total.",
        v["num"],
        of=v["of"],
    ),
    "indicators-missing": lambda v: ngettext(
        "Falta responder %(num)d indicador.", "Falta responder %(num)d indicadores.", v["num"]
    ),
    "indicators-sourced": lambda v: ngettext(
        "%(num)d indicador con valor, año y fuente.",
        "%(num)d indicadores con valor, año y fuente.",
        v["num"],
    ),
    "indicators-used": lambda v: ngettext(
        "%(num)d indicador con fuente aparece en el texto.",
        "%(num)d indicadores con fuente aparecen en el texto.",
        v["num"],
    ),
    "people": lambda v: ngettext(
        "%(num)d persona en el equipo.", "%(num)d personas en el equipo.", v["num"]
    ),
    "not-applied": lambda v: _("El equipo todavía no postula."),
    "apply": lambda v: _("Postulen cuando las reglas se cumplan."),
    "rivals-apply": lambda v: _(
        "De su ciudad también postula: %(teams)s.", teams=_listed(v["teams"])
    ),
    "one-per-city": lambda v: _("Hace falta una sola postulación de la ciudad."),
    "only-team": lambda v: _("El equipo postula, y es el único de su ciudad."),
    "no-statement": lambda v: _("El equipo no ha escrito su declaración."),
    "write-statement": lambda v: _("Falta escribirla; después lo decide una persona."),
    "statement": lambda v: _("La declaración está escrita (versión %(number)s).", **v),
    "await-person": lambda v: _("Lo decide una persona: la coordinación aún no la califica."),
    "judged": lambda v: _("Lo decidió una persona: %(percent)s %%. Razón: %(reason)s", **v),
    "judged-before": lambda v: _(
        "La declaración cambió después. Lo decide una persona: la coordinación puede calificarla de nuevo."
    ),
    "could-be-more": lambda v: _("Una declaración con más hechos puede dar más puntos."),
    "forum-organisations": lambda v: _("Son del Foro: %(names)s.", names=_listed(v["names"])),
    "no-forum-organisation": lambda v: _("Ninguna organización del equipo es del Foro."),
    "organisation-not-said": lambda v: ngettext(
        "Falta que %(num)d persona diga de qué organización es.",
        "Falta que %(num)d personas digan de qué organización son.",
        v["num"],
    ),
    "no-events": lambda v: _("Nadie del equipo marcó un encuentro del Foro."),
    "events": lambda v: _("Alguien del equipo estuvo en: %(titles)s.", titles=_titles(v["titles"])),
    "no-agenda": lambda v: _("No hay una Agenda 21 local descrita."),
    "agenda": lambda v: _(
        "Agenda 21 local en marcha desde %(began)s.", began=rough_day(v["began"])
    ),
    "committee": _committee,
    "stage-described": lambda v: _("Falta contar el proceso y desde cuándo va."),
    "stage-committee": lambda v: _("Falta el comité de la ciudad con su acta."),
    "more": lambda v: ngettext(
        "Con %(num)d más suben los puntos.", "Con %(num)d más suben los puntos.", v["num"]
    ),
}
"""Code to sentence; a test meets every one."""
