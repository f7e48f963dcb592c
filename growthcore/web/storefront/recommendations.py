"""``GET|POST /v1/recommendations/<model>``: products for a visitor, a product page or a cart.

Who is asked for is told by the visitor's key alone: with customers' ids, anybody could read what
others looked at. What it takes and answers is told in ``docs/storefront-api.md``, field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Annotated, Any, NamedTuple

import msgspec
from flask import Response
from msgspec import Meta
from sqlalchemy import select

from growthcore.api import InvalidInput, Placement, Text
from growthcore.catalog import named
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import among_given
from growthcore.db.prepared import Prepared
from growthcore.recommendations import receipts, records, serving, targeting
from growthcore.recommendations.records import Record
from growthcore.web.errors import Refusal
from growthcore.web.storefront import asking, current, wire
from growthcore.web.storefront.current import Storefront

_DEFAULT = 8
_MOST_IN_CART = 100
_NOT_TARGETED = serving.Recommendation(items=(), skipped={"*": "not_targeted"})
_NOBODY = None, None
_NO_MODEL = Text("추천 모델을 찾을 수 없습니다.", "There is no such recommendation model.")


class Asked(asking.Question, frozen=True, kw_only=True):
    """A call. Products are the shop's ids; unknown ones, and visitors, are as if not given."""

    visitor: wire.VisitorKey | None = None
    product: wire.Id | None = None
    cart: Annotated[tuple[wire.Id, ...], Meta(max_length=_MOST_IN_CART)] = ()
    limit: Annotated[int, Meta(ge=1, le=serving.MOST)] = _DEFAULT
    page: Placement | None = None


_asked = msgspec.json.Decoder(Asked)

_VISITORS = Prepared(
    select(Visitor.key, Visitor.id, Visitor.customer_id).where(among_given(Visitor.key, "keys"))
)

_Person = tuple[int | None, int | None]
"""A visitor's id and a customer's."""


class _Served(NamedTuple):
    """An answer as it goes out. The first of those made together has what they leave to be written down."""

    body: bytes
    records: Sequence[Callable[[], Record]] = ()
    rules: Sequence[Collection[int]] = ()


def recommend(model: str) -> Response:
    """Answer with what the model and its backups recommend."""
    asked = asking.read(_asked, lists=["cart"])
    storefront = current.storefront()
    storefront.admit(asked.key)
    try:
        served = _served(storefront, model, asked)
    except InvalidInput as error:
        raise Refusal(404, "model_not_found", _NO_MODEL) from error
    response = asking.answered(served.body)
    if served.records:
        response.call_on_close(lambda: storefront.journal.write(served.records, served.rules))
    return response


def _served(storefront: Storefront, model: str, asked: Asked) -> _Served:
    """The answer, made together with those that are asked for at the same time."""
    answer = partial(_answers, storefront.core, model)
    if serving.answers_together(storefront.core, model):
        return storefront.turns.together((model, asked.limit), asked, answer)
    with storefront.turns.one():
        return answer([asked])[0]


def _answers(shop: Core, model: str, questions: Sequence[Asked]) -> Sequence[_Served]:
    """What goes out to each, all asked for as many items."""
    signing, now = receipts.signer(shop), shop.clock.now()
    bodies, records_, rules = [], [], []
    for asked, (wanted, answer) in zip(questions, _found(shop, model, questions), strict=True):
        if answer is None:
            bodies.append(_body(model, _NOT_TARGETED, ()))
            continue
        minted = receipts.mint(signing, now, answer, asked.page or answer.placement)
        bodies.append(_body(model, answer, minted.receipts))
        records_.append(partial(records.record, model, wanted, answer, minted, now))
        rules.append(answer.rules)
    return [_Served(bodies[0], records_, rules), *map(_Served, bodies[1:])]


def _found(
    shop: Core, model: str, questions: Sequence[Asked]
) -> Iterator[tuple[serving.Request, serving.Recommendation | None]]:
    """What was asked, in our ids, and what the model has for it; None where it is not for them."""
    wanted = _resolved(shop, questions)
    reached = [targeting.reaches(shop, model, each.customer_id) for each in wanted]
    found = iter(
        serving.recommend_many(shop, model, [*compress(wanted, reached)], limit=questions[0].limit)
    )
    for each, is_reached in zip(wanted, reached, strict=True):
        yield each, next(found) if is_reached else None


def _resolved(shop: Core, questions: Sequence[Asked]) -> Sequence[serving.Request]:
    """In our ids."""
    people = _people(shop, {each.visitor for each in questions if each.visitor is not None})
    products = named.ids(
        shop.db, {id_ for each in questions for id_ in (*each.cart, each.product) if id_}
    )
    return [_request(each, people.get(each.visitor or "", _NOBODY), products) for each in questions]


def _people(shop: Core, keys: Collection[str]) -> Mapping[str, _Person]:
    """Which visitors have those keys, and which customers they are."""
    if not keys:
        return {}
    return {
        key: (visitor, customer)
        for key, visitor, customer in _VISITORS.rows(shop.db, keys=list(keys))
    }


def _request(asked: Asked, person: _Person, products: Mapping[str, int]) -> serving.Request:
    visitor_id, customer_id = person
    return serving.Request(
        customer_id=customer_id,
        visitor_id=visitor_id,
        anonymous=customer_id is None,
        product_id=products.get(asked.product or ""),
        cart=[products[each] for each in asked.cart if each in products],
    )


def _body(model: str, answer: serving.Recommendation, receipted: Sequence[str]) -> bytes:
    shown = map(_shown, answer.items, receipted)
    return msgspec.json.encode(
        {"model": model, "items": list(shown), "skipped": dict(answer.skipped)}
    )


def _shown(item: serving.RecommendedItem, receipt: str) -> dict[str, Any]:
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
        "receipt": receipt,
    }
