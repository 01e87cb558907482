"""The pages that are looked at in a real browser: role and address; a new page is added here.

Parts in braces are filled from ``tests.browser.world.Cast.places``.
"""

from __future__ import annotations

NOT_THERE = "/no-existe"

PAGES = (
    ("stranger", "/"),
    ("stranger", "/accessibility"),
    ("stranger", "/data"),
    ("stranger", NOT_THERE),
    ("stranger", "/sign-in"),
    ("stranger", "/register"),
    ("stranger", "/sign-in/code"),
    ("stranger", "/cities/"),
    ("stranger", "/cities/{city}"),
    ("stranger", "/organisations/"),
    ("stranger", "/profiles/"),
    ("stranger", "/profiles/{team}/perfil-ambiental/published"),
    ("stranger", "/calls/"),
    ("stranger", "/calls/{call}"),
    ("newcomer", "/"),
    ("newcomer", "/teams/"),
    ("newcomer", "/teams/new"),
    ("newcomer", "/teams/join"),
    ("learner", "/"),
    ("learner", "/account"),
    ("learner", "/teams/"),
    ("learner", "/teams/{team}"),
    ("learner", "/teams/{team}/invitations"),
    ("learner", "/teams/{team}/seat"),
    ("learner", "/teams/{team}/committee"),
    ("learner", "/forum-events/"),
    ("learner", "/profiles/{team}/perfil-ambiental/"),
    ("learner", "/profiles/{team}/perfil-ambiental/sections/1.1"),
    ("learner", "/profiles/{team}/perfil-ambiental/sections/1.1/versions/"),
    ("learner", "/profiles/{team}/perfil-ambiental/sections/1.1/versions/1"),
    ("learner", "/profiles/{team}/perfil-ambiental/indicators/"),
    ("learner", "/profiles/{team}/perfil-ambiental/indicators/A02"),
    ("learner", "/profiles/{team}/perfil-ambiental/completeness"),
    ("learner", "/calls/{call}"),
    ("learner", "/calls/{call}/teams/{team}"),
    ("learner", "/calls/{call}/teams/{team}/statement"),
    ("coordinator", "/calls/{call}/teams"),
    ("coordinator", "/calls/{call}/teams/{team}"),
    ("coordinator", "/calls/{call}/teams/{team}/judgements/C3"),
    ("coordinator", "/teams/"),
    ("coordinator", "/teams/arrivals"),
    ("coordinator", "/people/new"),
    ("coordinator", "/people/import"),
    ("coordinator", "/people/"),
    ("coordinator", "/people/{person}"),
    ("administrator", "/people/{person}"),
)

MEASURED = (("stranger", "/"), ("learner", "/"), ("learner", "/teams/{team}"))
"""Pages whose bytes and requests are counted: what a learner opens every day."""
