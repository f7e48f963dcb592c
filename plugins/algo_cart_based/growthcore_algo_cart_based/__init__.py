"""Recommends what goes with the whole cart."""
