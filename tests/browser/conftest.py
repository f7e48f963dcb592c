"""Browser tests share the fixtures of the kit."""

from growthcore.testing.browsing import browse, chromium_browser

__all__ = ["browse", "chromium_browser"]
