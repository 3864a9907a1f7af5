"""Alembic migrations of the ledger: run by `open_ledger`, oldest first."""
