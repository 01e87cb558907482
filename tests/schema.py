"""The tables of a database as plain values, so that two databases can be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect


def shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """Table by table: columns, keys, constraints and indexes with their names."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": _named(inspector.get_foreign_keys(table), "name", "options"),
            "unique": _named(inspector.get_unique_constraints(table), "name", "column_names"),
            "checks": _named(inspector.get_check_constraints(table), "name", "sqltext"),
            "indexes": {
                (each["name"], str(each["column_names"]), bool(each["unique"]), _where(each))
                for each in inspector.get_indexes(table)
            },
        }
        for table in inspector.get_table_names()
    }


def _named(found: list[Any], *keys: str) -> set[tuple[str, ...]]:
    return {tuple(str(each[key]) for key in keys) for each in found}


def _where(index: Any) -> str:
    """The condition of an index over some of the rows."""
    options = index.get("dialect_options", {})
    return next((str(value) for name, value in options.items() if name.endswith("_where")), "")
