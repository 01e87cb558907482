"""`pegup content import` in a process that ends itself in the middle, as a cut of the current does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from pegup.cli import main

BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"
HANGS = "hangs before the commit"


def bring_in(folder: Path, settings: dict[str, str], at: int | str, log: Path) -> None:
    """Imports the folder; killed before its statement number ``at``, or at a place with a name.

    Each statement leaves a dot in ``log``, so that a run that is not killed tells their number.
    """
    os.environ.update(settings)
    seen = 0

    def count(*_statement: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            die()
        with log.open("a") as file:
            file.write(".")

    def reach(place: str) -> None:
        if place == at:
            die()
        if place == BEFORE_COMMIT and at == HANGS:
            with log.open("a") as file:
                file.write("!")
            signal.pause()

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", lambda _connection: reach(BEFORE_COMMIT))
    event.listen(Session, "after_commit", lambda _session: reach(AFTER_COMMIT))
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        main(["content", "import", str(folder)])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
