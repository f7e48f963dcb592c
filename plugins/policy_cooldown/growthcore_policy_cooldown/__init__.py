"""Keeps customers from being written to too often."""
