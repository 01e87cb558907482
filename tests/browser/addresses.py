"""The pages that are looked at in a real browser: role and address; a new page is added here.

Parts in braces are filled from ``tests.browser.world.Cast.places``.
"""

from __future__ import annotations

PAGES = (
    ("stranger", "/"),
    ("stranger", "/accessibility"),
    ("stranger", "/data"),
    ("stranger", "/no-existe"),
    ("stranger", "/sign-in"),
    ("stranger", "/register"),
    ("stranger", "/sign-in/code"),
    ("stranger", "/cities/"),
    ("stranger", "/cities/{city}"),
    ("stranger", "/organisations/"),
    ("stranger", "/profiles/"),
    ("newcomer", "/"),
    ("newcomer", "/teams/"),
    ("newcomer", "/teams/new"),
    ("newcomer", "/teams/join"),
    ("learner", "/"),
    ("learner", "/account"),
    ("learner", "/teams/"),
    ("learner", "/teams/{team}"),
    ("coordinator", "/teams/"),
    ("coordinator", "/people/"),
    ("coordinator", "/people/{person}"),
    ("administrator", "/people/{person}"),
)

MEASURED = (("stranger", "/"), ("learner", "/"), ("learner", "/teams/{team}"))
"""Pages whose bytes and requests are counted: what a learner opens every day."""
