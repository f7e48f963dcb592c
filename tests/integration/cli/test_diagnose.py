"""What sending depends on outside, on the command line."""

from __future__ import annotations

import json

from click.testing import CliRunner

from growthcore.cli import main


class EmptyDns:
    def records(self, name, kind):
        return []


def test_a_domain_is_diagnosed_with_the_records_to_add(core, monkeypatch):
    values = {"host": "10.0.0.1", "sender_address": "news@shop.example"}
    with core.db.unit() as session:
        core.accounts.create(session, provider="email_smtp", label="m", values=values, actor="test")
    monkeypatch.setattr(core.accounts.channel(1), "_lookup", EmptyDns())
    shown = CliRunner().invoke(main, ["accounts", "diagnose", "1"], obj=core).stdout
    assert "shop.example\tDMARC\tmissing\t" in shown
    assert "\n\t_dmarc.shop.example\tTXT\tv=DMARC1; p=none\n" in shown
    answer = CliRunner().invoke(main, ["accounts", "diagnose", "1", "--json"], obj=core).stdout
    states = {each["title"]: each["state"] for each in json.loads(answer)}
    assert states == {"SPF": "missing", "DKIM": "unknown", "DMARC": "missing", "MX": "missing"}
