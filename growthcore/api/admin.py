"""Pages a plugin adds to the admin, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from growthcore.api.context import PluginContext
from growthcore.api.text import Text


@dataclass(frozen=True, kw_only=True)
class AdminPage:
    """A page shown inside the admin's frame at ``/admin/plugins/<plugin>/<slug>``.

    ``role`` is the least role that may see it (viewer, editor, manager, owner).
    ``render`` is handed the plugin's context and the reader's locale (``"ko"``, ``"en"``), and returns
    the body as HTML without inline styles or scripts; what it interpolates is its own duty to escape
    (use ``markupsafe``).
    """

    slug: str
    title: Text
    role: str = "viewer"
    render: Callable[[PluginContext, str], str]
