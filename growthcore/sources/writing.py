"""Rows that fit their schemas, written in the caller's transaction, each with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.catalog import contents as content_service
from growthcore.catalog import service as catalog
from growthcore.catalog.content_input import ContentInput
from growthcore.catalog.products import ProductInput
from growthcore.customers import consent
from growthcore.customers import service as customer_service
from growthcore.customers.consent import Statement
from growthcore.customers.outcomes import Change, Upserted
from growthcore.customers.profiles import Profile
from growthcore.events import ingestion
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.operators import workspace

REJECTED = "rejected"
_RENAMED = {"time": "occurred_at", "cart_id": "cart", "order_id": "order"}

Item = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a row: ``status`` in a word; ``code`` and ``errors`` by field where it did not fit.

    A customer can be kept while what they are said to have consented to is not.
    """

    status: str
    code: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def customers(session: Session, items: Sequence[Item], *, now: datetime) -> list[Written]:
    """Make or change customers, and keep what they said (:class:`rows.CustomerInput`)."""
    told = [{name: each[name] for name in each if name != "consents"} for each in items]
    done = customer_service.upsert(session, [Profile(**each) for each in told], now=now)
    said = [
        [Statement(customer_id=one.id, **each) for each in item.get("consents", ())]
        if one.id is not None
        else []
        for item, one in zip(items, done, strict=True)
    ]
    refused = _keep(session, said)
    return [_customer(one, refused.get(place)) for place, one in enumerate(done)]


def products(session: Session, items: Sequence[Item], *, now: datetime) -> list[Written]:
    """Make or change products (:class:`rows.ProductSchema`)."""
    currency = workspace.get(session).currency
    told = [ProductInput(**item) for item in items]
    done = catalog.upsert_products(session, told, now=now, currency=currency)
    return [_upserted(one) for one in done]


def contents(session: Session, items: Sequence[Item], *, now: datetime) -> list[Written]:
    """Make or change contents (:class:`rows.ContentSchema`)."""
    told = [ContentInput(**item) for item in items]
    return [_upserted(one) for one in content_service.upsert_contents(session, told, now=now)]


def events(
    session: Session,
    items: Sequence[Item],
    *,
    source: str,
    now: datetime,
    react: bool,
    historical: bool,
) -> list[Written]:
    """Record events (:class:`rows.EventInput`)."""
    done = ingestion.ingest(
        session,
        [_event(item) for item in items],
        source=source,
        now=now,
        react=react,
        historical=historical,
        currency=workspace.get(session).currency,
    )
    written = [Written(status="duplicate")] * len(items)
    for place in done.taken:
        written[place] = Written(status="accepted")
    for one in done.rejected:
        written[one.index] = Written(status=REJECTED, code=one.code, errors={"": one.message.en})
    return written


def _keep(session: Session, said: Sequence[Sequence[Statement]]) -> dict[int, InvalidInput]:
    """Record every statement; by place, why those of a customer were not kept."""
    try:
        consent.record_all(session, [each for statements in said for each in statements])
    except InvalidInput:
        return _keep_singly(session, said)
    return {}


def _keep_singly(session: Session, said: Sequence[Sequence[Statement]]) -> dict[int, InvalidInput]:
    refused = {}
    for place, statements in enumerate(said):
        try:
            consent.record_all(session, statements)
        except InvalidInput as error:
            refused[place] = error
    return refused


def _customer(done: Upserted, refused: InvalidInput | None) -> Written:
    if refused is None:
        return _upserted(done)
    errors = {f"consents.{path}": text for path, text in refused.errors.items()}
    return Written(status=done.change, code="consent_rejected", errors=errors)


def _upserted(done: Upserted) -> Written:
    code = "invalid_input" if done.change is Change.REJECTED else None
    return Written(status=done.change.value, code=code, errors=done.errors)


def _event(item: Item) -> IncomingEvent:
    named = {_RENAMED.get(name, name): item[name] for name in item if name != "items"}
    return IncomingEvent(**named, items=[_line(line) for line in item.get("items", ())])


def _line(line: Item) -> IncomingItem:
    named = {("product" if name == "product_id" else name): value for name, value in line.items()}
    return IncomingItem(**named)
