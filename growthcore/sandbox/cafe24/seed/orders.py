"""Orders with their items and buyers."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import KST, Record, flag, iso, won

FREE_SHIPPING, SHIPPING = 50_000, 3_000
_GUESTS = 0.15
_STEPS = (
    ("shipped_date", timedelta(days=1), "N30"),
    ("delivered_date", timedelta(days=3), "N40"),
    ("purchaseconfirmation_date", timedelta(days=10), "N50"),
)


def orders(
    settings: Cafe24Settings,
    source: random.Random,
    now: datetime,
    members: Sequence[Record],
    products: Sequence[Record],
) -> list[Record]:
    """The orders of the last ``days``, oldest first."""
    ages = sorted(source.uniform(0.02, settings.days) for _ in range(settings.orders))
    weights = [*accumulate(source.paretovariate(1.2) for _ in members)]
    made: list[Record] = []
    for number, age in enumerate(reversed(ages), 1):
        at = now - timedelta(days=age)
        buyer = source.choices(members, cum_weights=weights)[0] if members else None
        guest = buyer is None or source.random() < _GUESTS or buyer["created_date"] > iso(at)
        lines = [
            (product, source.choice(product["variants"]), source.choice((1, 1, 1, 2)))
            for product in source.sample(products, min(len(products), source.randint(1, 3)))
        ]
        order = order_record(number, at, lines, _guest(number) if guest else buyer)
        _age(order, at, now, source)
        made.append(order)
    _mark_first(made)
    return made


def order_record(
    number: int,
    at: datetime,
    lines: Sequence[tuple[Record, Record, int]],
    buyer: Mapping[str, Any] | None,
    *,
    paid: bool = True,
) -> Record:
    """An order of (product, variant, quantity) each; its parts are under items, buyer, receivers.

    ``buyer`` is a member, or somebody without a ``member_id``.
    """
    who = buyer or _guest(number)
    order_id = f"{at.astimezone(KST):%Y%m%d}-{number:07}"
    amounts = _amounts(sum(_cost(line) for line in lines), paid)
    phone = number % 3 > 0
    return {
        "shop_no": 1,
        "currency": "KRW",
        "order_id": order_id,
        "member_id": who.get("member_id", ""),
        "member_email": who["email"],
        "member_authentication": who.get("member_authentication", ""),
        "initial_order_amount": dict(amounts),
        "actual_order_amount": amounts,
        "billing_name": who["name"],
        **_payment(at, paid),
        "canceled": "F",
        "order_date": iso(at),
        "first_order": "F",
        "order_from_mobile": flag(phone),
        "payment_amount": amounts["payment_amount"],
        "cancel_date": None,
        "order_place_name": "모바일웹" if phone else "PC쇼핑몰",
        "order_place_id": "mobile" if phone else "self",
        "group_no_when_ordering": who.get("group_no", 0),
        "shipping_type": "A",
        "shipping_status": "F",
        "items": [_item(order_id, place, line, at, paid) for place, line in enumerate(lines, 1)],
        "buyer": _buyer(who),
        "receivers": [_receiver(who)],
    }


def _payment(at: datetime, paid: bool) -> Record:
    return {
        "payment_method": ["card" if paid else "cash"],
        "payment_method_name": ["카드" if paid else "무통장입금"],
        "paid": flag(paid),
        "payment_date": iso(at) if paid else None,
    }


def _amounts(goods: int, paid: bool) -> Record:
    shipping = 0 if goods >= FREE_SHIPPING else SHIPPING
    nothing = ("points_spent", "credits_spent", "membership_discount")
    return {
        "order_price_amount": won(goods),
        "shipping_fee": won(shipping),
        **{f"{name}_amount": won(0) for name in nothing},
        "coupon_discount_price": won(0),
        "total_amount_due": won(0 if paid else goods + shipping),
        "payment_amount": won(goods + shipping if paid else 0),
    }


def _cost(line: tuple[Record, Record, int]) -> int:
    product, variant, quantity = line
    return quantity * (amount(product["price"]) + amount(variant["additional_amount"]))


def amount(money: str) -> int:
    """Money as won: 1000 for "1000.00"."""
    return int(money.partition(".")[0])


def _item(
    order_id: str, place: int, line: tuple[Record, Record, int], at: datetime, paid: bool
) -> Record:
    product, variant, quantity = line
    return {
        "shop_no": 1,
        "item_no": place,
        "order_item_code": f"{order_id}-{place:02}",
        "variant_code": variant["variant_code"],
        "product_no": product["product_no"],
        "product_code": product["product_code"],
        "product_name": product["product_name"],
        "option_value": ", ".join(f"{o['name']}={o['value']}" for o in variant["options"]),
        "product_price": product["price"],
        "option_price": variant["additional_amount"],
        "quantity": quantity,
        # Null unless the mall calculates discounts by itself.
        "payment_amount": None,
        "coupon_discount_price": won(0),
        "additional_discount_price": won(0),
        "order_status": "N20" if paid else "N00",
        "tracking_no": None,
        "ordered_date": iso(at),
        "shipped_date": None,
        "delivered_date": None,
        "purchaseconfirmation_date": None,
        "cancel_date": None,
        "refund_date": None,
        "gift": "F",
    }


def _buyer(who: Mapping[str, Any]) -> Record:
    return {
        "shop_no": 1,
        "member_id": who.get("member_id", ""),
        "member_group_no": who.get("group_no"),
        "name": who["name"],
        "email": who["email"],
        "phone": who.get("phone", ""),
        "cellphone": who["cellphone"],
    }


def _receiver(who: Mapping[str, Any]) -> Record:
    return {
        "shop_no": 1,
        "name": who["name"],
        "cellphone": who["cellphone"],
        "zipcode": who.get("zipcode", ""),
        "address1": who.get("address1", ""),
        "address2": "",
        "shipping_message": "",
    }


def _guest(number: int) -> Record:
    return {
        "name": "비회원",
        "email": f"guest{number}@example.net",
        "cellphone": f"010-09{number // 10_000 % 100:02}-{number % 10_000:04}",
    }


def _age(order: Record, at: datetime, now: datetime, source: random.Random) -> None:
    """Let happen to the order what has happened since."""
    fate = source.random()
    if fate < 0.06:
        end(order, "C40", at + timedelta(hours=2))
        return
    for name, after, status in _STEPS:
        if at + after > now:
            return
        advance(order, name, at + after, status)
        if fate < 0.1 and status == "N40" and now - at > timedelta(days=8):
            end(order, "R40", at + timedelta(days=7))
            return


def advance(order: Record, name: str, at: datetime, status: str) -> None:
    """Move every item to a state, with the date of it."""
    for item in order["items"]:
        item[name] = iso(at)
        item["order_status"] = status
        item["tracking_no"] = item["tracking_no"] or f"{order['order_id'][-7:]}00001"
    order["shipping_status"] = "T"


def end(order: Record, status: str, at: datetime) -> None:
    """Cancel (C40) or take back (R40) the whole order, and pay it back."""
    for item in order["items"]:
        item["order_status"] = status
        item["cancel_date"] = iso(at) if status == "C40" else None
        item["refund_date"] = iso(at)
    if status == "C40":
        order["canceled"], order["cancel_date"] = "T", iso(at)
    order["actual_order_amount"] = {name: won(0) for name in order["actual_order_amount"]}


def _mark_first(made: Sequence[Record]) -> None:
    seen: set[str] = set()
    for order in made:
        if (who := order["member_id"]) and who not in seen:
            order["first_order"] = "T"
            seen.add(who)
