"""where recommendations are shown, to whom, and how they look"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "recommendation_models"


def upgrade() -> None:
    op.add_column(
        _TABLE, sa.Column("description", sa.String(300), nullable=False, server_default="")
    )
    op.add_column(
        _TABLE, sa.Column("placement", sa.String(10), nullable=False, server_default="main")
    )
    op.add_column(_TABLE, sa.Column("segment_id", BigId, nullable=True))
    op.add_column(_TABLE, sa.Column("appearing", Json, nullable=True))
    op.add_column(_TABLE, sa.Column("widget", Json, nullable=True))


def downgrade() -> None:
    for column in ("widget", "appearing", "segment_id", "placement", "description"):
        op.drop_column(_TABLE, column)
