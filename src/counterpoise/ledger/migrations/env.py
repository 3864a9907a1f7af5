"""Alembic's entry: runs the migrations on the connection that `open_ledger` hands over."""

from __future__ import annotations

from alembic import context

from counterpoise.ledger.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
