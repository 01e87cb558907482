"""A publication in the browser, in a process that ends itself in the middle, as a cut of the current does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from flask import request
from sqlalchemy import Engine, event

from pegup import create_app
from pegup.accounts.models import Person
from pegup.db import session

BEFORE_COMMIT = "before the commit"


def publish(
    settings: dict[str, str],
    address: str,
    form: dict[str, str],
    person: int,
    at: int | str,
    log: Path,
) -> None:
    """Sends the form as this person; killed before statement number ``at``, or before the commit of it.

    Each statement leaves a dot in ``log``, so that a run that is not killed tells their number; the
    status of the answer is the process's own: 0 for a redirect.
    """
    os.environ.update(settings)
    app = create_app()
    app.extensions["pegup"].current_person = lambda: session.get(
        Person, int(request.headers["X-Person"])
    )
    seen = 0

    def count(*_statement: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        with log.open("a") as file:
            file.write(".")

    def commit(_connection: object) -> None:
        if at == BEFORE_COMMIT:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", commit)
    answer = app.test_client().post(address, data=form, headers={"X-Person": str(person)})
    os._exit(0 if answer.status_code == 302 else 1)
