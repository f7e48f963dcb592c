"""The people who run the shop's marketing, the shop's own settings, keys, and the audit log."""
