"""Writing the calls of several pages in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from growthcore.catalog import content_clicks
from growthcore.core import Core, Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.events import ingestion
from growthcore.events.incoming import IncomingEvent, Rejection
from growthcore.operators import workspace
from growthcore.web.storefront import clicking, touching
from growthcore.web.storefront.intake import SOURCE, Answer, Intake
from growthcore.web.storefront.together import Together, Writer

# Far below what a unit may hold, so that whoever waits next does not wait long.
_MOST_EVENTS = 1_000


def writer(core: Core) -> Writer:
    """What writes calls for ``core``, together with those that arrive meanwhile."""

    def write(intakes: Sequence[Intake]) -> list[Answer]:
        answers = [Answer() for _ in intakes]
        with core.db.unit() as session:
            for intake, answer in zip(intakes, answers, strict=True):
                if visitor := intake.introduce(session, answer):
                    _adopt_later(core, session, visitor)
            if _ingest(core, session, intakes, answers):
                after_commit(session, "react", lambda: core.jobs.enqueue(Queue.EVENTS, "react"))
        return answers

    return Together(write, size=lambda intake: len(intake.events), most=_MOST_EVENTS)


def _adopt_later(core: Core, session: Session, visitor_id: int) -> None:
    def enqueue() -> None:
        core.jobs.enqueue(Queue.BACKGROUND, "adopt", visitor_id)

    after_commit(session, f"adopt-{visitor_id}", enqueue)


def _ingest(
    core: Core, session: Session, intakes: Sequence[Intake], answers: Sequence[Answer]
) -> int:
    """Take in the events of all calls as one batch, and tell each call of its own."""
    batch: list[IncomingEvent] = []
    places: list[tuple[int, int]] = []
    for number, intake in enumerate(intakes):
        batch += intake.events.values()
        places += [(number, index) for index in intake.events]
    taken: list[list[int]] = [[] for _ in intakes]
    rejected: list[list[Rejection]] = [[] for _ in intakes]
    if batch:
        currency = workspace.get(session).currency
        now = core.clock.now()
        done = ingestion.ingest(session, batch, source=SOURCE, now=now, currency=currency)
        for place in done.taken:
            number, index = places[place]
            taken[number].append(index)
        for one in done.rejected:
            number, index = places[one.index]
            rejected[number].append(Rejection(index, one.id, one.code, one.message))
    touching.touch(core, session, intakes, answers, taken)
    content_clicks.count(session, clicking.clicked(intakes, taken))
    for number, intake in enumerate(intakes):
        intake.settle(taken[number], rejected[number], answers[number])
    return sum(map(len, taken))
