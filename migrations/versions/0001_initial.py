"""initial"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from growthcore.api.db import BigId, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("provider", sa.String(length=50), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("config", Json, nullable=False),
        sa.Column("sealed", Json, nullable=False),
        sa.Column("state", Json, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("attention", sa.Text(), nullable=True),
        sa.Column("version", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_provider"), "accounts", ["provider"], unique=False)
    op.create_table(
        "allowed_origins",
        sa.Column("id", BigId, nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowed_origins")),
        sa.UniqueConstraint("origin", name=op.f("uq_allowed_origins_origin")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("public_value", sa.String(length=64), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("public_value", name=op.f("uq_api_keys_public_value")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=60), nullable=False),
        sa.Column("details", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"], unique=False)
    op.create_table(
        "campaigns",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("version_id", BigId, nullable=True),
        sa.Column("scheduled_for", Instant(), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("launched_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index(op.f("ix_campaigns_state"), "campaigns", ["state"], unique=False)
    op.create_table(
        "carts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("last_activity_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carts")),
        sa.UniqueConstraint("key", name=op.f("uq_carts_key")),
    )
    op.create_index(
        "ix_carts_customer", "carts", ["customer_id", "open", "last_activity_at"], unique=False
    )
    op.create_index("ix_carts_idle", "carts", ["open", "last_activity_at"], unique=False)
    op.create_index(
        "ix_carts_visitor", "carts", ["visitor_id", "open", "last_activity_at"], unique=False
    )
    op.create_table(
        "categories",
        sa.Column("id", BigId, nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("path", name=op.f("uq_categories_path")),
    )
    op.create_table(
        "customers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("external_id", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_hash", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_hash", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("locale", sa.String(length=10), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.Column("merged_into_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["customers.id"], name=op.f("fk_customers_merged_into_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("external_id", name=op.f("uq_customers_external_id")),
    )
    op.create_index("ix_customers_created_at", "customers", ["created_at"], unique=False)
    op.create_index(op.f("ix_customers_email_hash"), "customers", ["email_hash"], unique=False)
    op.create_index(
        "ix_customers_gone",
        "customers",
        ["id"],
        unique=False,
        sqlite_where=sa.text("erased_at IS NOT NULL OR merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("erased_at IS NOT NULL OR merged_into_id IS NOT NULL"),
    )
    op.create_index("ix_customers_merged_into_id", "customers", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_customers_phone_hash"), "customers", ["phone_hash"], unique=False)
    op.create_table(
        "event_items",
        sa.Column("event_id", BigId, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name_id", sa.SmallInteger(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("product_id", BigId, nullable=False),
        sa.Column("category_id", BigId, nullable=True),
        sa.Column("quantity", BigId, nullable=False),
        sa.Column("price", BigId, nullable=True),
        sa.Column("amount", BigId, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_event_items")),
    )
    op.create_index(
        "ix_event_items_category",
        "event_items",
        ["name_id", "category_id", "occurred_at", "customer_id", "amount"],
        unique=False,
        sqlite_where=sa.text("customer_id IS NOT NULL"),
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_event_items_customer",
        "event_items",
        ["customer_id", "name_id", "occurred_at", "category_id", "product_id", "amount"],
        unique=False,
        sqlite_where=sa.text("customer_id IS NOT NULL"),
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_event_items_product",
        "event_items",
        ["product_id", "name_id", "occurred_at", "customer_id", "amount"],
        unique=False,
    )
    op.create_index("ix_event_items_time", "event_items", ["occurred_at"], unique=False)
    op.create_table(
        "event_names",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_names")),
        sa.UniqueConstraint("name", name=op.f("uq_event_names_name")),
    )
    op.create_table(
        "events",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("name_id", sa.SmallInteger(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("cart_id", BigId, nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("value", BigId, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("properties", Json, nullable=True),
        sa.Column("message_id", BigId, nullable=True),
        sa.Column("reacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_events_source_event_id")),
    )
    op.create_index(
        "ix_events_anonymous",
        "events",
        ["visitor_id"],
        unique=False,
        sqlite_where=sa.text("customer_id IS NULL"),
        postgresql_where=sa.text("customer_id IS NULL"),
    )
    op.create_index(
        "ix_events_cart",
        "events",
        ["cart_id"],
        unique=False,
        sqlite_where=sa.text("cart_id IS NOT NULL"),
        postgresql_where=sa.text("cart_id IS NOT NULL"),
    )
    op.create_index(
        "ix_events_customer",
        "events",
        ["customer_id", "name_id", "occurred_at", "value"],
        unique=False,
        sqlite_where=sa.text("customer_id IS NOT NULL"),
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_events_name",
        "events",
        ["name_id", "occurred_at", "customer_id", "value"],
        unique=False,
        sqlite_where=sa.text("customer_id IS NOT NULL"),
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_events_order",
        "events",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("order_id IS NOT NULL"),
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_index(
        "ix_events_unreacted",
        "events",
        ["id"],
        unique=False,
        sqlite_where=sa.text("reacted = 0"),
        postgresql_where=sa.text("NOT reacted"),
    )
    op.create_table(
        "imports",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("rows", BigId, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("rejects_bytes", BigId, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("key", name=op.f("uq_imports_key")),
    )
    op.create_table(
        "orders",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("value", BigId, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("refunded", BigId, nullable=False),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("attributed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("key", name=op.f("uq_orders_key")),
    )
    op.create_index("ix_orders_customer", "orders", ["customer_id", "placed_at"], unique=False)
    op.create_index(
        "ix_orders_unattributed",
        "orders",
        ["id"],
        unique=False,
        sqlite_where=sa.text("attributed = 0 AND placed = 1 AND customer_id IS NOT NULL"),
        postgresql_where=sa.text("NOT attributed AND placed AND customer_id IS NOT NULL"),
    )
    op.create_table(
        "plugin_switches",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_plugin_switches")),
    )
    op.create_table(
        "recommendation_models",
        sa.Column("id", BigId, nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("algorithm", sa.String(length=50), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("backups", Json, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("training_since", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_models")),
        sa.UniqueConstraint("slug", name=op.f("uq_recommendation_models_slug")),
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("last_run_at", Instant(), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedules")),
    )
    op.create_table(
        "segments",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("count", BigId, nullable=True),
        sa.Column("counted_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("name", name=op.f("uq_segments_name")),
    )
    op.create_table(
        "send_policy",
        sa.Column("id", BigId, nullable=False),
        sa.Column("quiet_enabled", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", BigId, nullable=False),
        sa.Column("quiet_until", BigId, nullable=False),
        sa.Column("quiet_exempt", Json, nullable=False),
        sa.Column("cooldown_seconds", BigId, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_policy")),
    )
    op.create_table(
        "statistics",
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("hour", Instant(), nullable=False),
        sa.Column("sent", BigId, nullable=False),
        sa.Column("failed", BigId, nullable=False),
        sa.Column("suppressed", BigId, nullable=False),
        sa.Column("uncertain", BigId, nullable=False),
        sa.Column("opens", BigId, nullable=False),
        sa.Column("openers", BigId, nullable=False),
        sa.Column("clicks", BigId, nullable=False),
        sa.Column("clickers", BigId, nullable=False),
        sa.Column("unsubscribes", BigId, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "hour", name=op.f("pk_statistics")),
    )
    op.create_table(
        "suppressions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("address_kind", sa.String(length=10), nullable=False),
        sa.Column("address_hash", sa.String(length=32), nullable=False),
        sa.Column("masked", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint(
            "address_kind", "address_hash", name=op.f("uq_suppressions_address_kind_address_hash")
        ),
    )
    op.create_table(
        "workspace",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "campaign_versions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_versions_campaign_id_campaigns"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_versions")),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_campaign_versions_campaign_id_number")
        ),
    )
    op.create_table(
        "cart_items",
        sa.Column("cart_id", BigId, nullable=False),
        sa.Column("product_id", BigId, nullable=False),
        sa.Column("quantity", BigId, nullable=False),
        sa.Column("price", BigId, nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_cart_items_cart_id_carts")
        ),
        sa.PrimaryKeyConstraint("cart_id", "product_id", name=op.f("pk_cart_items")),
    )
    op.create_table(
        "consent_records",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("evidence", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_consent_records_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_records")),
    )
    op.create_index(
        "ix_consent_records_customer",
        "consent_records",
        ["customer_id", "channel", "purpose", "at"],
        unique=False,
    )
    op.create_index(
        "ix_consent_records_time",
        "consent_records",
        ["channel", "purpose", "at", "customer_id", "granted"],
        unique=False,
    )
    op.create_table(
        "consents",
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_consents_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", "channel", "purpose", name=op.f("pk_consents")),
    )
    op.create_index(
        "ix_consents_granted",
        "consents",
        ["channel", "purpose", "granted", "customer_id"],
        unique=False,
    )
    op.create_table(
        "customer_attributes",
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column(
            "text",
            sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_attributes_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("customer_id", "name", name=op.f("pk_customer_attributes")),
    )
    op.create_index(
        "ix_customer_attributes_flag",
        "customer_attributes",
        ["name", "flag", "customer_id"],
        unique=False,
        sqlite_where=sa.text("flag IS NOT NULL"),
        postgresql_where=sa.text("flag IS NOT NULL"),
    )
    op.create_index(
        "ix_customer_attributes_number",
        "customer_attributes",
        ["name", "number", "customer_id"],
        unique=False,
    )
    op.create_index(
        "ix_customer_attributes_text",
        "customer_attributes",
        ["name", "text", "customer_id"],
        unique=False,
    )
    op.create_table(
        "products",
        sa.Column("id", BigId, nullable=False),
        sa.Column("external_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=True),
        sa.Column("image_url", sa.String(length=1000), nullable=True),
        sa.Column("price", BigId, nullable=True),
        sa.Column("sale_price", BigId, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stock", BigId, nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("brand", sa.String(length=100), nullable=True),
        sa.Column("category_id", BigId, nullable=True),
        sa.Column("attributes", Json, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_products_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("external_id", name=op.f("uq_products_external_id")),
    )
    op.create_index("ix_products_category_id", "products", ["category_id"], unique=False)
    op.create_table(
        "recommendation_artifacts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("model_id", BigId, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", BigId, nullable=False),
        sa.Column("interactions", BigId, nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("trained_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["recommendation_models.id"],
            name=op.f("fk_recommendation_artifacts_model_id_recommendation_models"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_artifacts")),
        sa.UniqueConstraint(
            "model_id", "version", name=op.f("uq_recommendation_artifacts_model_id_version")
        ),
    )
    op.create_index(
        "ix_recommendation_artifacts_active",
        "recommendation_artifacts",
        ["model_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "visitors",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("previous_customer_id", BigId, nullable=True),
        sa.Column("first_seen_at", Instant(), nullable=False),
        sa.Column("identified_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_visitors_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitors")),
        sa.UniqueConstraint("key", name=op.f("uq_visitors_key")),
    )
    op.create_index(op.f("ix_visitors_customer_id"), "visitors", ["customer_id"], unique=False)
    op.create_index(op.f("ix_visitors_identified_at"), "visitors", ["identified_at"], unique=False)
    op.create_table(
        "campaign_runs",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("tag", sa.String(length=12), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("enrolled_to", BigId, nullable=False),
        sa.Column("enrolled_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_runs_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["campaign_versions.id"],
            name=op.f("fk_campaign_runs_version_id_campaign_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_runs")),
    )
    op.create_index("ix_campaign_runs_campaign_id", "campaign_runs", ["campaign_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", BigId, nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=50), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("message_class", sa.String(length=15), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("anchor_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("latest_at", Instant(), nullable=True),
        sa.Column("cart_id", BigId, nullable=True),
        sa.Column("attempts", BigId, nullable=False),
        sa.Column("token", BigId, nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("enrolled_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("provider_id", sa.String(length=200), nullable=True),
        sa.Column("cost", BigId, nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'claimed', 'sending', 'sent', 'failed', 'suppressed', 'uncertain')",
            name=op.f("ck_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["campaign_runs.id"], name=op.f("fk_messages_run_id_campaign_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "run_id",
            "customer_id",
            "channel",
            "key",
            name=op.f("uq_messages_run_id_customer_id_channel_key"),
        ),
    )
    op.create_index(
        "ix_messages_campaign", "messages", ["campaign_id", "state", "id"], unique=False
    )
    op.create_index("ix_messages_customer", "messages", ["customer_id", "sent_at"], unique=False)
    op.create_index(
        "ix_messages_due",
        "messages",
        ["campaign_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index(
        "ix_messages_leased",
        "messages",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index("ix_messages_run", "messages", ["run_id", "state"], unique=False)
    op.create_table(
        "conversions",
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("message_id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("clicked_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_conversions_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_conversions_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_conversions")),
    )
    op.create_index("ix_conversions_campaign", "conversions", ["campaign_id", "at"], unique=False)
    op.create_table(
        "engagements",
        sa.Column("id", BigId, nullable=False),
        sa.Column("message_id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("link", sa.String(length=100), nullable=True),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("evidence", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_engagements_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
    )
    op.create_index(
        "ix_engagements_campaign",
        "engagements",
        ["campaign_id", "kind", "at", "machine"],
        unique=False,
    )
    op.create_index(
        "ix_engagements_customer", "engagements", ["customer_id", "kind", "at"], unique=False
    )
    op.create_index("ix_engagements_message", "engagements", ["message_id", "kind"], unique=False)
    op.create_table(
        "message_snapshots",
        sa.Column("message_id", BigId, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_snapshots_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_snapshots")),
    )


def downgrade() -> None:
    op.drop_table("message_snapshots")
    op.drop_table("engagements")
    op.drop_table("conversions")
    op.drop_table("messages")
    op.drop_table("campaign_runs")
    op.drop_table("visitors")
    op.drop_table("recommendation_artifacts")
    op.drop_table("products")
    op.drop_table("customer_attributes")
    op.drop_table("consents")
    op.drop_table("consent_records")
    op.drop_table("cart_items")
    op.drop_table("campaign_versions")
    op.drop_table("workspace")
    op.drop_table("suppressions")
    op.drop_table("statistics")
    op.drop_table("send_policy")
    op.drop_table("segments")
    op.drop_table("schedules")
    op.drop_table("recommendation_models")
    op.drop_table("plugin_switches")
    op.drop_table("orders")
    op.drop_table("imports")
    op.drop_table("events")
    op.drop_table("event_names")
    op.drop_table("event_items")
    op.drop_table("customers")
    op.drop_table("categories")
    op.drop_table("carts")
    op.drop_table("campaigns")
    op.drop_table("audit_log")
    op.drop_table("api_keys")
    op.drop_table("allowed_origins")
    op.drop_table("accounts")
