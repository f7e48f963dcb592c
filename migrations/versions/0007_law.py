"""what advertising must say of the shop; the wording people consented to; triggers of time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SHOP = {
    "business_name": 100,
    "contact_phone": 30,
    "contact_email": 254,
    "postal_address": 200,
    "opt_out_number": 11,
}


def upgrade() -> None:
    for name, length in _SHOP.items():
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("workspace", column)
    op.add_column("consent_records", sa.Column("wording", sa.String(length=100), nullable=True))
    op.add_column(
        "consent_records",
        sa.Column("dated", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column("campaign_runs", sa.Column("asked_to", Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("campaign_runs", schema=None) as batch_op:
        batch_op.drop_column("asked_to")

    with op.batch_alter_table("consent_records", schema=None) as batch_op:
        batch_op.drop_column("dated")
        batch_op.drop_column("wording")

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        for name in reversed(_SHOP):
            batch_op.drop_column(name)
