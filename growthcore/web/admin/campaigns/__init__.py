"""Campaigns in the admin: the list, the steps of making one, and what became of it."""

from growthcore.web.admin.campaigns import (
    actions,
    detail,
    listing,
    message,
    recipients,
    replay,
    review,
    steps,
    target,
)
from growthcore.web.admin.campaigns.area import blueprint

__all__ = [
    "actions",
    "blueprint",
    "detail",
    "listing",
    "message",
    "recipients",
    "replay",
    "review",
    "steps",
    "target",
]
