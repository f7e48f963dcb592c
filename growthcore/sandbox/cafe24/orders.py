"""Orders, their items and buyers."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.wire import Record, Refused

_SCOPE = "mall.read_order"
_PARTS = ("items", "buyer", "receivers")
_ENDED = {"cancellation": "C", "return": "R", "exchange": "E"}
_EMBEDS = (*_PARTS, *_ENDED)
_OF_ORDER = {"order_date": "order_date", "pay_date": "payment_date", "cancel_date": "cancel_date"}
_OF_ITEMS = {
    "shipbegin_date": "shipped_date",
    "shipend_date": "delivered_date",
    "purchaseconfirmation_date": "purchaseconfirmation_date",
    "cancel_complete_date": "cancel_date",
    "refund_complete_date": "refund_date",
}
_MONTHS = 3


def register(api: Api) -> None:
    """The endpoints."""
    api.add("GET", "/orders", _SCOPE, _orders)
    api.add("GET", "/orders/count", _SCOPE, _count)
    api.add("GET", "/orders/<order_id>", _SCOPE, _one)
    api.add("GET", "/orders/<order_id>/items", _SCOPE, _items)
    api.add("GET", "/orders/<order_id>/buyer", _SCOPE, _buyer)


def _orders(call: Call) -> Body:
    found, limit = _found(call), (10, 1000)
    return call.paged("orders", found, _teller(call), limit=limit, offset=15_000, links=True)


def _count(call: Call) -> Body:
    return {"count": len(_found(call))}


def _found(call: Call) -> list[Record]:
    """The latest first."""
    query = call.query
    ids, members = query.several("order_id"), query.several("member_id")
    states = {*query.several("order_status")}
    in_span = _span(call) if not ids or query.text("start_date") else lambda _: True
    return [
        order
        for order in reversed(call.mall.orders.values())
        if (not ids or order["order_id"] in ids)
        and (not members or order["member_id"] in members)
        and (not states or states & {item["order_status"] for item in order["items"]})
        and in_span(order)
    ]


def _span(call: Call) -> Callable[[Record], bool]:
    """Whether an order is in the time that is asked for, of three months at most."""
    query = call.query
    span = query.span("start_date", "end_date")
    if span is None:
        raise query.missing("start_date")
    first, last = span
    if datetime.fromisoformat(last).date() > _months_on(datetime.fromisoformat(first)):
        raise query.invalid("end_date")
    kind = query.choice("date_type", [*_OF_ORDER, *_OF_ITEMS], "order_date")
    return lambda order: any(first <= each <= last for each in _dates(order, kind) if each)


def _months_on(at: datetime) -> date:
    """The same day three months later, or the last of that month."""
    years, month = divmod(at.month - 1 + _MONTHS, 12)
    year = at.year + years
    return date(year, month + 1, min(at.day, monthrange(year, month + 1)[1]))


def _dates(order: Mapping[str, Any], kind: str) -> list[str | None]:
    if kind in _OF_ORDER:
        return [order[_OF_ORDER[kind]]]
    return [item[_OF_ITEMS[kind]] for item in order["items"]]


def _teller(call: Call) -> Callable[[Mapping[str, Any]], Record]:
    """Tells an order with the parts that are to be embedded."""
    wanted = call.query.several("embed")
    if not {*wanted} <= {*_EMBEDS}:
        raise call.query.invalid("embed")
    left_out = {*_PARTS} - {*wanted}
    ended = {name: letter for name, letter in _ENDED.items() if name in wanted}

    def tell(order: Mapping[str, Any]) -> Record:
        told = {name: value for name, value in order.items() if name not in left_out}
        for name, letter in ended.items():
            told[name] = [i for i in order["items"] if i["order_status"].startswith(letter)]
        return told

    return tell


def _order(call: Call, order_id: str) -> Record:
    order = call.mall.orders.get(order_id)
    if order is None:
        raise Refused(404, call.settings.messages[404])
    return order


def _one(call: Call, order_id: str) -> Body:
    return {"order": call.fields(_teller(call)(_order(call, order_id)))}


def _items(call: Call, order_id: str) -> Body:
    return {"items": [call.fields(item) for item in _order(call, order_id)["items"]]}


def _buyer(call: Call, order_id: str) -> Body:
    return {"buyer": call.fields(_order(call, order_id)["buyer"])}
