"""files of refreshes beside those of trainings; which algorithm suits a place; what rules did"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ARTIFACTS = "recommendation_artifacts"
_ADDED = {
    "refreshed_path": sa.String(200),
    "refreshed_sha256": sa.String(64),
    "refresh_seconds": sa.Double(),
    "refresh_tried_at": Instant,
}


def upgrade() -> None:
    for name, kind in _ADDED.items():
        op.add_column(_ARTIFACTS, sa.Column(name, kind, nullable=True))
    op.create_table(
        "recommendation_choices",
        sa.Column("placement", sa.String(10), primary_key=True),
        sa.Column("result", Json, nullable=True),
        sa.Column("measured_at", Instant, nullable=True),
        sa.Column("asked_at", Instant, nullable=True),
        sa.Column("began_at", Instant, nullable=True),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("problem", sa.String(200), nullable=True),
    )
    op.create_table(
        "recommendation_rule_counts",
        sa.Column("rule_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("hour", Instant, primary_key=True),
        sa.Column("answers", BigId, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("recommendation_rule_counts")
    op.drop_table("recommendation_choices")
    for name in reversed(_ADDED):
        op.drop_column(_ARTIFACTS, name)
