from alembic import context

import pegup.app  # noqa: F401  every table, also those of the site that runs alone
from pegup.db import Model
from pegup.migrations import VERSION_TABLE


def ours_only(name, type_, _parents):
    """Leaves a host's tables out, and sees those of ours that no model has any more.

    What an engine keeps for its own search is made beside a table, not by a model.
    """
    if type_ != "table":
        return True
    return name.startswith("pegup_") and not name.startswith("pegup_search_index")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    version_table=VERSION_TABLE,
    include_name=ours_only,
    render_as_batch=True,
    compare_server_default=False,
    render_item=lambda kind, item, _context: (
        "sa.DateTime(timezone=True)" if type(item).__name__ == "UtcTime" else False
    ),
)
with context.begin_transaction():
    context.run_migrations()
