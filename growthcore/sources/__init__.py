"""Data from other systems: rows as they are told, pulled page by page or heard of by webhooks."""
