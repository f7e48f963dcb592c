"""Members: their marketing flags, their personal data, their groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.wire import Record, Refused, iso

_MARKETING = (
    "shop_no",
    "member_id",
    "group_no",
    "member_authentication",
    "use_blacklist",
    "blacklist_type",
    "authentication_method",
    "sms",
    "news_mail",
    "solar_calendar",
    "total_points",
    "available_points",
    "used_points",
    "last_login_date",
    "gender",
    "use_mobile_app",
    "available_credits",
    "created_date",
    "fixed_group",
)
_DATES = {
    "join": "created_date",
    "login": "last_login_date",
    "age": "birthday",
    "account_reactivation": "account_reactivation_date",
    "wedding": "wedding_anniversary",
}
_EQUAL = ("sms", "news_mail", "thirdparty_agree", "group_no", "gender", "join_path", "fixed_group")
_LIMIT, _OFFSET = (30, 1000), 8000
_MASKED = {"name": 1, "phone": 4, "cellphone": 4, "email": 2, "address1": 3, "address2": 0}


def register(api: Api) -> None:
    """The endpoints."""
    api.add("GET", "/customers", "mall.read_customer", _customers)
    api.add("GET", "/customersprivacy", "mall.read_privacy", _privacy)
    api.add("GET", "/customersprivacy/count", "mall.read_privacy", _count)
    api.add("GET", "/customersprivacy/<member_id>", "mall.read_privacy", _one)
    api.add("GET", "/customergroups", "mall.read_customer", _groups)


def _customers(call: Call) -> Body:
    ids = call.query.several("member_id")
    phones = {digits(each) for each in call.query.several("cellphone")}
    if not ids and not phones:
        raise call.query.missing("member_id")
    found = [
        {name: who[name] for name in _MARKETING}
        for who in call.mall.members.values()
        if who["member_id"] in ids or digits(who["cellphone"]) in phones
    ]
    return {"customers": [call.fields(each) for each in found]}


def _privacy(call: Call) -> Body:
    kind = call.query.choice("search_type", ("customer_info", "created_date"), "customer_info")
    found = _walk(call) if kind == "created_date" else _search(call)
    offset = 0 if kind == "created_date" else _OFFSET
    return call.paged("customersprivacy", found, _teller(call), limit=_LIMIT, offset=offset)


def _walk(call: Call) -> Iterator[Record]:
    """Everybody from a join date on, the earliest first."""
    begin = call.query.moment("created_start_date")
    if begin is None:
        raise call.query.missing("created_start_date")
    joined = sorted(call.mall.members.values(), key=lambda who: who["created_date"])
    for who in joined:
        same = call.settings.created_start_inclusive and who["created_date"] == iso(begin)
        if same or who["created_date"] > iso(begin):
            yield who


def _search(call: Call) -> Iterator[Record]:
    """Who fits the filters, the latest first."""
    query = call.query
    ids = query.several("member_id")
    equal = {name: query.text(name) for name in _EQUAL if query.text(name)}
    span = query.span("start_date", "end_date")
    date = _DATES[query.choice("date_type", [*_DATES], "join")]
    for who in sorted(call.mall.members.values(), key=_joined, reverse=True):
        if ids and who["member_id"] not in ids:
            continue
        if any(str(who[name]) != value for name, value in equal.items()):
            continue
        if span is None or _between(span, who[date]):
            yield who


def _joined(who: Mapping[str, Any]) -> str:
    return f"{who['created_date']} {who['member_id']}"


def _between(span: tuple[str, str], value: str | None) -> bool:
    """Whether a time is in the span; a day is when the days are."""
    if not value:
        return False
    first, last = (each[: len(value)] for each in span)
    return first <= value <= last


def _count(call: Call) -> Body:
    return {"count": sum(1 for _ in _search(call))}


def _one(call: Call, member_id: str) -> Body:
    who = call.mall.members.get(member_id)
    if who is None:
        raise Refused(404, call.settings.messages[404])
    return {"customersprivacy": call.fields(_teller(call)(who))}


def _teller(call: Call) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    return _masked if call.settings.mask_privacy else lambda who: who


def _masked(who: Mapping[str, Any]) -> Record:
    """Of what is personal only the first characters stay: "홍**"."""
    return {
        name: value[: _MASKED[name]] + "*" * len(value[_MASKED[name] :])
        if name in _MASKED
        else value
        for name, value in who.items()
    }


def _groups(call: Call) -> Body:
    return {"customergroups": [call.fields(each) for each in call.mall.groups]}


def digits(phone: str) -> str:
    """A telephone number without hyphens."""
    return phone.replace("-", "")
