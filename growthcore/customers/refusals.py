"""Which reasons to send nothing to an address are about advertising only."""

from __future__ import annotations

UNWANTED = frozenset({"unsubscribed", "complained"})
"""Whoever refused advertising still gets the notice of their own order."""
