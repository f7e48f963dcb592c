"""Carts and wish lists."""

from __future__ import annotations

from growthcore.sandbox.cafe24.api import Api, Body, Call

_LIMIT, _OFFSET = (10, 100), 10_000


def register(api: Api) -> None:
    """The endpoints."""
    personal, privacy = "mall.read_personal", "mall.read_privacy"
    api.add("GET", "/carts", personal, _carts)
    api.add("GET", "/products/<int:product_no>/carts", personal, _of_product)
    api.add("GET", "/products/<int:product_no>/carts/count", personal, _count_of_product)
    api.add("GET", "/customers/<member_id>/wishlist", personal, _wishes)
    api.add("GET", "/customers/<member_id>/wishlist/count", personal, _count_wishes)
    path = "/products/<int:product_no>/wishlist/customers"
    api.add("GET", path, privacy, _wishers)
    api.add("GET", f"{path}/count", privacy, _count_wishers)


def _carts(call: Call) -> Body:
    members = call.query.several("member_id")
    if not members:
        raise call.query.missing("member_id")
    found = (line for line in call.mall.carts if line["member_id"] in members)
    return call.paged("carts", found, limit=_LIMIT, offset=_OFFSET)


def _of_product(call: Call, product_no: int) -> Body:
    names = ("shop_no", "member_id", "created_date", "product_no", "variant_code", "quantity")
    found = (
        {name: line[name] for name in names}
        for line in call.mall.carts
        if line["product_no"] == product_no
    )
    return call.paged("carts", found, limit=_LIMIT, offset=_OFFSET, links=True)


def _count_of_product(call: Call, product_no: int) -> Body:
    return {"count": sum(line["product_no"] == product_no for line in call.mall.carts)}


def _wishes(call: Call, member_id: str) -> Body:
    found = (
        {name: value for name, value in wish.items() if name != "member_id"}
        for wish in call.mall.wishes
        if wish["member_id"] == member_id
    )
    return {"wishlist": [call.fields(each) for each in found]}


def _count_wishes(call: Call, member_id: str) -> Body:
    return {"count": sum(wish["member_id"] == member_id for wish in call.mall.wishes)}


def _wishers(call: Call, product_no: int) -> Body:
    return {"customers": [{"member_id": each} for each in _who_wish(call, product_no)]}


def _count_wishers(call: Call, product_no: int) -> Body:
    return {"count": len(_who_wish(call, product_no))}


def _who_wish(call: Call, product_no: int) -> list[str]:
    wishes = (wish for wish in call.mall.wishes if wish["product_no"] == product_no)
    return list(dict.fromkeys(wish["member_id"] for wish in wishes))
