"""A source that a test plays, and shops with an account of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

import pytest
from marshmallow import fields

from growthcore.api import (
    ConfigSchema,
    Part,
    Pulled,
    Secret,
    Source,
    Text,
    labelled,
)
from growthcore.plugins.providers import SOURCE
from growthcore.testing.plugins import a_plugin


class Config(ConfigSchema):
    shop = fields.String(required=True, metadata=labelled(Text("쇼핑몰", "Shop")))
    key = Secret(required=True, metadata=labelled(Text("키", "Key")))


class Shelf:
    """What the other side holds: ``members``, two a page. ``says`` is raised instead of a page."""

    def __init__(self):
        self.members = [f"m{number}" for number in range(5)]
        self.rows = {}
        self.says = None
        self.pulls = []
        self.received = []
        self.breaks_on = b"poison"


class Played(Source):
    """Two parts: customers, two a page, and orders, one purchase a member on one page."""

    shelf: ClassVar[Shelf]
    id = "played"
    title = Text("가게", "A shop")
    Config = Config

    @property
    def parts(self):
        return [
            Part(id="customers", title=Text("회원", "Members"), renewed_every=timedelta(days=1)),
            Part(id="orders", title=Text("주문", "Orders")),
        ]

    def pull(self, part, cursor, importer):
        self.shelf.pulls.append((part, cursor))
        if part == "orders":
            importer.events([order(each) for each in self.shelf.members])
            self._speak()
            return Pulled(cursor={}, done=True, count=len(self.shelf.members))
        begin = cursor["at"] if cursor else 0
        page = self.shelf.members[begin : begin + 2]
        importer.customers([self.shelf.rows.get(each) or member(each) for each in page])
        self._speak()
        at = begin + len(page)
        total = len(self.shelf.members)
        return Pulled(cursor={"at": at}, done=at >= total, count=len(page), total=total)

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        return headers.get("X-Key") == self.context.config["key"]

    def receive(self, webhooks: Sequence, importer):
        if any(each.body == self.shelf.breaks_on for each in webhooks):
            raise ZeroDivisionError
        self._speak()
        self.shelf.received += webhooks
        importer.events(
            [
                {
                    "id": each.key,
                    "name": "add_to_cart",
                    "time": each.received_at.isoformat(),
                    "customer": each.body.decode(),
                    "items": [{"product_id": "P1"}],
                }
                for each in webhooks
            ]
        )

    def _speak(self):
        if self.shelf.says:
            raise self.shelf.says


def member(external_id):
    return {
        "external_id": external_id,
        "email": f"{external_id}@example.com",
        "consents": [{"channel": "email", "granted": True, "at": "2026-01-01T00:00:00+09:00"}],
    }


def order(external_id):
    return {
        "id": f"order-{external_id}",
        "name": "purchase",
        "time": "2026-02-01T00:00:00+09:00",
        "customer": external_id,
        "order_id": f"O-{external_id}",
        "value": 1000,
    }


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def offered(shelf):
    source = type("OurShop", (Played,), {"shelf": shelf})
    return [a_plugin("played", growthcore_sources=lambda: [source])]


@pytest.fixture
def account_of():
    """Configures the source in a shop; returns the account's id."""

    def make(core):
        with core.db.unit() as session:
            account = core.accounts.create(
                session,
                provider="played",
                label="우리 가게",
                values={"shop": "ours", "key": "s3cret"},
                actor="test",
                kind=SOURCE,
            )
        return account.id

    return make


@pytest.fixture
def core(make_core, sqlite_database, offered):
    return make_core(sqlite_database, offered)


@pytest.fixture
def account(core, account_of):
    return account_of(core)
