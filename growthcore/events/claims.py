"""Orders of nobody known, claimed when a later report says whose they are.

A guest's browser tells of the order first; the shop's own server, which knows the address it was
placed with, tells of it again. It still counts once, but now it is somebody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.db.chunks import rows_in
from growthcore.events import identification
from growthcore.events.folding import PURCHASE
from growthcore.events.models import Event, Order
from growthcore.events.vocabulary import STANDARD


def claim(session: Session, whose: Mapping[str, int], *, now: datetime) -> None:
    """Give orders, by the shop's number, to the customers named, where they are nobody's yet."""
    statement = (
        select(Order.key, Event.id, Event.occurred_at)
        .join(Event, Event.order_id == Order.id)
        .where(Order.customer_id.is_(None), Event.name_id == STANDARD[PURCHASE])
    )
    for row in list(rows_in(session, statement, Order.key, whose)):
        customer_id = whose[row.key]
        identification.assign(session, [row.id], customer_id, now=now)
        told = [(row.occurred_at, PURCHASE, None)]
        identification.refold_for(session, customer_id, told, now=now)
