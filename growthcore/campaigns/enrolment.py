"""Enrolment: a customer and a reason become a row of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Occasion
from growthcore.campaigns import versions
from growthcore.campaigns.models import CampaignRun
from growthcore.campaigns.versions import Live
from growthcore.core import Core
from growthcore.messaging import ledger
from growthcore.messaging.states import State
from growthcore.segments import service as segments

CHUNK = 5_000


def enrol_audience(core: Core, campaign_id: int) -> bool:
    """Enrol the next chunk of a one-time campaign's audience, in the order of customer ids.

    One unit of work; where it stands is kept with what it added, so that a killed one goes on
    there. Returns whether there is more.
    """
    with core.db.unit() as session:
        found = versions.rows(session, campaign_id=campaign_id, kind="once")
        if not found:
            return False
        run = session.get(CampaignRun, found[0][2].id, with_for_update=True)
        if run is None or run.enrolled_at is not None:
            return False
        live, now = versions.live(core, *found[0]), core.clock.now()
        ids = segments.members(
            core, session, live.audience or {}, after=run.enrolled_to, limit=CHUNK
        )
        ledger.enrol(session, [_row(live, customer_id, now, now) for customer_id in ids])
        if len(ids) < CHUNK:
            run.enrolled_at = now
            return False
        run.enrolled_to = ids[-1]
        return True


def enrol_occasions(
    session: Session, live: Live, occasions: Sequence[Occasion], now: datetime
) -> int:
    """Enrol occasions of a triggered campaign; one that waits already moves to its new time.

    Returns how many are new.
    """
    rows = [
        _row(live, occasion.customer_id, occasion.at, now)
        | {"key": occasion.key, "cart_id": occasion.cart_id}
        for occasion in occasions
    ]
    added = ledger.enrol(session, rows)
    if added < len(rows):
        moved = ("run_id", "customer_id", "key", "anchor_at", "due_at", "latest_at")
        ledger.reschedule(session, [{name: row[name] for name in moved} for row in rows])
    return added


def _row(live: Live, customer_id: int, anchor: datetime, now: datetime) -> dict[str, Any]:
    due = anchor + live.delay
    return {
        "run_id": live.run_id,
        "campaign_id": live.campaign_id,
        "version_id": live.version_id,
        "customer_id": customer_id,
        "channel": live.medium,
        "key": "",
        "message_class": live.message_class,
        "state": State.DUE,
        "anchor_at": anchor,
        "due_at": due,
        "latest_at": due + live.useful_for,
        "cart_id": None,
        "enrolled_at": now,
    }
