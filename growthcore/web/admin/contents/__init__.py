"""Blog posts, videos and reviews: the list, the page that writes one, feeds and files."""

from growthcore.web.admin.contents import editing, importing, listing, uploading
from growthcore.web.admin.contents.area import blueprint

__all__ = ["blueprint", "editing", "importing", "listing", "uploading"]
