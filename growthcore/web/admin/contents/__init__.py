"""Blog posts, videos and reviews: the list, the page that writes one, and feeds."""

from growthcore.web.admin.contents import editing, importing, listing
from growthcore.web.admin.contents.area import blueprint

__all__ = ["blueprint", "editing", "importing", "listing"]
