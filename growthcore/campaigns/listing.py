"""Campaigns as a list: searched, narrowed, sorted and paged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign
from growthcore.db.paging import Page, paged

SORTS: Mapping[str, ColumnElement[Any]] = {
    "created": Campaign.__table__.c.created_at,
    "name": Campaign.__table__.c.name,
    "state": Campaign.__table__.c.state,
    "starts": func.coalesce(Campaign.__table__.c.scheduled_for, Campaign.__table__.c.launched_at),
}


def find(
    session: Session,
    *,
    q: str = "",
    state: str = "",
    kind: str = "",
    sort: str = "created",
    descending: bool = True,
    offset: int = 0,
    limit: int = 20,
) -> Page[Campaign]:
    """Campaigns whose name contains ``q``, of a state and kind unless those are empty."""
    statement = select(Campaign)
    if q:
        statement = statement.where(Campaign.name.icontains(q, autoescape=True))
    if state:
        statement = statement.where(Campaign.state == state)
    if kind:
        statement = statement.where(Campaign.kind == kind)
    key = SORTS[sort]
    order = (key.desc().nulls_last(), Campaign.id.desc()) if descending else (
        key.asc().nulls_last(), Campaign.id.asc(),
    )  # fmt: skip
    return paged(session, statement.order_by(*order), offset=offset, limit=limit)


def running(session: Session) -> list[int]:
    """The ids of the campaigns in force."""
    return list(session.scalars(select(Campaign.id).where(Campaign.state == State.RUNNING)))


def names(session: Session, campaign_ids: Collection[int]) -> dict[int, str]:
    """What campaigns are called, by id."""
    rows = session.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(campaign_ids)))
    return {id_: name for id_, name in rows}  # noqa: C416
