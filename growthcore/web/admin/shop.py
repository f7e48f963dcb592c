"""The shop's settings, read once a request."""

from __future__ import annotations

from flask import g

from growthcore.operators import workspace as settings
from growthcore.operators.models import Workspace
from growthcore.web.current import core


def workspace() -> Workspace:
    """The shop's own settings: its name, zone, currency."""
    if "workspace" not in g:
        with core().db.read() as session:
            g.workspace = settings.get(session)
    found: Workspace = g.workspace
    return found
