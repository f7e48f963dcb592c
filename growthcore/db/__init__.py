"""The database: engine, transactions, portable column types, migrations."""
