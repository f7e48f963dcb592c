"""Which campaigns use a segment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from growthcore.campaigns.lifecycle import ENDED
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.recommendations.models import Model
from growthcore.recommendations.rules import store as rules
from growthcore.segments import service as segments


def of_segments(
    core: Core, session: Session, segment_ids: Collection[int]
) -> dict[int, list[Campaign]]:
    """The campaigns, over or not, whose audience is made of each of these segments, newest first."""
    used: dict[int, list[Campaign]] = {}
    if not segment_ids:
        return used
    wanted = set(segment_ids)
    for campaign, referred in _made(core, session, select(Campaign).order_by(Campaign.id.desc())):
        for segment_id in referred & wanted:
            used.setdefault(segment_id, []).append(campaign)
    return used


def of_model(session: Session, slug: str) -> list[Campaign]:
    """The campaigns not over yet whose message shows a model's products, oldest first."""
    going = select(Campaign).where(Campaign.state.not_in(ENDED)).order_by(Campaign.id)
    return [each for each in session.scalars(going) if _shows(each.definition.get("content"), slug)]


def _shows(content: object, slug: str) -> bool:
    """Whether a text or a block of a message names the model."""
    if isinstance(content, str):
        # Before a fallback, a part of an item, or the end.
        return re.search(rf"#\{{RECO:{re.escape(slug)}[.|}}]", content) is not None
    if isinstance(content, Mapping):
        return content.get("model") == slug or any(_shows(each, slug) for each in content.values())
    return isinstance(content, list) and any(_shows(each, slug) for each in content)


def of_segment(core: Core, session: Session, segment_id: int) -> list[str]:
    """The campaigns not over yet whose audience is made of a segment, in a few words each."""
    going = select(Campaign).where(Campaign.state.not_in(ENDED)).order_by(Campaign.id)
    return (
        [
            f"campaign {campaign.id} {campaign.name!r}"
            for campaign, referred in _made(core, session, going)
            if segment_id in referred
        ]
        + [
            f"recommendation model {slug!r}"
            for slug in session.scalars(select(Model.slug).where(Model.segment_id == segment_id))
        ]
        + [f"recommendation rule {rule.name!r}" for rule in rules.naming(session, segment_id)]
    )


def _made(
    core: Core, session: Session, campaigns: Select[Campaign]
) -> Iterator[tuple[Campaign, AbstractSet[int]]]:
    """The campaigns that have an audience, each with the segments it is made of.

    Messages are left in the database, and what many campaigns have in common is looked up once.
    """
    known: dict[bytes, set[int]] = {}
    rows = campaigns.options(defer(Campaign.definition)).add_columns(
        Campaign.definition["audience"]
    )
    for campaign, audience in session.execute(rows):
        if not audience:
            continue
        key = msgspec.json.encode(audience, order="deterministic")
        if key not in known:
            known[key] = segments.referred(core, session, audience)
        yield campaign, known[key]
