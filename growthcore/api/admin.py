"""Pages a plugin adds to the admin, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from growthcore.api.text import Text


@dataclass(frozen=True, kw_only=True)
class AdminPage:
    """A page shown inside the admin's frame at ``/admin/plugins/<plugin>/<slug>``.

    ``role`` is the least role that may see it (viewer, editor, manager, owner). ``render`` returns
    the body as HTML; what it interpolates is its own duty to escape (use ``markupsafe``).
    """

    slug: str
    title: Text
    role: str = "viewer"
    render: Callable[[], str]
