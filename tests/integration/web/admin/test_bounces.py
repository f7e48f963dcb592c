"""Bounces in the admin: how reading them goes, and what they come to in a campaign."""

from __future__ import annotations

from growthcore.messaging import collecting
from growthcore.sandbox.imap import SandboxImap


def test_an_account_says_how_reading_its_bounces_goes(admin, core, tmp_path):
    with SandboxImap(tmp_path) as imap:
        values = {
            "host": "localhost",
            "sender_address": "news@shop.example",
            "mailbox": "imap",
            "mailbox_host": "localhost",
            "mailbox_port": imap.port,
            "mailbox_security": "none",
            "mailbox_username": imap.username,
            "mailbox_password": imap.password,
        }
        with core.db.unit() as session:
            account = core.accounts.create(
                session, provider="email_smtp", label="mail", values=values, actor="test"
            )
        page = f"/admin/settings/accounts/{account.id}"
        assert "반송 메일을" not in admin.get(page).text
        collecting.step(core, account.id)
        assert "반송 메일을 마지막으로 읽은 시각: 2026-03-02 10:00" in admin.get(page).text
        imap.password = "another"
        collecting.step(core, account.id)
    shown = admin.get(page).text
    assert "반송 메일을 읽지 못했습니다." in shown
    assert "localhost 서버의 반송 메일함이 로그인을 거부했습니다." in shown
