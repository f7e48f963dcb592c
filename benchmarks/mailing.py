"""A shop whose campaigns go to everybody by e-mail, for the whole way from the ledger to receipts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import mails, shop
from benchmarks.senders import Senders
from growthcore.app import build_core
from growthcore.campaigns import enrolment, reports, sending, service
from growthcore.clock import FixedClock
from growthcore.customers import consent
from growthcore.customers import service as customers
from growthcore.customers.profiles import Profile
from growthcore.db import migrations
from growthcore.messaging.models import PolicySetting
from growthcore.messaging.states import State
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import generate
from growthcore.settings import Settings
from growthcore.testing.factories import identify_shop
from growthcore.testing.postgres import EmbeddedPostgres

EVERYBODY = {
    "not": {
        "condition": "customer_attribute",
        "params": {"attribute": "left", "operator": "exists"},
    }
}
_CHUNK = 1_000


class Mailing:
    """One shop in one database; ``accounts`` maps a name to the id of an account."""

    def __init__(self, url: str, folder: Path, people: int, **accounts: dict[str, Any]) -> None:
        settings = Settings(data_dir=folder, database_url=url, secret_keys=generate())
        plugins = Plugins.load()
        self.core = build_core(settings, clock=FixedClock(shop.END), plugins=plugins)
        migrations.upgrade(self.core.db, plugins)
        self._policy()
        for start in range(0, people, _CHUNK):
            self._customers(range(start, min(start + _CHUNK, people)))
        self.accounts = {name: self._account(name, config) for name, config in accounts.items()}

    def prepared(self, account: str) -> int:
        """A campaign in force whose messages are all due."""
        core = self.core
        definition = {
            "message_class": "advertising",
            "account_id": self.accounts[account],
            "content": mails.CONTENT,
            "audience": EVERYBODY,
            "delivery": {"kind": "once"},
        }
        with core.db.unit() as session:
            campaign = service.create(core, session, "campaign", definition, actor="bench").id
            service.launch(core, session, campaign, actor="bench")
        while enrolment.enrol_audience(core, campaign):
            pass
        return campaign

    def send(self, campaign: int, count: int, senders: Senders | None = None) -> bool:
        """What one worker does until nothing is due, or several; whether everybody was sent their mail."""
        if senders:
            senders.send(campaign)
        while sending.send_due(self.core, campaign):
            pass
        with self.core.db.read() as session:
            return reports.standing(session, campaign).states[State.SENT] == count

    def _policy(self) -> None:
        with self.core.db.unit() as session:
            identify_shop(session, now=shop.END)
            for policy in ("quiet_hours", "cooldown"):
                session.merge(PolicySetting(id=policy, enabled=False, params={}))

    def _customers(self, numbers: range) -> None:
        now = shop.END
        with self.core.db.unit() as session:
            made = customers.upsert(session, [_profile(n) for n in numbers], now=now)
            for each in made:
                consent.record(
                    session, each.id or 0, channel="email", purpose="advertising", granted=True,
                    at=now, source="bench",
                )  # fmt: skip

    def _account(self, name: str, config: dict[str, Any]) -> int:
        with self.core.db.unit() as session:
            return self.core.accounts.create(
                session, provider="email_smtp", label=name, values=config, actor="bench"
            ).id


def _profile(n: int) -> Profile:
    return Profile(
        external_id=f"c{n}",
        email=f"c{n}@example.com",
        name=f"고객{n}",
        attributes={"grade": "VIP", "points": n},
    )


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    server = EmbeddedPostgres()
    try:
        yield server.start().create_database()
    finally:
        server.stop()
