"""The area's blueprint, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, url_for
from sqlalchemy.orm import Session

from growthcore.analytics import profiles
from growthcore.analytics.profiles import Head
from growthcore.web.admin.campaigns import words as campaign_words
from growthcore.web.admin.customers import words
from growthcore.web.admin.event_words import event_word
from growthcore.web.admin.formats import local
from growthcore.web.current import core

blueprint = Blueprint("customers", __name__, url_prefix="/customers")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {
        "words": words,
        "campaign_words": campaign_words,
        "event_word": event_word,
        "hour": lambda at: f"{local(at):%H:%M}",
    }


def head_of(session: Session, customer_id: int, view: str = "show") -> Head:
    """One customer; where there is none the page that says so, of a merged one who was kept."""
    found = profiles.head(session, customer_id)
    if found is None:
        abort(404)
    if kept := found.customer.merged_into_id:
        abort(redirect(url_for(f"admin.customers.{view}", customer_id=kept), 303))
    return found


def media() -> list[str]:
    """What people can agree to be written to by."""
    return sorted({channel.medium for channel in core().plugins.channels.values()})
