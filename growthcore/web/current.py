"""What the request at hand belongs to."""

from __future__ import annotations

from typing import cast

from flask import current_app

from growthcore.core import Core


def core() -> Core:
    """The shop that is being served."""
    return cast("Core", current_app.extensions["growthcore"])
