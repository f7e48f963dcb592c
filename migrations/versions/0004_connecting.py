"""authorising connections, syncing accounts and removing them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authorisations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("sign_in_id", BigId, nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_authorisations_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"],
            ["sign_ins.id"],
            name=op.f("fk_authorisations_sign_in_id_sign_ins"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisations")),
    )
    for column in ("account_id", "sign_in_id"):
        op.create_index(op.f(f"ix_authorisations_{column}"), "authorisations", [column])
    op.create_table(
        "syncs",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("added", BigId, nullable=False),
        sa.Column("changed", BigId, nullable=False),
        sa.Column("removed", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_syncs_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_syncs")),
    )
    op.add_column("accounts", sa.Column("removed_at", Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("removed_at")

    op.drop_table("syncs")
    op.drop_table("authorisations")
