"""senders, provider templates and prices; what became of messages, and what they cost"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_templates",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("approval", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("sender", sa.String(length=100), nullable=True),
        sa.Column("content", Json, nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_provider_templates_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "code", name=op.f("pk_provider_templates")),
    )
    op.create_table(
        "senders",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("approval", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("registrant", sa.String(length=100), nullable=True),
        sa.Column("registered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_senders_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_senders")),
    )
    op.add_column("accounts", sa.Column("synced_at", Instant(), nullable=True))
    # Added one by one, with a default for the rows that are there: a ledger is not rewritten for it.
    op.add_column("messages", sa.Column("kind", sa.String(length=20), nullable=True))
    op.add_column("messages", sa.Column("delivery", sa.String(length=12), nullable=True))
    op.add_column("messages", sa.Column("delivery_reason", sa.String(length=60), nullable=True))
    op.add_column("messages", sa.Column("delivered_at", Instant(), nullable=True))
    op.add_column("messages", sa.Column("poll_at", Instant(), nullable=True))
    op.add_column("messages", sa.Column("polls", BigId, nullable=False, server_default="0"))
    op.create_index(
        "ix_messages_poll",
        "messages",
        ["poll_at"],
        sqlite_where=sa.text("poll_at IS NOT NULL"),
        postgresql_where=sa.text("poll_at IS NOT NULL"),
    )
    op.add_column("campaigns", sa.Column("budget", BigId, nullable=True))
    op.create_table(
        "prices",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_prices_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_prices")),
    )
    op.add_column("statistics", sa.Column("cost", BigId, nullable=False, server_default="0"))
    op.add_column("statistics", sa.Column("delivered", BigId, nullable=False, server_default="0"))
    op.add_column("statistics", sa.Column("undelivered", BigId, nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("statistics", schema=None) as batch_op:
        batch_op.drop_column("undelivered")
        batch_op.drop_column("delivered")
        batch_op.drop_column("cost")

    op.drop_table("prices")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("budget")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_poll",
            sqlite_where=sa.text("poll_at IS NOT NULL"),
            postgresql_where=sa.text("poll_at IS NOT NULL"),
        )
        batch_op.drop_column("polls")
        batch_op.drop_column("poll_at")
        batch_op.drop_column("delivered_at")
        batch_op.drop_column("delivery_reason")
        batch_op.drop_column("delivery")
        batch_op.drop_column("kind")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("synced_at")

    op.drop_table("senders")
    op.drop_table("provider_templates")
