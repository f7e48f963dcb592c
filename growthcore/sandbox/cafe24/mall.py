"""Everything the mall holds, in memory."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import RLock

from growthcore.sandbox.cafe24.seed import goods, orders, people, rest
from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import Record


@dataclass(kw_only=True)
class Mall:
    """Records as the API tells them, by id where they have one. Hold ``lock`` to read or change."""

    settings: Cafe24Settings
    members: dict[str, Record]
    products: dict[int, Record]
    categories: list[Record]
    orders: dict[str, Record]
    carts: list[Record]
    wishes: list[Record]
    coupons: dict[str, Record]
    senders: dict[int, Record]
    sms_setting: Record
    balance: Decimal
    store: Record
    shops: list[Record]
    issues: list[Record] = field(default_factory=list)
    script_tags: dict[str, Record] = field(default_factory=dict)
    webhook_log: list[Record] = field(default_factory=list)
    receives: bool = True
    """Whether webhooks are sent."""
    installed: bool = True
    """Whether the app is."""
    lock: RLock = field(default_factory=RLock, repr=False)
    numbers: Counter[str] = field(default_factory=Counter, repr=False)

    def next_number(self, kind: str) -> int:
        """1, 2, 3 … of each kind, after what was seeded."""
        self.numbers[kind] += 1
        return self.numbers[kind]

    @property
    def groups(self) -> list[Record]:
        """The groups of members."""
        return [
            {"shop_no": 1, "group_no": number, "group_name": name} for number, name in people.GROUPS
        ]


def seeded(settings: Cafe24Settings, now: datetime) -> Mall:
    """A mall as it is at ``now``."""
    source = random.Random(settings.seed)  # noqa: S311 - the same mall every time
    members = people.members(settings, source, now)
    products = goods.products(settings, source, now)
    past = orders.orders(settings, source, now, members, products)
    carts = rest.carts(source, now, members, products)
    return Mall(
        settings=settings,
        members={each["member_id"]: each for each in members},
        products={each["product_no"]: each for each in products},
        categories=goods.categories(),
        orders={each["order_id"]: each for each in past},
        carts=carts,
        wishes=rest.wishes(source, now, members, products),
        coupons={each["coupon_no"]: each for each in rest.coupons(now)},
        senders={each["sender_no"]: each for each in rest.senders()},
        sms_setting=rest.sms_setting(),
        balance=settings.balance,
        store=rest.store(settings),
        shops=rest.shops(settings),
        numbers=Counter(order=len(past), cart=len(carts), coupon=3),
    )
