"""Runs the steps on the connection that `worker.store.migrate` hands over; there is no other way in."""

from alembic import context

import worker.quality.tables  # these for the tables they add
import worker.store.tables_admin
import worker.store.tables_rollup  # noqa: F401
from worker.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
