"""Recommendation models: their cards, the three steps that make one, and how its widget looks."""

from growthcore.web.admin.models import actions, listing, preview, steps, suited
from growthcore.web.admin.models.area import blueprint

__all__ = ["actions", "blueprint", "listing", "preview", "steps", "suited"]
