"""how far a training is, whether it is to end, and how good its outcome is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import Instant, Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MODELS, _ARTIFACTS = "recommendation_models", "recommendation_artifacts"


def upgrade() -> None:
    op.add_column(_MODELS, sa.Column("training_share", sa.Double(), nullable=True))
    op.add_column(
        _MODELS,
        sa.Column("training_stopped", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(_ARTIFACTS, sa.Column("metrics", Json, nullable=True))
    op.add_column(_ARTIFACTS, sa.Column("refreshed_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column(_ARTIFACTS, "refreshed_at")
    op.drop_column(_ARTIFACTS, "metrics")
    op.drop_column(_MODELS, "training_stopped")
    op.drop_column(_MODELS, "training_share")
