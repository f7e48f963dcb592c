"""when products changed, so that a process can hold them in memory"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("revision", BigId, nullable=False, server_default="0"))
    op.create_index("ix_products_revision", "products", ["revision"])
    op.create_table(
        "catalog_revision",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("value", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_revision")),
    )


def downgrade() -> None:
    op.drop_table("catalog_revision")
    op.drop_index("ix_products_revision", "products")
    op.drop_column("products", "revision")
