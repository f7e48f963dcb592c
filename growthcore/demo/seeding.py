"""Making the demo: step by step, with the clock of the shop going through its past."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from growthcore.analytics import attribution
from growthcore.api import Clock
from growthcore.clock import FixedClock
from growthcore.core import Core
from growthcore.demo import addresses, setup, standins, stories
from growthcore.demo.campaigns import IDLE, Campaigns
from growthcore.demo.catalogue import garments
from growthcore.demo.history import History
from growthcore.demo.owner import Owner
from growthcore.demo.people import Person, people
from growthcore.demo.scale import ACTOR, CURRENCY, Scale
from growthcore.demo.visits import Shelf, Visit
from growthcore.events import ingestion
from growthcore.events.incoming import IncomingEvent
from growthcore.messaging import send_policy
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.segments import saved

Say = Callable[[str], None]
SEED = 7
_FRESH = 12
_FRESH_VISITS = 9_000_000


def seed(
    core: Core, clock: FixedClock, present: Clock, *, scale: Scale, base_url: str, say: Say
) -> None:
    """Fill an empty shop, whose clock is ``clock``, with a past that ends at the present.

    ``say`` is told each step as it begins. The mails of the past go through a sandbox of its own
    into ``inbox`` of the data folder.
    """
    now, source = present.now(), random.Random(SEED)  # noqa: S311 - the same demo every time
    everybody = people(scale, source, now)
    clock.at = now - timedelta(days=scale.days)
    with SandboxSmtp(core.settings.data_dir / "inbox", clock=clock) as smtp:
        say("Setting the shop up")
        Owner.create(core, base_url)
        account, segments = _set_up(core, scale, base_url, smtp.port)
        say(f"Signing up {len(everybody):,} customers")
        with core.db.unit() as session:
            customers = setup.members(core, session, everybody)
        say(f"Living through {scale.days} days of visits, orders and campaigns")
        shelf = Shelf(garments()[: scale.products])
        history = History(
            core, clock, scale, customers=customers, shelf=shelf, source=source, now=now
        )
        history.tell(Campaigns(core, account, segments))
    say("Learning what to recommend, counting segments and sales")
    clock.at = now
    with core.db.unit() as session:
        stories.publish(core, session, base_url=base_url)
    setup.learn(core)
    _count(core, segments)
    Campaigns(core, account, segments).prepare()
    _let_anybody_try(core)
    clock.at = present.now()
    leave_carts(core, customers, shelf, source)


def _set_up(
    core: Core, scale: Scale, base_url: str, smtp_port: int
) -> tuple[int, Mapping[str, int]]:
    with core.db.unit() as session:
        setup.settings(core, session, smtp_port)
        standins.prepare(core, session)
        addresses.put_on_sale(core, session, base_url=base_url, count=scale.products)
        addresses.settle(core, session, base_url=base_url, smtp_port=smtp_port)
        return core.accounts.list(session)[0].id, setup.segments(core, session)


def _count(core: Core, segments: Mapping[str, int]) -> None:
    while attribution.attribute(core) == attribution.BATCH:
        pass
    with core.db.unit() as session:
        for segment_id in segments.values():
            saved.recount(core, session, segment_id)


def _let_anybody_try(core: Core) -> None:
    with core.db.unit() as session:
        send_policy.change(
            core,
            session,
            "cooldown",
            {"pause": {"minutes": 0}},
            reason="데모에서는 같은 고객에게 여러 번 보내 볼 수 있도록 재발송 간격을 두지 않습니다.",
            actor=ACTOR,
            now=core.clock.now(),
        )


def leave_carts(
    core: Core, customers: Mapping[int, Person], shelf: Shelf, source: random.Random
) -> None:
    """Have a few customers leave full carts just now, for the running campaign to find.

    Each was last touched so recently that its reminder falls due within the next minute.
    """
    now = core.clock.now()
    busy = core.ports.carts.open_of([*customers])
    free = [who for id_, who in customers.items() if who.reachable and id_ not in busy]
    events = []
    for number, who in enumerate(source.sample(free, min(_FRESH, len(free))), _FRESH_VISITS):
        left = now - IDLE * source.uniform(0.1, 0.9)
        events += _left_cart(Visit(number, who, left - timedelta(minutes=6), source), shelf, left)
    with core.db.unit() as session:
        ingestion.ingest(session, events, source=ACTOR, now=now, currency=CURRENCY)


def _left_cart(visit: Visit, shelf: Shelf, until: datetime) -> list[IncomingEvent]:
    wanted = {each.id: each for each in shelf.pick(visit.at, visit.who, 12, visit.source)}
    cart = [each for each in wanted.values() if each.stock][: visit.source.choice((1, 2, 2, 3))]
    visit.tell("session_start", properties={"device": "mobile", "source": "direct"})
    for garment in cart:
        visit.tell("view_item", [garment])
        visit.tell("add_to_cart", [garment], value=garment.now)
    visit.tell("begin_checkout", cart, value=sum(each.now for each in cart))
    early = until - visit.at
    return [replace(event, occurred_at=event.occurred_at + early) for event in visit.events]
