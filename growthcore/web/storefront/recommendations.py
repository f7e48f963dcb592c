"""``GET|POST /v1/recommendations/<model>``: products for a visitor, a product page or a cart.

Who is asked for is told by the visitor's key alone: with customers' ids, anybody could read what
others looked at. What it takes and answers is told in ``docs/storefront-api.md``, field by field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, cast

import msgspec
from flask import Response, current_app
from msgspec import Meta
from sqlalchemy import bindparam, select

from growthcore.api import InvalidInput, Placement, Text
from growthcore.catalog import named
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.prepared import Prepared
from growthcore.recommendations import receipts, records, serving, targeting
from growthcore.recommendations.journal import Journal
from growthcore.web import current
from growthcore.web.errors import Refusal
from growthcore.web.storefront import access, asking, wire

JOURNAL = "growthcore.storefront.journal"
_DEFAULT = 8
_MOST_IN_CART = 100
_NOT_TARGETED = serving.Recommendation(items=(), skipped={"*": "not_targeted"})
_NO_MODEL = Text("추천 모델을 찾을 수 없습니다.", "There is no such recommendation model.")


class Asked(asking.Question, frozen=True, kw_only=True):
    """A call. Products are the shop's ids; unknown ones, and visitors, are as if not given."""

    visitor: wire.VisitorKey | None = None
    product: wire.Id | None = None
    cart: Annotated[tuple[wire.Id, ...], Meta(max_length=_MOST_IN_CART)] = ()
    limit: Annotated[int, Meta(ge=1, le=serving.MOST)] = _DEFAULT
    page: Placement | None = None


_asked = msgspec.json.Decoder(Asked)

_VISITOR = Prepared(select(Visitor.id, Visitor.customer_id).where(Visitor.key == bindparam("key")))


def recommend(model: str) -> Response:
    """Answer with what the model and its backups recommend."""
    asked = asking.read(_asked, lists=["cart"])
    access.slow_down(asked.key)
    access.admit(asked.key)
    with access.turn():
        return _recommended(current.core(), model, asked)


def _recommended(shop: Core, model: str, asked: Asked) -> Response:
    wanted = _resolved(shop, asked)
    try:
        if not targeting.reaches(shop, model, wanted.customer_id):
            return _answered(model, _NOT_TARGETED, ())
        answer = serving.recommend_many(shop, model, [wanted], limit=asked.limit)[0]
    except InvalidInput as error:
        raise Refusal(404, "model_not_found", _NO_MODEL) from error
    now = shop.clock.now()
    page = asked.page or answer.placement
    minted = receipts.mint(receipts.signer(shop), now, answer, page)
    response = _answered(model, answer, minted.receipts)
    journal = cast("Journal", current_app.extensions[JOURNAL])
    response.call_on_close(
        lambda: journal.write(
            lambda: records.record(model, wanted, answer, minted, now), answer.rules
        )
    )
    return response


def _resolved(shop: Core, asked: Asked) -> serving.Request:
    """In our ids."""
    visitor_id, customer_id = _person(shop, asked.visitor)
    products = named.ids(shop.db, {*asked.cart, *filter(None, [asked.product])})
    return serving.Request(
        customer_id=customer_id,
        visitor_id=visitor_id,
        anonymous=customer_id is None,
        product_id=products.get(asked.product or ""),
        cart=[products[each] for each in asked.cart if each in products],
    )


def _person(shop: Core, key: str | None) -> tuple[int | None, int | None]:
    """Which visitor has a key, and which customer that is."""
    if key is None:
        return None, None
    for visitor_id, customer_id in _VISITOR.rows(shop.db, key=key):
        return visitor_id, customer_id
    return None, None


def _answered(model: str, answer: serving.Recommendation, receipted: Sequence[str]) -> Response:
    body = {
        "model": model,
        "items": [
            _shown(item) | {"receipt": receipt}
            for item, receipt in zip(answer.items, receipted, strict=True)
        ],
        "skipped": dict(answer.skipped),
    }
    response = current_app.response_class(msgspec.json.encode(body), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _shown(item: serving.RecommendedItem) -> dict[str, Any]:
    product = item.product
    return {
        "id": product.external_id,
        "name": product.name,
        "url": product.url,
        "image_url": product.image_url,
        "price": product.price,
        "sale_price": product.sale_price,
        "currency": product.currency,
        "brand": product.brand,
        "source": item.source,
        "reason": item.reason,
    }
