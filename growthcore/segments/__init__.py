"""Segments: a definition tree, compiled to sets of customers."""
