"""The unsubscribe page in a real browser, at desktop and phone width, under its strict policy."""

from __future__ import annotations

import os
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from growthcore.campaigns.models import Campaign, CampaignRun, CampaignVersion
from growthcore.customers import consent
from growthcore.messaging import tracking
from growthcore.messaging.models import Message
from growthcore.messaging.tokens import Kind, Token
from growthcore.testing.factories import make_customer
from growthcore.web import create_app

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]  # fmt: skip


def chromium():
    """Where the browser is; ``make test`` installs it or says how."""
    named = os.environ.get("GC_CHROMIUM")
    found = named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert found, "No Chromium: run tools/system-packages.sh, or set GC_CHROMIUM to one"
    return found


@pytest.fixture
def page_url(core):
    """The address of the unsubscribe page of one message, served for real."""
    with core.db.unit() as session:
        customer = make_customer(session, email="kim@example.com", consents=["email"])
        message = _message(session, core, customer.id)
    token = tracking.signer(core).sign(Token(Kind.UNSUBSCRIBE, message))
    server = make_server("127.0.0.1", 0, create_app(core), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/t/u/{token}"
    server.shutdown()
    thread.join()
    server.server_close()


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
@pytest.mark.parametrize("size", [(1280, 720), (390, 700)], ids=["desktop", "phone"])
def test_one_press_unsubscribes_and_only_the_press(core, page_url, size):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="ko-KR")
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(page_url)
        assert _consents(core)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("status").wait_for()
        assert page.get_by_role("status").inner_text() == "수신거부가 처리되었습니다."
        browser.close()
    assert not _consents(core)
    assert complaints == []


def _consents(core):
    with core.db.read() as session:
        return consent.granted(session, [1], "email", "advertising") == {1}
