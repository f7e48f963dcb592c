"""What the events of calls tell of recommended items.

Items that carry a receipt of ours tell of that recommendation. What is put into a cart without one
is owed to the last recommendation of that product that the browser clicked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.event_names import canonical
from growthcore.catalog.models import Product
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import rows_in
from growthcore.recommendations import receipts, touches
from growthcore.recommendations.receipts import Receipt
from growthcore.recommendations.touches import Touched
from growthcore.web.storefront.intake import Answer, Intake

_CART = "add_to_cart"


class _Line(NamedTuple):
    """An item of an event that was taken; ``call``, ``event`` and ``item`` are its place."""

    call: int
    event: int
    item: int
    name: str
    at: datetime
    visitor: str
    product: str
    receipt: str | None
    machine: bool


def touch(
    core: Core,
    session: Session,
    intakes: Sequence[Intake],
    answers: Sequence[Answer],
    taken: Sequence[Sequence[int]],
) -> None:
    """Count what the events that were taken, by call, tell; note receipts that can't be counted."""
    lines = [*_lines(intakes, taken)]
    if not lines:
        return
    products = _products(session, lines)
    told = [line for line in lines if line.receipt]
    touched = _told(core, session, told, products, answers)
    touches.write(session, touched, now=core.clock.now())
    bare = [line for line in lines if not line.receipt and line.product in products]
    within = timedelta(days=core.settings.credit_days)
    owed = touches.last_clicks(
        session, [(line.visitor, products[line.product], line.at) for line in bare], within
    )
    touches.write(session, owed.values(), now=core.clock.now())


def _lines(intakes: Sequence[Intake], taken: Sequence[Sequence[int]]) -> Iterator[_Line]:
    for call, (intake, indexes) in enumerate(zip(intakes, taken, strict=True)):
        for index in indexes:
            event = intake.events[index]
            given = intake.receipts.get(index, {})
            name = canonical(event.name) or event.name
            if not given and (name != _CART or intake.machine):
                continue
            for item, told in enumerate(event.items):
                if item in given or name == _CART:
                    yield _Line(
                        call=call,
                        event=index,
                        item=item,
                        name=name,
                        at=event.occurred_at,
                        visitor=event.visitor or "",
                        product=told.product,
                        receipt=given.get(item),
                        machine=intake.machine,
                    )


def _told(
    core: Core,
    session: Session,
    lines: Sequence[_Line],
    products: dict[str, int],
    answers: Sequence[Answer],
) -> list[Touched]:
    signing = receipts.signer(core)
    visitors = _visitors(session, lines)
    touched = []
    for line in lines:
        receipt = signing.read(line.receipt or "")
        if receipt is None or (code := _fault(line, receipt, products)):
            code = "unverifiable" if receipt is None else code
            answers[line.call].unreceipted[line.event, line.item] = code
            continue
        touched.append(
            Touched(
                receipt=receipt,
                kinds=touches.kinds_of(line.name),
                at=line.at,
                visitor_id=visitors[line.visitor],
                machine=line.machine,
            )
        )
    return touched


def _fault(line: _Line, receipt: Receipt, products: dict[str, int]) -> str:
    """Why a genuine receipt counts as nothing here, or ``""``."""
    if products.get(line.product) != receipt.product_id:
        return "other_product"
    if not touches.in_time(receipt, line.at):
        return "not_in_time"
    return "" if touches.kinds_of(line.name) else "other_event"


def _products(session: Session, lines: Sequence[_Line]) -> dict[str, int]:
    columns = select(Product.external_id, Product.id)
    return dict(rows_in(session, columns, Product.external_id, {line.product for line in lines}))


def _visitors(session: Session, lines: Sequence[_Line]) -> dict[str, int]:
    columns = select(Visitor.key, Visitor.id)
    return dict(rows_in(session, columns, Visitor.key, {line.visitor for line in lines}))
