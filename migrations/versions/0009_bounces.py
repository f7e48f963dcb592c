"""bounces and complaints, and when each account's are looked for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COUNTS = ("bounces", "soft_bounces", "complaints")


def upgrade() -> None:
    for name in _COUNTS:
        # What was counted before them has none.
        op.add_column("statistics", sa.Column(name, BigId, nullable=False, server_default="0"))
    op.create_table(
        "collections",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("failures", BigId, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("kept", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_collections_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_collections")),
    )


def downgrade() -> None:
    op.drop_table("collections")
    for name in _COUNTS:
        op.drop_column("statistics", name)
