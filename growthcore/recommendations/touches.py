"""What people did with recommended items: seen, clicked, put into a cart.

A receipt counts at most once for each, whoever shows it how often. Whoever clicked an item saw it,
and whoever put it into the cart straight from the recommendation clicked it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from growthcore.api import Placement
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.upsert import insert_for
from growthcore.events.models import Event, Order
from growthcore.recommendations import receipts, statistics
from growthcore.recommendations.receipts import Receipt
from growthcore.recommendations.shown import CLICKED, Touch

GOOD_FOR = timedelta(days=7)
"""So long after it was made a receipt can be told of: as old as an event may be."""
KEPT = timedelta(days=90)
"""So long the roll-up can be proved by its rows."""
_AHEAD = timedelta(minutes=5)
_LATE = timedelta(minutes=1)
_PROGRAMS = re.compile(
    r"bot\b|crawl|spider|slurp|preview|monitor|curl/|python-|^Mozilla/5\.0$", re.IGNORECASE
)


class Kind(StrEnum):
    """What somebody did with an item."""

    VIEW = "view"
    CLICK = "click"
    CART = "cart"


_TELLS = {
    "view_item_list": (Kind.VIEW,),
    "select_item": (Kind.VIEW, Kind.CLICK),
    "add_to_cart": (Kind.VIEW, Kind.CLICK, Kind.CART),
    # Some shops only carry the receipt along to the order: it was clicked, nobody knows when.
    "purchase": (Kind.VIEW, Kind.CLICK),
}


@dataclass(frozen=True, kw_only=True)
class Touched:
    """Somebody did something with an item, on a page (``visitor_id``) or in a mail (``customer_id``)."""

    receipt: Receipt
    kinds: Sequence[Kind]
    at: datetime
    visitor_id: int | None = None
    customer_id: int | None = None
    machine: bool = False


def kinds_of(event: str) -> Sequence[Kind]:
    """What an event, by its canonical name, tells of items that carry receipts."""
    return _TELLS.get(event, ())


def is_machine(user_agent: str) -> bool:
    """Whether a browser says that it is none: a crawler, a checker, a script."""
    return not user_agent.strip() or _PROGRAMS.search(user_agent) is not None


def in_time(receipt: Receipt, at: datetime) -> bool:
    """Whether something may have been done with the item at ``at``: after it was shown, not long."""
    return receipt.served_at - _AHEAD <= at <= receipt.served_at + GOOD_FOR


def write(session: Session, touched: Iterable[Touched], *, now: datetime) -> int:
    """Keep and count touches; how many of them are news."""
    rows: dict[tuple[int, int, str], dict[str, Any]] = {}
    for each in sorted(touched, key=lambda each: (each.machine, each.at)):
        for kind in each.kinds:
            key = (each.receipt.answer, each.receipt.product_id, kind.value)
            rows.setdefault(key, _row(each, kind))
    if not rows:
        return 0
    # Rows in key order, so that two writers never wait for one another's.
    written = session.connection().execute(
        _writing(session.get_bind().dialect.name), [rows[key] for key in sorted(rows)]
    )
    news = [rows[answer, product, kind] for answer, product, kind in written]
    people = [each for each in news if not each["machine"]]
    statistics.add(session, statistics.touches(_counted(each) for each in people))
    _reopen(session, [each for each in people if each["kind"] == Kind.CLICK], now)
    return len(news)


def _row(each: Touched, kind: Kind) -> dict[str, Any]:
    receipt = each.receipt
    return {
        "answer": receipt.answer,
        "product_id": receipt.product_id,
        "kind": kind.value,
        "at": each.at,
        "model_id": receipt.model_id,
        "source_id": receipt.source_id,
        "version": receipt.version,
        "slot": receipt.slot,
        "page": receipt.page.value,
        "visitor_id": each.visitor_id,
        "customer_id": each.customer_id,
        "machine": each.machine,
    }


def _counted(row: dict[str, Any]) -> tuple[int, datetime, int, str, int, str]:
    return (
        row["model_id"], row["at"], row["source_id"], row["page"], row["slot"], row["kind"],
    )  # fmt: skip


@cache
def _writing(dialect: str) -> Any:
    """A person's touch takes the place of a program's; whatever else is there already stays."""
    statement = insert_for(dialect, Touch)
    said = {name: statement.excluded[name] for name in ("at", "visitor_id", "customer_id")}
    return statement.on_conflict_do_update(
        index_elements=["answer", "product_id", "kind"],
        set_=said | {"machine": False},
        where=and_(Touch.machine.is_(True), statement.excluded.machine.is_(False)),
    ).returning(Touch.answer, Touch.product_id, Touch.kind)


def _reopen(session: Session, clicks: Sequence[dict[str, Any]], now: datetime) -> None:
    """Have orders looked at again that were placed after clicks of which we hear only now."""
    since: dict[int, datetime] = {}
    for click in clicks:
        visitor_id, at = click["visitor_id"], click["at"]
        if visitor_id is not None and now - at >= _LATE:
            since[visitor_id] = min(at, since.get(visitor_id, at))
    for visitor_id, at in since.items():
        anonymous = select(Event.order_id).where(
            Event.visitor_id == visitor_id,
            Event.customer_id.is_(None),
            Event.order_id.is_not(None),
        )
        customer = select(Visitor.customer_id).where(Visitor.id == visitor_id)
        theirs = or_(Order.customer_id.in_(customer), Order.id.in_(anonymous))
        session.execute(
            update(Order)
            .where(Order.credited, Order.placed_at >= at, theirs)
            .values(credited=False)
            .execution_options(synchronize_session=False)
        )


def last_clicks(
    session: Session, lines: Sequence[tuple[str, int, datetime]], within: timedelta
) -> dict[int, Touched]:
    """The click that each line, (visitor's key, product, when), is owed to, by its place."""
    if not lines:
        return {}
    visitors = {visitor for visitor, _, _ in lines}
    found = session.execute(
        select(Touch, Visitor.key)
        .join(Visitor, Visitor.id == Touch.visitor_id)
        .where(
            Visitor.key.in_(visitors),
            CLICKED,
            Touch.at >= min(at for _, _, at in lines) - within,
            Touch.product_id.in_({product for _, product, _ in lines}),
            ~Touch.machine,
        )
        .order_by(Touch.at)
    ).all()
    clicks: dict[tuple[str, int], list[Touch]] = {}
    for touch, key in found:
        clicks.setdefault((key, touch.product_id), []).append(touch)
    owed: dict[int, Touched] = {}
    for place, (visitor, product, at) in enumerate(lines):
        for touch in clicks.get((visitor, product), ()):
            if at - within <= touch.at <= at:
                owed[place] = Touched(
                    receipt=receipt_of(touch),
                    kinds=(Kind.CART,),
                    at=at,
                    visitor_id=touch.visitor_id,
                )
    return owed


def receipt_of(touch: Touch) -> Receipt:
    """The receipt a touch was told with."""
    return Receipt(
        touch.answer,
        touch.model_id,
        touch.source_id,
        touch.version,
        touch.product_id,
        touch.slot,
        Placement(touch.page),
    )


def sweep(core: Core, session: Session) -> int:
    """Forget touches of answers so old that none of their hours is proved any more; how many."""
    end = receipts.first_of(core.clock.now() - KEPT - GOOD_FOR)
    gone = session.execute(delete(Touch).where(Touch.answer < end))
    return int(gone.rowcount)  # type: ignore[attr-defined]
