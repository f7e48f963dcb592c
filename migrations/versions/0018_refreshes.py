"""files of refreshes beside those of trainings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

_ARTIFACTS = "recommendation_artifacts"
_ADDED = {
    "refreshed_path": sa.String(200),
    "refreshed_sha256": sa.String(64),
    "refresh_seconds": sa.Double(),
}


def upgrade() -> None:
    for name, kind in _ADDED.items():
        op.add_column(_ARTIFACTS, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in reversed(_ADDED):
        op.drop_column(_ARTIFACTS, name)
