"""The last events of the shop."""
