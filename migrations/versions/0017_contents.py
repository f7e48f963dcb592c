"""blog posts, videos and reviews, and how often they are clicked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("id", BigId, nullable=False),
        sa.Column("external_id", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("url", sa.String(1000), nullable=False),
        sa.Column("image_url", sa.String(1000), nullable=True),
        sa.Column("summary", sa.String(1000), nullable=True),
        sa.Column("author", sa.String(100), nullable=True),
        sa.Column("keywords", Json, nullable=False),
        sa.Column("products", Json, nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("revision", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
        sa.UniqueConstraint("external_id", name=op.f("uq_contents_external_id")),
    )
    op.create_index("ix_contents_published_at", "contents", ["published_at", "id"])
    op.create_index("ix_contents_revision", "contents", ["revision"])
    op.create_table(
        "content_clicks",
        sa.Column("content_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clicks", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["contents.id"],
            name=op.f("fk_content_clicks_content_id_contents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content_id", "day", name=op.f("pk_content_clicks")),
    )
    op.create_index("ix_content_clicks_day", "content_clicks", ["day"])


def downgrade() -> None:
    op.drop_table("content_clicks")
    op.drop_table("contents")
