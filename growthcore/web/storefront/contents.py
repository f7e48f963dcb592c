"""``GET|POST /v1/contents``: blog posts, videos and reviews for a product, a search or the main page.

What it takes and answers is told in ``docs/storefront-api.md``, field by field.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Response
from msgspec import Meta

from growthcore.recommendations.contents import choice
from growthcore.recommendations.contents.choice import Option
from growthcore.web.errors import preferred_locale
from growthcore.web.storefront import asking, current, wire

_DEFAULT = 8
_MOST_PRODUCTS = 100


class Asked(asking.Question, frozen=True, kw_only=True, tag_field="option"):
    """What pages of every kind say."""

    limit: Annotated[int, Meta(ge=1, le=choice.MOST)] = _DEFAULT


class OfProduct(Asked, frozen=True, kw_only=True, tag=Option.PRODUCT.value):
    """A page that is about a product, by the shop's id."""

    product: wire.Id


class OfSearch(Asked, frozen=True, kw_only=True, tag=Option.SEARCH.value):
    """A page of results."""

    keyword: Annotated[str, Meta(max_length=200)]


class OfMain(Asked, frozen=True, kw_only=True, tag=Option.MAIN.value):
    """The main page, with the products it shows, if any."""

    products: Annotated[tuple[wire.Id, ...], Meta(max_length=_MOST_PRODUCTS)] = ()


_asked = msgspec.json.Decoder(OfProduct | OfSearch | OfMain)


def contents() -> Response:
    """Answer with what fits the page."""
    asked = asking.read(_asked, lists=["products"])
    storefront = current.storefront()
    storefront.admit(asked.key)
    request = _request(asked)
    with storefront.turns.one():
        answer = choice.choose(storefront.core, request, limit=asked.limit)
        body = msgspec.json.encode(_shown(request.option, answer, preferred_locale()))
    return asking.answered(body)


def _request(asked: OfProduct | OfSearch | OfMain) -> choice.Request:
    match asked:
        case OfProduct():
            return choice.Request(option=Option.PRODUCT, products=[asked.product])
        case OfSearch():
            return choice.Request(option=Option.SEARCH, keyword=asked.keyword)
    return choice.Request(option=Option.MAIN, products=asked.products)


def _shown(option: Option, answer: choice.Answer, locale: str) -> dict[str, Any]:
    return {
        "option": option,
        "title": choice.TITLES[option].to(locale),
        "items": [
            {
                "id": content.external_id,
                "kind": content.kind,
                "title": content.title,
                "url": content.url,
                "image_url": content.image_url,
                "summary": content.summary,
                "author": content.author,
                "published_at": content.published_at,
                "source": source,
                "reason": choice.REASONS[source].to(locale),
            }
            for content, source in answer.items
        ],
        "skipped": answer.skipped,
    }
