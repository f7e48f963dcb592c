"""send policies of plugins, the order of campaigns, and what messages waited for"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OLD = ("quiet_enabled", "quiet_from", "quiet_until", "quiet_exempt", "cooldown_seconds")
_SEND_POLICY = sa.table(
    "send_policy",
    sa.column("quiet_enabled", sa.Boolean()),
    sa.column("quiet_from", BigId),
    sa.column("quiet_until", BigId),
    sa.column("quiet_exempt", Json),
    sa.column("cooldown_seconds", BigId),
)


def upgrade() -> None:
    policies = op.create_table(
        "policies",
        sa.Column("id", sa.String(length=50), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    op.create_table(
        "campaign_priorities",
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_priorities_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_priorities")),
        sa.UniqueConstraint("position", name=op.f("uq_campaign_priorities_position")),
    )
    saved = op.get_bind().execute(sa.select(_SEND_POLICY)).one_or_none()
    if saved is not None:
        op.bulk_insert(policies, _as_policies(saved))
    with op.batch_alter_table("send_policy", schema=None) as batch_op:
        for name in _OLD:
            batch_op.drop_column(name)
        batch_op.add_column(sa.Column("priorities", BigId, nullable=False, server_default="1"))
    op.add_column("messages", sa.Column("deferred_for", sa.String(length=60), nullable=True))


def _as_policies(saved: Any) -> list[dict[str, Any]]:
    """The settings there were, as those of the two policies that take them over."""
    minutes = saved.cooldown_seconds // 60
    return [
        {
            "id": "quiet_hours",
            "enabled": saved.quiet_enabled,
            "params": {
                "begins": _clock(saved.quiet_from),
                "ends": _clock(saved.quiet_until),
                "exempt": saved.quiet_exempt,
            },
        },
        {"id": "cooldown", "enabled": True, "params": {"pause": {"minutes": minutes}}},
    ]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def downgrade() -> None:
    """What the policies said is lost: the defaults of before hold again."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("deferred_for")

    defaults = {
        "quiet_enabled": (sa.Boolean(), sa.true()),
        "quiet_from": (BigId, "1260"),
        "quiet_until": (BigId, "480"),
        "quiet_exempt": (Json, "[]"),
        "cooldown_seconds": (BigId, "86400"),
    }
    with op.batch_alter_table("send_policy", schema=None) as batch_op:
        batch_op.drop_column("priorities")
        for name, (kind, default) in defaults.items():
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))

    op.drop_table("campaign_priorities")
    op.drop_table("policies")
