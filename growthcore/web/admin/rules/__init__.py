"""Rules of recommendations: the list with its order, and the page that writes one."""

from growthcore.web.admin.rules import editing, listing
from growthcore.web.admin.rules.area import blueprint

__all__ = ["blueprint", "editing", "listing"]
