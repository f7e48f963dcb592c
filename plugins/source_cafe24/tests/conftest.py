"""A Cafe24 mall of the sandbox, without a network, and the source that fetches from it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields
from datetime import timedelta

import pytest
from werkzeug.test import Client

from growthcore.clock import FixedClock
from growthcore.sandbox.cafe24 import Cafe24Settings, create
from growthcore.testing.fakes import FakeConnections, FakeResponse, context_for
from growthcore.testing.sources import MemoryImporter
from growthcore.testing.values import START
from growthcore_source_cafe24.source import Cafe24Source

KEY = "ExampleWebhookKey0000"
MALL = Cafe24Settings(
    customers=40,
    products=12,
    orders=60,
    slots=100_000,
    small_buckets={},
    usage_calls=1_000_000,
    access_life=timedelta(days=30),
    rate=1e-9,  # the clock is set back for each test
)


class Connection:
    """An authorised way into the sandbox; ``asked`` are the paths and queries."""

    def __init__(self, mall):
        self.token = mall.tokens.issue().access
        self.client = Client(mall)
        self.asked = []
        self.connected = True

    def request(self, method, path, *, query=(), body=None):
        self.asked.append((path, dict(query)))
        response = self.client.open(
            f"/api/v2{path}",
            method=method,
            query_string=list(query),
            headers={"authorization": f"Bearer {self.token}"},
            json=body,
        )
        return FakeResponse(response.status_code, response.data)

    def disconnect(self):
        self.connected = False


@pytest.fixture(scope="session")
def _opened():
    """The stand-in is costly to make: tests share it, and each finds the mall as it was seeded."""
    clock = FixedClock(START)
    sandbox = create(MALL, phones=None, clock=clock)
    seeded = {each.name: getattr(sandbox.mall, each.name) for each in fields(sandbox.mall)}
    kept = {name: value for name, value in seeded.items() if name not in ("lock", "settings")}
    return sandbox, clock, deepcopy(kept)


@pytest.fixture
def sandbox(_opened):
    sandbox, clock, seeded = _opened
    clock.at = START
    vars(sandbox.mall).update(deepcopy(seeded))
    return sandbox


@pytest.fixture
def clock(_opened, sandbox):
    return _opened[1]


@pytest.fixture
def connection(sandbox):
    return Connection(sandbox)


@pytest.fixture
def make(connection, clock):
    """Builds the source, each time anew; ``page`` members and orders a page."""

    def build(page=None, **config):
        context = context_for(
            Cafe24Source,
            {"connection": 7, "webhook_key": KEY, **config},
            clock=clock,
            connections=FakeConnections({7: connection}),
        )
        source = Cafe24Source(context)
        if page:
            source.members_a_page = source.orders_a_page = page
        return source

    return build


@pytest.fixture
def importer():
    return MemoryImporter()
