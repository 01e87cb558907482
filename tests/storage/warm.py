"""What the process reads from which the children of ``forks`` come: the commands, and a site made once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pegup.courses.transfer
from pegup import create_app
from tests.storage import dying, publishing

__all__ = ["dying", "pegup", "publishing"]

with TemporaryDirectory() as data:
    create_app(
        {
            "SQLALCHEMY_DATABASE_URI": "sqlite://",
            "SECRET_KEY": "tests only",
            "PEGUP_DATA": Path(data),
        }
    )
