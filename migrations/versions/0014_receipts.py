"""what was recommended, what people did with it, and the orders owed to it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COUNTS = ("views", "clicks", "carts", "purchases", "revenue", "assisted", "assisted_revenue")


def upgrade() -> None:
    _answers()
    _touches()
    _figures()
    _credits()
    op.add_column(
        "orders", sa.Column("credited", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # What was ordered before anything was recommended is owed to nothing.
    op.execute(sa.text("UPDATE orders SET credited = true"))
    op.create_index(
        "ix_orders_uncredited", "orders", ["id"],
        sqlite_where=sa.text("credited = 0 AND placed = 1"),
        postgresql_where=sa.text("NOT credited AND placed"),
    )  # fmt: skip


def _answers() -> None:
    op.create_table(
        "recommendation_answers",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("model", sa.String(50), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("content", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_answers")),
    )
    for who in ("customer", "visitor"):
        op.create_index(f"ix_recommendation_answers_{who}", "recommendation_answers", [f"{who}_id"])


def _touches() -> None:
    op.create_table(
        "recommendation_touches",
        sa.Column("answer", BigId, autoincrement=False, nullable=False),
        sa.Column("product_id", BigId, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("model_id", BigId, nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("page", sa.String(10), nullable=False),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "answer", "product_id", "kind", name=op.f("pk_recommendation_touches")
        ),
    )
    clicks = sa.text("kind = 'click'")
    for name in ("visitor", "customer", "model"):
        op.create_index(
            f"ix_recommendation_touches_{name}", "recommendation_touches", [f"{name}_id", "at"],
            sqlite_where=clicks, postgresql_where=clicks,
        )  # fmt: skip


def _figures() -> None:
    op.create_table(
        "recommendation_figures",
        sa.Column("model_id", BigId, autoincrement=False, nullable=False),
        sa.Column("hour", Instant(), nullable=False),
        sa.Column("source_id", BigId, autoincrement=False, nullable=False),
        sa.Column("page", sa.String(10), nullable=False),
        sa.Column("slot", sa.SmallInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, BigId, nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint(
            "model_id", "hour", "source_id", "page", "slot",
            name=op.f("pk_recommendation_figures"),
        ),
    )  # fmt: skip


def _credits() -> None:
    op.create_table(
        "recommendation_credits",
        sa.Column("event_id", BigId, autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("clicked_at", Instant(), nullable=False),
        sa.Column("answer", BigId, nullable=False),
        sa.Column("product_id", BigId, nullable=False),
        sa.Column("model_id", BigId, nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("page", sa.String(10), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("amount", BigId, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_recommendation_credits")),
    )
    op.create_index("ix_recommendation_credits_order", "recommendation_credits", ["order_id"])
    op.create_index(
        "ix_recommendation_credits_model", "recommendation_credits", ["model_id", "clicked_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_orders_uncredited", "orders")
    op.drop_column("orders", "credited")
    for table in ("credits", "figures", "touches", "answers"):
        op.drop_table(f"recommendation_{table}")
