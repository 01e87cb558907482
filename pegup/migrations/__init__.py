"""Schema versions of Pegup's own tables, wherever they live."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

VERSION_TABLE = "pegup_alembic_version"


def config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    settings = Config()
    settings.set_main_option("script_location", "pegup:migrations")
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings our tables to a revision; a second call does nothing."""
    command.upgrade(config(connection), revision)


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration of this version."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    newest = ScriptDirectory.from_config(config(connection)).get_current_head()
    return context.get_current_revision() == newest
