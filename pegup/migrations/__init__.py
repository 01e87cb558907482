"""Schema versions of Pegup's own tables, wherever they live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, String, column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "pegup_alembic_version"
VERSIONS = Path(__file__).parent / "versions"


def config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    from alembic.config import Config  # 7 MiB that a site which only serves does without

    settings = Config()
    settings.set_main_option("script_location", "pegup:migrations")
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings our tables to a revision; a second call does nothing."""
    from alembic import command

    command.upgrade(config(connection), revision)


def newest() -> str:
    """The last revision of this version: its file bears the same number."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration of this version."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    found = select(column("version_num", String)).select_from(table(VERSION_TABLE))
    return connection.scalar(found) == newest()
