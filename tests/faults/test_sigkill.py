"""Workers and scheduler killed at random points while 5,000 messages go out."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from growthcore.app import build_core
from growthcore.campaigns import reports, service
from growthcore.customers.models import Customer
from growthcore.db import migrations
from growthcore.messaging import recovery, statistics
from growthcore.messaging.models import LEDGER, PolicySetting
from growthcore.settings import Settings
from growthcore.worker.embedded import EmbeddedValkey, running_url

CUSTOMERS = 5_000
KILLS = 8
IN_FLIGHT = 100


@pytest.fixture
def shop(tmp_path):
    """A shop with its own queue and 5,000 customers, and a campaign to all of them."""
    with EmbeddedValkey(tmp_path / "data"):
        url = running_url(tmp_path / "data")
        settings = Settings(data_dir=tmp_path / "data", redis_url=url, lease_seconds=2)
        core = build_core(settings)
        migrations.upgrade(core.db, core.plugins)
        yield build_core(settings)


def _process(shop, *arguments):
    environment = os.environ | {
        "GROWTHCORE_DATA_DIR": str(shop.settings.data_dir),
        "GROWTHCORE_REDIS_URL": shop.settings.redis_url,
        "GROWTHCORE_LEASE_SECONDS": str(shop.settings.lease_seconds),
    }
    return subprocess.Popen([sys.executable, "-m", "growthcore.cli", *arguments], env=environment)


class Crew:
    """The processes of the shop; each killed one is replaced at once."""

    ROLES = (
        ("scheduler",),
        ("worker", "--queue", "background"),
        ("worker", "--queue", "send"),
        ("worker", "--queue", "send"),
    )

    def __init__(self, shop):
        self._shop = shop
        self.processes = [_process(shop, *role) for role in self.ROLES]

    def kill(self, number):
        self.processes[number].kill()
        self.processes[number].wait()
        self.processes[number] = _process(self._shop, *self.ROLES[number])

    def end(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(30)


@pytest.fixture
def crew(shop):
    crew = Crew(shop)
    yield crew
    for process in crew.processes:
        process.kill()
        process.wait()


def _campaign(shop, path):
    now = shop.clock.now()
    with shop.db.unit() as session:
        session.add_all(
            Customer(external_id=f"c{n}", email=f"c{n}@example.com", created_at=now, updated_at=now)
            for n in range(CUSTOMERS)
        )
    with shop.db.unit() as session:
        account = shop.accounts.create(
            session,
            provider="file",
            label="file",
            values={"path": str(path), "pace": 2_000},
            actor="test",
        )
    with shop.db.unit() as session:
        campaign = service.create(
            shop,
            session,
            "everybody",
            {
                "message_class": "informational",
                "account_id": account.id,
                "content": {"body": "안녕하세요 #{USER_ID}님"},
                "audience": {
                    "not": {
                        "condition": "customer_attribute",
                        "params": {"attribute": "never", "operator": "exists"},
                    }
                },
                "delivery": {"kind": "once"},
            },
            actor="test",
        )
        _no_night(session)
        service.launch(shop, session, campaign.id, actor="test")
    return campaign.id


def _no_night(session):
    """No night and no cooldown: this test is about processes, whatever the hour."""
    for policy in ("quiet_hours", "cooldown"):
        session.add(PolicySetting(id=policy, enabled=False, params={}))


def _wait(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def test_the_ledger_adds_up_and_nobody_gets_two_whatever_is_killed(shop, crew, tmp_path):
    path, chance = tmp_path / "sent.jsonl", random.Random(os.environ.get("SEED", "growth"))
    campaign_id = _campaign(shop, path)

    def standing():
        with shop.db.read() as session:
            return reports.standing(session, campaign_id)

    for kill in range(KILLS):
        # In the thick of it: some more has gone out since the last one died.
        _wait(lambda: standing().states["sent"] >= kill * CUSTOMERS // (KILLS + 2), 120)  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.2))
        crew.kill(chance.randrange(len(crew.processes)))
    _wait(lambda: standing().targets == CUSTOMERS and standing().pending == 0, 180)
    crew.end()

    found = standing()
    assert found.targets == CUSTOMERS == sum(found.states.values())
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    references = [line["reference"] for line in lines]
    assert len(references) == len(set(references)), "somebody was sent two"
    with shop.db.read() as session:
        listed = recovery.uncertain(session, limit=1000)
        sent = set(session.scalars(select(LEDGER.c.id).where(LEDGER.c.state == "sent")))
        assert not statistics.differences(session)
    assert len(listed) == found.states["uncertain"] <= KILLS * IN_FLIGHT
    in_file = {int(reference.rsplit("-", 1)[1]) for reference in references}
    assert sent <= in_file, "something counts as sent that nobody has"
    assert in_file <= sent | {message.id for message in listed}
