"""The source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar, Final

from growthcore.api import (
    Connection,
    Importer,
    Part,
    ProviderContext,
    Pulled,
    Source,
    Text,
    Webhook,
)
from growthcore.api.values import JSON
from growthcore_source_cafe24 import customers, orders, products, webhooks
from growthcore_source_cafe24.mall import Mall
from growthcore_source_cafe24.schema import ERASE, Config
from growthcore_source_cafe24.webhooks import Told
from growthcore_source_cafe24.wire import iso

_MEMBERS_AT_ONCE: Final = 100

PARTS: Final = (
    # Nothing tells of a member who changed but webhooks, of which one may get lost.
    Part(id="customers", title=Text("회원", "Members"), renewed_every=timedelta(days=1)),
    Part(id="products", title=Text("상품", "Products"), renewed_every=timedelta(days=7)),
    Part(id="orders", title=Text("주문", "Orders")),
)


class Cafe24Source(Source):
    """One mall's members, products, orders and carts."""

    id = "cafe24"
    title = Text("카페24", "Cafe24")
    help = Text(
        "카페24 쇼핑몰의 회원, 상품, 주문을 가져오고 변경을 웹훅으로 받습니다.",
        "Fetches a Cafe24 mall's members, products and orders, and hears of changes by webhooks.",
    )
    Config = Config
    members_a_page: ClassVar[int] = 1_000
    orders_a_page: ClassVar[int] = 200

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self.mall = Mall(self.connection, context.state)

    @property
    def parts(self) -> Sequence[Part]:
        """Those that are switched on."""
        return [part for part in PARTS if self.context.config[part.id]]

    def connection(self) -> Connection:
        """The mall's connection."""
        return self.context.connections.get(self.context.config["connection"])

    def verify(self) -> None:
        """Ask which shop it is."""
        self.context.state.update(lambda state: state.pop("shop", None))
        self.mall.shop  # noqa: B018 - asked for

    def pull(self, part: str, cursor: JSON | None, importer: Importer) -> Pulled:
        """One page of members, products or orders."""
        now = self.context.clock.now()
        if part == "customers":
            return customers.Walk(self.mall, importer, now, self.members_a_page).page(cursor)
        if part == "products":
            return products.page(self.mall, cursor, importer, now)
        pages = orders.Windows(self.mall, importer, now, self.orders_a_page)
        return pages.page(cursor, self.context.config["months"])

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it comes with the app's key."""
        return webhooks.is_authentic(headers, self.context.config["webhook_key"])

    def receive(self, webhooks_: Sequence[Webhook], importer: Importer) -> None:
        """Fetch anew whatever is said to have changed: how it stands is true whatever came first."""
        told = webhooks.read(webhooks_, self.mall.shop.mall_id)
        self._part_with(told, importer)
        if told.carts and self._hears_of_carts():
            importer.events(told.carts)
        if told.removed:
            self.context.log.warning("cafe24_app_removed")
            self.context.state.update(lambda state: state.pop("script_no", None))
            self.connection().disconnect()
            return
        self._fetch_again(told, importer)

    def _part_with(self, told: Told, importer: Importer) -> None:
        if not told.left or not self.context.config["customers"]:
            return
        if self.context.config["withdrawal"] == ERASE:
            importer.forget(told.left)
            return
        evidence = {"record": "Cafe24 webhook 90147", "reason": "the member left"}
        importer.customers(
            [
                {
                    "external_id": member_id,
                    "consents": [
                        {"channel": each, "granted": False, "at": iso(at), "evidence": evidence}
                        for each in ("sms", "email")
                    ],
                }
                for member_id, at in told.left.items()
            ]
        )

    def _hears_of_carts(self) -> bool:
        """Not when the script is in the shop: every addition would count twice."""
        return self.context.config["carts"] and "script_no" not in self.context.state.read()

    def _fetch_again(self, told: Told, importer: Importer) -> None:
        config = self.context.config
        if config["customers"]:
            stayed = [each for each in told.members if each not in told.left]
            for first in range(0, len(stayed), _MEMBERS_AT_ONCE):
                wanted = stayed[first : first + _MEMBERS_AT_ONCE]
                found = self.mall.listed(
                    customers.PATH, member_id=",".join(wanted), limit=_MEMBERS_AT_ONCE
                )
                noticed = [(each, told.members[each["member_id"]]) for each in found]
                customers.take(self.mall, importer, noticed)
        if config["products"]:
            products.again(self.mall, importer, list(told.products))
        if config["orders"]:
            orders.again(self.mall, importer, list(told.orders), _MEMBERS_AT_ONCE)
