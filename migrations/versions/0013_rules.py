"""rules of recommendations, and the models that obey them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recommendation_rules",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("page", sa.String(10), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_rules")),
        sa.UniqueConstraint("name", name=op.f("uq_recommendation_rules_name")),
    )
    op.create_table(
        "recommendation_model_rules",
        sa.Column("model_id", BigId, nullable=False),
        sa.Column("rule_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["recommendation_models.id"],
            name=op.f("fk_recommendation_model_rules_model_id_recommendation_models"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["recommendation_rules.id"],
            name=op.f("fk_recommendation_model_rules_rule_id_recommendation_rules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("model_id", "rule_id", name=op.f("pk_recommendation_model_rules")),
    )
    op.create_index(
        "ix_recommendation_model_rules_rule_id", "recommendation_model_rules", ["rule_id"]
    )


def downgrade() -> None:
    op.drop_table("recommendation_model_rules")
    op.drop_table("recommendation_rules")
