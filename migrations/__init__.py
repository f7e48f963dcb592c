"""The Alembic environment of GrowthCore; installed as the package ``growthcore_migrations``."""
