"""The whole way of a bounce: sent by SMTP, bounced, read by IMAP, suppressed, left out."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from sqlalchemy import select

from growthcore.customers.models import Suppression
from growthcore.messaging import collecting
from growthcore.sandbox.imap import SandboxImap
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.worker import jobs, process, scheduler

CONTENT = {
    "subject": "새 상품",
    "html": '<body>안녕하세요 <a href="#{UNSUBSCRIBE_URL}">수신거부 Unsubscribe</a></body>',
}


@pytest.fixture
def mail(shop, tmp_path):
    """An account of an SMTP server whose bounces are read by IMAP; what the server got."""
    imap = SandboxImap(tmp_path / "bounces")
    with imap, SandboxSmtp(tmp_path / "inbox", bounce=imap.deliver, clock=shop.core.clock) as smtp:
        values = {
            "host": "localhost",
            "port": smtp.port,
            "security": "none",
            "sender_address": "news@shop.example",
            "return_path": "bounce@shop.example",
            "mailbox": "imap",
            "mailbox_host": "localhost",
            "mailbox_port": imap.port,
            "mailbox_security": "none",
            "mailbox_username": imap.username,
            "mailbox_password": imap.password,
        }
        with shop.core.db.unit() as session:
            account = shop.core.accounts.create(
                session, provider="email_smtp", label="mail", values=values, actor="test"
            )
        shop.account_id = account.id
        yield smtp.inbox


def collect(shop, monkeypatch):
    """What the scheduler and a worker do."""
    monkeypatch.setattr(process, "core", lambda: shop.core)
    monkeypatch.setattr(jobs, "core", lambda: shop.core)
    (task,) = (each for each in scheduler.TASKS if each.name == "messages.collect")
    task.run(shop.core)
    assert shop.core.jobs.names[-1] == "collect"
    jobs.collect(shop.account_id)


def test_who_bounced_or_complained_is_left_out_of_the_next_campaign(shop, mail, monkeypatch):
    shop.no_policies()
    shop.customers("bounce", "full", "complaint", "kim")
    campaign = shop.launch(content=CONTENT)
    shop.work()
    assert shop.states(campaign) == {"sent": 4}
    collect(shop, monkeypatch)
    assert collecting.of_account(shop.core, shop.account_id).kept == 3
    with shop.core.db.read() as session:
        found = {row.reason for row in session.scalars(select(Suppression))}
    assert found == {"bounced_hard", "complained"}
    following = shop.launch(content=CONTENT)
    shop.work()
    assert shop.reasons(following) == {"suppressed_bounced_hard": 1, "no_consent": 1}
    assert shop.states(following) == {"sent": 2, "suppressed": 2}


def test_a_mail_has_its_token_in_the_return_path_and_in_a_field(shop, mail):
    shop.no_policies()
    shop.customers("kim")
    shop.launch(content=CONTENT)
    shop.work()
    (summary,) = mail.messages()
    token = message_from_bytes(mail.get(summary.id).raw)["X-GrowthCore-Return"]
    assert summary.sender == f"bounce+{token}@shop.example"
    assert len(summary.sender.partition("@")[0]) <= 64
