"""A shop with processes of its own, and words for what befalls them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from growthcore.app import build_core
from growthcore.campaigns import service
from growthcore.db import migrations
from growthcore.messaging.models import PolicySetting
from growthcore.plugins.secrets import generate
from growthcore.settings import Settings
from growthcore.worker.embedded import EmbeddedValkey, running_url

EVERYBODY = {
    "not": {
        "condition": "customer_attribute",
        "params": {"attribute": "never", "operator": "exists"},
    }
}


@pytest.fixture
def shop(tmp_path):
    """A shop with a queue of its own."""
    with EmbeddedValkey(tmp_path / "data"):
        url = running_url(tmp_path / "data")
        settings = Settings(
            data_dir=tmp_path / "data", redis_url=url, lease_seconds=2, secret_keys=generate()
        )
        core = build_core(settings)
        migrations.upgrade(core.db, core.plugins)
        yield build_core(settings)


def _process(shop, *arguments):
    environment = os.environ | {
        "GROWTHCORE_DATA_DIR": str(shop.settings.data_dir),
        "GROWTHCORE_REDIS_URL": shop.settings.redis_url,
        "GROWTHCORE_LEASE_SECONDS": str(shop.settings.lease_seconds),
        "GROWTHCORE_SECRET_KEYS": shop.settings.secret_keys,
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


@pytest.fixture
def launch(shop):
    """Launches a campaign to everybody, whatever the hour; returns its id."""

    def launched(account_id, content):
        definition = {
            "message_class": "informational",
            "account_id": account_id,
            "content": content,
            "audience": EVERYBODY,
            "delivery": {"kind": "once"},
        }
        with shop.db.unit() as session:
            # These tests are about processes: no night and no cooldown.
            for policy in ("quiet_hours", "cooldown"):
                session.merge(PolicySetting(id=policy, enabled=False, params={}))
            campaign = service.create(shop, session, "everybody", definition, actor="test")
            service.launch(shop, session, campaign.id, actor="test")
        return campaign.id

    return launched


@pytest.fixture
def wait():
    """Waits until something is so; a test that waits in vain fails."""

    def until(condition, seconds):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it took too long"
            time.sleep(0.1)

    return until
