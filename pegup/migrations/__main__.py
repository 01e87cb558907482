"""``python -m pegup.migrations "why"``: writes the next migration from the models."""

from __future__ import annotations

import sys

from alembic import command
from sqlalchemy import create_engine

from pegup.migrations import config, upgrade


def main() -> None:
    """Compares the models with a database at the newest revision, and writes what differs."""
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('say why: make migration m="why"')
    with create_engine("sqlite://").begin() as connection:
        upgrade(connection)
        command.revision(config(connection), message=sys.argv[1], autogenerate=True)


if __name__ == "__main__":
    main()
