"""A connection to a Cafe24 mall, shared by every plugin that asks its Admin API."""
