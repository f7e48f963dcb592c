"""``/api/v1/events``."""

from __future__ import annotations

from typing import Any

from growthcore.core import Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.events import ingestion
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.operators import workspace
from growthcore.web import current
from growthcore.web.management import bulk, schemas
from growthcore.web.management.requests import Blueprint

SOURCE = "api"
_RENAMED = {"time": "occurred_at", "cart_id": "cart", "order_id": "order"}

blueprint = Blueprint("events", __name__, url_prefix="/api/v1/events")


@blueprint.post("")
@blueprint.arguments(schemas.EventsBody)
@blueprint.response(200, schemas.EventsAnswer)
def record_events(body: dict[str, Any]) -> dict[str, Any]:
    """Record up to 1,000 events. One told before, by its ``id``, is not recorded again."""
    fit, misfits = bulk.split(body["events"])
    react = body["react"] if body["react"] is not None else not body["historical"]
    batch = [_event(item) for item in fit.values()]
    shop = current.core()
    with shop.db.unit() as session:
        done = ingestion.ingest(
            session,
            batch,
            source=SOURCE,
            now=shop.clock.now(),
            react=react,
            historical=body["historical"],
            currency=workspace.get(session).currency,
        )
        if react and done.accepted:
            after_commit(session, "react", lambda: shop.jobs.enqueue(Queue.EVENTS, "react"))
    counts = {"accepted": done.accepted, "duplicates": done.duplicates}
    return counts | bulk.answer(_results(list(fit), done), misfits)


def _results(places: list[int], done: ingestion.Ingested) -> list[dict[str, Any]]:
    results = {index: {"index": index, "status": "duplicate"} for index in places}
    for place in done.taken:
        results[places[place]]["status"] = "accepted"
    for one in done.rejected:
        index = places[one.index]
        results[index] = bulk.rejected(index, {"": one.message.en}, one.code)
    return list(results.values())


def _event(item: dict[str, Any]) -> IncomingEvent:
    lines = item.pop("items", [])
    named = {_RENAMED.get(name, name): value for name, value in item.items()}
    return IncomingEvent(**named, items=[_line(line) for line in lines])


def _line(line: dict[str, Any]) -> IncomingItem:
    return IncomingItem(product=line.pop("product_id"), **line)
