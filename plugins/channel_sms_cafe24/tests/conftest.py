"""A Cafe24 mall of the sandbox, without a network, and the channel that sends through it."""

from copy import deepcopy
from decimal import Decimal

import pytest
from werkzeug.test import Client

from growthcore.api import Approval, Sender
from growthcore.clock import FixedClock
from growthcore.sandbox.cafe24 import Cafe24Settings, create
from growthcore.testing.fakes import FakeConnections, FakeDirectory, FakeResponse, context_for
from growthcore.testing.values import START
from growthcore_channel_sms_cafe24.channel import SmsCafe24

SENDERS = (
    Sender(key="3", label="070-0000-0003", approval=Approval.APPROVED),
    Sender(key="4", label="02-123-0004", approval=Approval.PENDING),
)
MALL = Cafe24Settings(
    customers=2, products=1, orders=0, slots=10_000, small_buckets={}, balance=Decimal(1_000)
)


class Connection:
    """An authorised way into the sandbox, without a network; ``problems`` come before it."""

    def __init__(self, mall):
        self.token = mall.tokens.issue().access
        self.client = Client(mall)
        self.calls = []
        self.problems = []

    def request(self, method, path, *, query=(), body=None):
        self.calls.append((method, path, body and body["request"]))
        if self.problems and path == "/admin/sms":
            problem = self.problems.pop(0)
            if isinstance(problem, Exception):
                raise problem
            if problem is not None:
                return problem
        response = self.client.open(
            f"/api/v2{path}",
            method=method,
            query_string=list(query),
            headers={"authorization": f"Bearer {self.token}"},
            json=body,
        )
        return FakeResponse(response.status_code, response.data)

    @property
    def sent(self):
        return [request for _, path, request in self.calls if path == "/admin/sms"]


class Phones(list):
    """The sandbox's inbox, in memory."""

    def add(self, message, *, received_at):
        self.append(message)


@pytest.fixture(scope="module")
def sandbox():
    """A mall and its inbox, shared: building one takes longer than a test."""
    phones = Phones()
    return create(MALL, phones=phones, clock=FixedClock(START)), phones


@pytest.fixture
def phones(sandbox):
    phones = sandbox[1]
    phones.clear()
    return phones


@pytest.fixture
def mall(sandbox):
    mall = sandbox[0].mall
    before = deepcopy((mall.senders, mall.sms_setting, mall.balance))
    yield sandbox[0]
    mall.senders, mall.sms_setting, mall.balance = before


@pytest.fixture
def connection(mall):
    return Connection(mall)


@pytest.fixture
def make(connection):
    """Builds the channel, each time anew."""

    def build():
        context = context_for(
            SmsCafe24,
            {"connection": 7, "sender": "3"},
            directory=FakeDirectory(SENDERS),
            connections=FakeConnections({7: connection}),
            state={"unsubscribe_phone": "0800000024"},
        )
        return SmsCafe24(context)

    return build


@pytest.fixture
def channel(make):
    return make()
