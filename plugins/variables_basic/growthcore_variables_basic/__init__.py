"""The everyday template variables."""
