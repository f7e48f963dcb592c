"""What a demo holds, on both databases: everything went in by the services, so everything adds up."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from growthcore.analytics import reports
from growthcore.campaigns import service
from growthcore.campaigns.models import Campaign
from growthcore.catalog.models import Product
from growthcore.customers import consent
from growthcore.customers.models import Customer
from growthcore.demo.scale import Scale
from growthcore.demo.seeding import seed
from growthcore.events.models import Cart, Event, Order
from growthcore.messaging import statistics
from growthcore.messaging.models import Engagement, Message
from growthcore.sandbox.inbox import Inbox
from growthcore.segments.models import Segment

SMALL = Scale(products=40, customers=140, days=20)


@pytest.fixture
def shop(make_core, database, clock):
    """A shop with a small past that ends at the tests' own instant."""
    core = make_core(database)
    present = type(clock)(clock.at)
    seed(core, clock, present, scale=SMALL, base_url="http://127.0.0.1:8000", say=lambda _: None)
    return core


def test_the_demo_adds_up(shop, clock):
    inbox = Inbox(shop.settings.data_dir / "inbox")
    with shop.db.read() as session:
        campaigns = {each.kind + each.state: each for each in service.page(session)}
        assert set(campaigns) == {"triggeredrunning", "oncecompleted", "oncescheduled", "oncedraft"}
        sale = reports.report(session, campaigns["oncecompleted"].id)
        carts = reports.report(session, campaigns["triggeredrunning"].id)
        assert sale.total.sent
        assert sale.total.openers
        assert carts.total.sent
        assert len(inbox) == sale.total.sent + carts.total.sent
        assert not statistics.differences(session)
        _nobody_was_written_to_without_consent(session)
        _the_past_ends_now(session, clock.now())
        _carts_were_left_a_moment_ago(session, clock.now())
        assert session.scalar(select(func.count(Product.id))) == SMALL.products
        assert session.scalar(select(func.count(Customer.id))) == SMALL.customers
        assert all(count is not None for count in session.scalars(select(Segment.count)))


def _nobody_was_written_to_without_consent(session):
    written_to = set(session.scalars(select(Message.customer_id).where(Message.state == "sent")))
    agreed = consent.granted(session, written_to, "email", "advertising")
    withdrew = set(
        session.scalars(select(Engagement.customer_id).where(Engagement.kind == "unsubscribe"))
    )
    assert written_to - agreed <= withdrew


def _the_past_ends_now(session, now):
    first, last = session.execute(
        select(func.min(Event.occurred_at), func.max(Event.occurred_at))
    ).one()
    assert last <= now
    assert (now - first).days >= SMALL.days - 2
    assert session.scalar(select(func.count(Order.id)))
    assert session.scalar(
        select(func.count(Cart.id)).where(Cart.open.is_(True), Cart.customer_id.is_not(None))
    )
    assert session.scalar(select(Campaign.scheduled_for).where(Campaign.state == "scheduled")) > now


def _carts_were_left_a_moment_ago(session, now):
    assert session.scalar(select(func.count(Event.id)).where(Event.reacted.is_(False)))
    newest = session.scalar(select(func.max(Cart.last_activity_at)))
    assert (now - newest).total_seconds() < 60
