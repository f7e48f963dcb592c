"""Segments: the list, the builder, and one segment with what it amounts to."""

from growthcore.web.admin.segments import builder, detail, editing, listing
from growthcore.web.admin.segments.area import blueprint

__all__ = ["blueprint", "builder", "detail", "editing", "listing"]
