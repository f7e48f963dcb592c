"""Coupons, and giving them to members."""

from __future__ import annotations

from datetime import datetime, timedelta

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.seed.rest import coupon
from growthcore.sandbox.cafe24.wire import Record, Refused, iso

_READ, _WRITE = "mall.read_promotion", "mall.write_promotion"
_LIMIT, _OFFSET = 500, 8000
_BENEFITS = "ABCDEFGHIJ"


def register(api: Api) -> None:
    """The endpoints."""
    api.add("GET", "/coupons", _READ, _coupons)
    api.add("GET", "/coupons/count", _READ, _count)
    api.add("POST", "/coupons", _WRITE, _create)
    api.add("GET", "/coupons/<coupon_no>/issues", _READ, _issues)
    api.add("POST", "/coupons/<coupon_no>/issues", _WRITE, _issue)


def _coupons(call: Call) -> Body:
    return call.paged("coupons", _found(call), limit=(100, _LIMIT), offset=_OFFSET)


def _count(call: Call) -> Body:
    return {"count": len(_found(call))}


def _found(call: Call) -> list[Record]:
    numbers = call.query.several("coupon_no")
    everything = reversed(call.mall.coupons.values())
    return [each for each in everything if not numbers or each["coupon_no"] in numbers]


def _create(call: Call) -> Body:
    request = call.body
    benefit = request.choice("benefit_type", _BENEFITS) or request.required("benefit_type")
    value = {"A": "discount_amount", "B": "discount_rate"}.get(benefit)
    if value and value not in request.given and "discount_amount" not in request.given:
        raise request.missing(value)
    if request.choice("available_period_type", "FRM") == "F":
        request.required("available_begin_datetime")
        request.required("available_end_datetime")
    number = f"6000000000000000{call.mall.next_number('coupon'):03}"
    made = coupon(
        number,
        call.now,
        coupon_name=request.required("coupon_name"),
        benefit_type=benefit,
        issue_type=request.choice("issue_type", "MADR") or request.required("issue_type"),
        available_period_type=request.required("available_period_type"),
    )
    made |= {name: request.given[name] for name in made.keys() & request.given.keys()}
    call.mall.coupons[number] = made
    return {"coupon": made}


def _coupon(call: Call, coupon_no: str) -> Record:
    found = call.mall.coupons.get(coupon_no)
    if found is None:
        raise Refused(404, call.settings.messages[404])
    return found


def _issues(call: Call, coupon_no: str) -> Body:
    _coupon(call, coupon_no)
    query = call.query
    members, used = query.several("member_id"), query.choice("used_coupon", "TF")
    since = query.number("since_issue_no", 0)
    if "since_issue_no" in query.given and "offset" in query.given:
        raise query.invalid("offset")
    found = (
        each
        for each in call.mall.issues
        if each["coupon_no"] == coupon_no
        and int(each["issue_no"]) > since
        and (not members or each["member_id"] in members)
        and (not used or each["used_coupon"] == used)
    )
    return call.paged("issues", found, limit=(10, _LIMIT), offset=_OFFSET)


def _issue(call: Call, coupon_no: str) -> Body:
    given, again = _coupon(call, coupon_no), call.body.choice("allow_duplication", "TFS", "F")
    has = {each["member_id"] for each in call.mall.issues if each["coupon_no"] == coupon_no}
    receivers = [who for who in _receivers(call) if again == "T" or who["member_id"] not in has]
    for who in receivers:
        call.mall.issues.append(
            {
                "shop_no": 1,
                "coupon_no": coupon_no,
                "issue_no": str(call.mall.next_number("issue")),
                "member_id": who["member_id"],
                "group_no": who["group_no"],
                "issued_date": iso(call.now),
                "expiration_date": _expires(given, call.now),
                "used_coupon": "F",
                "used_date": None,
                "related_order_id": None,
            }
        )
    given["issued_count"] = str(int(given["issued_count"]) + len(receivers))
    return {"issues": {"shop_no": 1, "count": {coupon_no: len(receivers)}}}


def _receivers(call: Call) -> list[Record]:
    request, members = call.body, call.mall.members
    scope = request.choice("issued_member_scope", "AGM") or request.required("issued_member_scope")
    if scope == "M":
        wanted = [each.strip() for each in request.required("member_id").split(",")]
        if not {*wanted} <= members.keys():
            raise request.invalid("member_id")
        return [members[each] for each in wanted]
    if scope == "G":
        group = request.number("group_no", -1)
        if group not in {each["group_no"] for each in call.mall.groups}:
            raise request.invalid("group_no")
        return [who for who in members.values() if who["group_no"] == group]
    return list(members.values())


def _expires(given: Record, now: datetime) -> str:
    if given["available_period_type"] == "F":
        return str(given["available_end_datetime"])
    return iso(now + timedelta(days=int(given["available_day_from_issued"])))
