"""models that are not asked for a while"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLE = "recommendation_models"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("trouble", sa.String(20), nullable=True))
    op.add_column(_TABLE, sa.Column("troubled_at", Instant, nullable=True))


def downgrade() -> None:
    op.drop_column(_TABLE, "troubled_at")
    op.drop_column(_TABLE, "trouble")
