"""templates of the shop's own, and images of messages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("uses", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("channel", "name", name=op.f("uq_templates_channel_name")),
    )
    op.create_table(
        "images",
        sa.Column("id", BigId, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("width", BigId, nullable=False),
        sa.Column("height", BigId, nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("hash", name=op.f("uq_images_hash")),
    )


def downgrade() -> None:
    op.drop_table("images")
    op.drop_table("templates")
