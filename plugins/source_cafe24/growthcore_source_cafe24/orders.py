"""Orders: by windows of days, and each as a purchase with the refunds of its items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from growthcore.api import ConfigError, Importer, Pulled
from growthcore.api.values import JSON
from growthcore_source_cafe24.mall import Mall
from growthcore_source_cafe24.wire import KST, Record, flag, instant, iso, minor, plain

DATES: Final = ("order_date", "cancel_complete_date", "refund_complete_date")
"""By which days orders are asked for, as nothing tells which changed."""
WINDOW: Final = timedelta(days=89)
"""Three months are the most; February to April has 89 days."""
FURTHEST: Final = 15_000
"""The largest offset."""
LIVE: Final = timedelta(minutes=10)
"""So long an order is left to its webhook, that campaigns can react to; then a pull takes it."""
EMBED: Final = "items,buyer"
_ENDED: Final = frozenset({"C40", "C47", "C48", "C49", "R40"})
"""Cancelled, before or after payment, or taken back."""
_DISCOUNTS: Final = (
    "coupon_discount_price",
    "membership_discount_amount",
    "set_product_discount_amount",
    "app_discount_amount",
)
_MOST_ITEMS: Final = 200


class Windows:
    """A pull of orders: first which windows of days there are, then page by page of each."""

    def __init__(self, mall: Mall, importer: Importer, now: datetime, size: int) -> None:
        self._mall, self._importer, self._now, self._size = mall, importer, now, size

    def page(self, cursor: JSON | None, months: int) -> Pulled:
        """One page; the first is the plan."""
        if cursor is None:
            first = self._today - timedelta(days=31 * months)
            return self._plan(DATES[:1], first)
        if "windows" not in cursor:
            # A day more: an order may have been too new for the last pull.
            first = date.fromisoformat(cursor["until"]) - timedelta(days=1)
            return self._plan(DATES, first)
        return self._fetch(cursor)

    @property
    def _today(self) -> date:
        return self._now.astimezone(KST).date()

    def _plan(self, kinds: Sequence[str], first: date) -> Pulled:
        windows = [window for kind in kinds for window in self._windows(kind, first)]
        until = self._today.isoformat()
        total = sum(count for *_, count in windows)
        told = [[kind, begin.isoformat(), end.isoformat()] for kind, begin, end, _ in windows]
        if not told:
            return Pulled(cursor={"until": until}, done=True, total=total)
        cursor = {"windows": told, "offset": 0, "until": until}
        return Pulled(cursor=cursor, done=False, total=total)

    def _windows(self, kind: str, first: date) -> Iterator[tuple[str, date, date, int]]:
        """Windows with something in them, none with more than can be paged through."""
        begin, length = first, WINDOW
        while begin <= self._today:
            end = min(begin + length - timedelta(days=1), self._today)
            count = self._mall.counted("orders", **_span(kind, begin, end))
            if count > FURTHEST and end > begin:
                length = (end - begin + timedelta(days=1)) // 2
                length = max(timedelta(days=length.days), timedelta(days=1))
                continue
            if count > FURTHEST + self._size:
                raise ConfigError(
                    f"Cafe24 can't list the {count:,} orders of {begin:%Y-%m-%d}; "
                    "import those of that day from a file."
                )
            if count:
                yield kind, begin, end, count
            begin, length = end + timedelta(days=1), WINDOW

    def _fetch(self, cursor: JSON) -> Pulled:
        (kind, begin, end), *rest = cursor["windows"]
        span = _span(kind, date.fromisoformat(begin), date.fromisoformat(end))
        found = self._mall.listed(
            "orders", **span, embed=EMBED, limit=self._size, offset=cursor["offset"]
        )
        newest = iso(self._now - LIVE)
        take(self._importer, [each for each in found if _placed(each) <= newest])
        further = cursor["offset"] + self._size
        if len(found) == self._size and further <= FURTHEST:
            return Pulled(cursor={**cursor, "offset": further}, done=False, count=len(found))
        if rest:
            cursor = {**cursor, "windows": rest, "offset": 0}
            return Pulled(cursor=cursor, done=False, count=len(found))
        return Pulled(cursor={"until": cursor["until"]}, done=True, count=len(found))


def again(mall: Mall, importer: Importer, numbers: Sequence[str], size: int) -> None:
    """Fetch orders anew by their numbers."""
    for first in range(0, len(numbers), size):
        wanted = ",".join(numbers[first : first + size])
        take(importer, mall.listed("orders", order_id=wanted, embed=EMBED, limit=size))


def take(importer: Importer, orders: Sequence[Record]) -> None:
    """Import orders."""
    rows = [row for order in orders for row in rows_of(order)]
    if rows:
        importer.events(rows)


def rows_of(order: Record) -> Iterator[JSON]:
    """The purchase, and a refund an item that was cancelled or taken back.

    A guest's order is nobody's: it counts, and no customer is made of who ordered.
    """
    currency = str(order.get("currency") or "KRW")
    items: list[Record] = order.get("items") or []
    value, lines = _worth(order, items, currency), [_line(item, currency) for item in items]
    common = {"order_id": order["order_id"], "currency": currency, **_customer(order)}
    yield {
        **common,
        "id": f"order:{order['order_id']}",
        "name": "purchase",
        "time": order["order_date"],
        "value": value,
        "items": lines[:_MOST_ITEMS],
        "properties": _properties(order),
    }
    for item, line, share in zip(items, lines, _shares(value, lines), strict=True):
        if item.get("order_status") in _ENDED:
            yield {
                **common,
                "id": f"refund:{item['order_item_code']}",
                "name": "refund",
                "time": _ended_at(order, item),
                "value": share,
                "items": [line],
            }


def _span(kind: str, begin: date, end: date) -> dict[str, str]:
    return {"date_type": kind, "start_date": begin.isoformat(), "end_date": end.isoformat()}


def _placed(order: Record) -> str:
    at = instant(order["order_date"])
    return iso(at) if at else ""


def _customer(order: Record) -> dict[str, str]:
    return {"customer": order["member_id"]} if order.get("member_id") else {}


def _properties(order: Record) -> dict[str, Any]:
    return {
        "paid": flag(order.get("paid")),
        "first_order": flag(order.get("first_order")),
        "mobile": flag(order.get("order_from_mobile")),
        "payment_method": ",".join(order.get("payment_method") or []),
    }


def _worth(order: Record, items: Sequence[Record], currency: str) -> int:
    """The goods less discounts, without delivery; points count as money, as they were paid with."""
    amounts: Mapping[str, Any] = order.get("initial_order_amount") or {}
    goods = minor(amounts.get("order_price_amount"), currency)
    if goods is None:
        return sum(_price(item, currency) * int(item["quantity"]) for item in items)
    return max(0, goods - sum(minor(amounts.get(each), currency) or 0 for each in _DISCOUNTS))


def _shares(value: int, lines: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """What each line is of the order's value, so that all of them are exactly that."""
    gross = [line["price"] * line["quantity"] for line in lines]
    whole, behind = sum(gross), 0
    for each in gross:
        before, behind = behind, behind + each
        yield (value * behind // whole - value * before // whole) if whole else 0


def _line(item: Record, currency: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "product_id": str(item["product_no"]),
        "quantity": max(1, int(item.get("quantity") or 1)),
        "price": _price(item, currency),
    }
    name = plain(item.get("product_name"), 300)
    return {**line, "name": name} if name else line


def _price(item: Record, currency: str) -> int:
    parts = (minor(item.get(name), currency) or 0 for name in ("product_price", "option_price"))
    return max(0, sum(parts))


def _ended_at(order: Record, item: Record) -> str:
    dates = (item.get("refund_date"), item.get("cancel_date"), order.get("cancel_date"))
    return next((str(each) for each in dates if each), str(order["order_date"]))
