"""The unsubscribe page in a real browser, at desktop and phone width, under its strict policy."""

from __future__ import annotations

import pytest

from growthcore.campaigns.models import Campaign, CampaignRun, CampaignVersion
from growthcore.customers import consent
from growthcore.messaging import tracking
from growthcore.messaging.models import Message
from growthcore.messaging.tokens import Kind, Token
from growthcore.testing.browsing import DESKTOP, PHONE
from growthcore.testing.factories import make_customer


@pytest.fixture
def page_url(core):
    """The address of the unsubscribe page of one message."""
    with core.db.unit() as session:
        customer = make_customer(session, email="kim@example.com", consents=["email"])
        message = _message(session, core, customer.id)
    token = tracking.signer(core).sign(Token(Kind.UNSUBSCRIBE, message))
    return f"/t/u/{token}"


def _message(session, core, customer):
    now = core.clock.now()
    campaign = Campaign(
        name="c", kind="once", state="running", definition={}, created_at=now, changed_at=now
    )
    session.add(campaign)
    session.flush()
    version = CampaignVersion(campaign_id=campaign.id, number=1, definition={}, created_at=now)
    session.add(version)
    session.flush()
    run = CampaignRun(campaign_id=campaign.id, version_id=version.id, tag="t", started_at=now)
    session.add(run)
    session.flush()
    message = Message(
        run_id=run.id, campaign_id=campaign.id, version_id=version.id, customer_id=customer,
        channel="email", message_class="advertising", state="sent", anchor_at=now, due_at=now,
        enrolled_at=now, sent_at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message.id


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_press_unsubscribes_and_only_the_press(core, browse, page_url, size):
    page = browse(core, role=None, size=size)
    page.goto(page_url)
    assert _consents(core)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert page.get_by_role("status").inner_text() == "수신거부가 처리되었습니다."
    assert not _consents(core)


def _consents(core):
    with core.db.read() as session:
        return consent.granted(session, [1], "email", "advertising") == {1}
