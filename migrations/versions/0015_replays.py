"""messages that operators have handed over again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("message_id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("attempts", BigId, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_replays_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_replays")),
    )
    op.create_index("ix_replays_campaign_id", "replays", ["campaign_id"])
    op.create_index(
        "ix_replays_due",
        "replays",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("replays")
