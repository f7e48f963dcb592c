"""Initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of events."""
    op.create_table(
        "event_debugger_events",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_debugger_events")),
    )
    op.create_index(
        op.f("ix_event_debugger_events_customer_id"),
        "event_debugger_events",
        ["customer_id"],
        unique=False,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("event_debugger_events")
