"""Drafts: what has been entered of a campaign so far, saved part by part.

A draft may be incomplete: each part is checked when it is saved, together with what it depends on, and
what is missing is told by :func:`missing`. Only a launch asks for the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, MessageClass
from growthcore.campaigns import checks, definition, service
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign
from growthcore.core import Core

NEEDED = ("message_class", "account_id", "delivery", "content")
_AGAIN = timedelta(minutes=10)
"""Starting the same draft again within this time, while nothing was added to it, gives that draft."""


class NotDraft(InvalidInput):
    """The campaign was launched, and can't be edited any more."""

    def __init__(self) -> None:
        text = "A launched campaign can't be edited. Duplicate it and change the copy."
        super().__init__({"state": text})


class Outdated(InvalidInput):
    """Somebody else changed the same part of the draft meanwhile."""

    def __init__(self) -> None:
        text = "Somebody else changed this campaign meanwhile; reload it and try again."
        super().__init__({"revision": text})


def start(
    core: Core, session: Session, name: str, message_class: MessageClass, *, actor: str
) -> Campaign:
    """A draft of which nothing else is known yet. Raises :class:`InvalidInput` for its name."""
    service.require_name(name)
    now = core.clock.now()
    begun = {"message_class": message_class.value}
    if same := _just_started(session, name.strip(), begun, now):
        return same
    campaign = Campaign(
        name=name.strip(),
        kind="once",
        state=State.DRAFT,
        definition=begun,
        created_at=now,
        changed_at=now,
    )
    session.add(campaign)
    session.flush()  # the audit entry names its id
    service.record(core, session, actor, "campaign.created", campaign)
    return campaign


def _just_started(
    session: Session, name: str, begun: Mapping[str, Any], now: datetime
) -> Campaign | None:
    """What an impatient second press has made already."""
    same_name = session.scalars(
        select(Campaign)
        .where(
            Campaign.name == name,
            Campaign.state == State.DRAFT,
            Campaign.created_at > now - _AGAIN,
        )
        .order_by(Campaign.id.desc())
    )
    return next((each for each in same_name if each.definition == begun), None)


def editable(session: Session, campaign_id: int, *, lock: bool = False) -> Campaign:
    """A draft. Raises :class:`NotDraft` when it was launched, :class:`InvalidInput` when there is none."""
    campaign = service.get(session, campaign_id, lock=lock)
    if campaign.state != State.DRAFT:
        raise NotDraft
    return campaign


def revision_of(campaign: Campaign, *names: str) -> str:
    """What tells whether these parts have changed: ``name``, ``scheduled_for``, those of a definition."""
    parts = _parts(campaign)
    chosen = {name: parts.get(name) for name in names or sorted(parts)}
    return hashlib.sha256(msgspec.json.encode(chosen, order="deterministic")).hexdigest()[:16]


def save(
    core: Core,
    session: Session,
    campaign_id: int,
    changes: Mapping[str, Any],
    *,
    revision: str | None = None,
    actor: str,
) -> Campaign:
    """Replace parts of a draft: ``name``, ``scheduled_for``, those of a definition.

    ``revision`` is what :func:`revision_of` said of these parts when they were read. Raises
    :class:`InvalidInput` by path, :class:`Outdated` and :class:`NotDraft`.
    """
    campaign = editable(session, campaign_id, lock=True)
    if revision is not None and revision != revision_of(campaign, *changes):
        raise Outdated
    before = _parts(campaign)
    parts = {**before, **changes}
    if "content" in changes:
        parts["content"] = checks.prepared(core, session, parts)
    if parts == before:
        return campaign
    _check(core, session, parts, changes)
    campaign.name, campaign.scheduled_for = parts.pop("name").strip(), parts.pop("scheduled_for")
    campaign.definition = parts
    campaign.kind = parts.get("delivery", {}).get("kind", campaign.kind)
    campaign.changed_at = core.clock.now()
    service.record(core, session, actor, "campaign.changed", campaign, parts=sorted(changes))
    return campaign


def _parts(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "scheduled_for": campaign.scheduled_for,
        **campaign.definition,
    }


def _check(
    core: Core, session: Session, parts: Mapping[str, Any], changes: Mapping[str, Any]
) -> None:
    service.require_name(parts["name"])
    loaded = definition.load_part(
        {name: value for name, value in parts.items() if name not in ("name", "scheduled_for")}
    )
    if "content" not in changes:
        # Another account may read it differently: that is told of the message, not of this part.
        loaded.pop("content", None)
    checks.require_valid(core, session, loaded)
    if changes.get("scheduled_for") is not None:
        kind = loaded.get("delivery", {}).get("kind")
        service.require_time(core, kind, changes["scheduled_for"])


def missing(campaign: Campaign) -> list[str]:
    """The parts a launch needs that nobody has entered yet."""
    lacking = [name for name in NEEDED if name not in campaign.definition]
    once = campaign.definition.get("delivery", {}).get("kind") != "triggered"
    if once and campaign.definition.get("audience") is None:
        lacking.append("audience")
    return lacking


def delete(core: Core, session: Session, campaign_id: int, *, actor: str) -> None:
    """Remove a draft for good. Raises :class:`NotDraft` for a campaign that was launched."""
    campaign = editable(session, campaign_id, lock=True)
    service.record(core, session, actor, "campaign.deleted", campaign)
    session.delete(campaign)
