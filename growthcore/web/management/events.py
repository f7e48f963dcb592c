"""``/api/v1/events``."""

from __future__ import annotations

from collections import Counter
from typing import Any

from growthcore.core import Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.sources import writing
from growthcore.web import current
from growthcore.web.management import bulk, schemas
from growthcore.web.management.requests import Blueprint

SOURCE = "api"

blueprint = Blueprint("events", __name__, url_prefix="/api/v1/events")


@blueprint.post("")
@blueprint.arguments(schemas.EventsBody)
@blueprint.response(200, schemas.EventsAnswer)
def record_events(body: dict[str, Any]) -> dict[str, Any]:
    """Record up to 1,000 events. One told before, by its ``id``, is not recorded again."""
    fit, misfits = bulk.split(body["events"])
    react = body["react"] if body["react"] is not None else not body["historical"]
    shop = current.core()
    with shop.db.unit() as session:
        done = writing.events(
            session,
            [*fit.values()],
            source=SOURCE,
            now=shop.clock.now(),
            react=react,
            historical=body["historical"],
        )
        counted = Counter(each.status for each in done)
        if react and counted["accepted"]:
            after_commit(session, "react", lambda: shop.jobs.enqueue(Queue.EVENTS, "react"))
    counts = {"accepted": counted["accepted"], "duplicates": counted["duplicate"]}
    results = [bulk.result(*each) for each in zip(fit, done, strict=True)]
    return counts | bulk.answer(results, misfits)
