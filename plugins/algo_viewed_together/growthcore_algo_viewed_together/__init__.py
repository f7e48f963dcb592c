"""Recommends what is viewed, or bought, together with a product."""
