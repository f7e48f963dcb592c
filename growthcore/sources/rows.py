"""Rows as others tell them: the bodies of the management API, and what sources hand over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from growthcore.catalog.content_input import (
    LONGEST_ID,
    LONGEST_KEYWORD,
    MOST_KEYWORDS,
    MOST_PRODUCTS,
    Kind,
)

_EARLIEST, _LATEST = 1970, 2100


class Whole(fields.Integer):
    """A whole number written as one: not a float, not text, not a boolean."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("Give a whole number; money is in minor units, such as 30000.")
        if not -(2**53) <= value <= 2**53:
            raise ValidationError("This number is too large.")
        return value


class Moment(fields.AwareDateTime):
    """An instant with its offset, such as ``2026-11-22T10:00:00+09:00``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        at: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not _EARLIEST < at.year < _LATEST:
            raise ValidationError(f"Give an instant between {_EARLIEST} and {_LATEST}.")
        return at


class Strict(Schema):
    """Unknown keys are refused by name, so that a typo never loses data silently."""

    class Meta:
        unknown = RAISE


def text(longest: int, **kwargs: Any) -> fields.String:
    """Text of at most ``longest`` characters."""
    return fields.String(validate=validate.Length(min=1, max=longest), **kwargs)


def mapping(**kwargs: Any) -> fields.Dict:
    """Values by name."""
    return fields.Dict(keys=text(50), **kwargs)


class ConsentSchema(Strict):
    """A statement of consent or its withdrawal.

    ``wording`` names the version of the text that was agreed to. Where nobody knows when it was,
    ``dated`` is false and ``at`` the earliest instant it may have been.
    """

    channel = text(20, required=True)
    purpose = text(20, load_default="advertising")
    granted = fields.Boolean(required=True, truthy={True}, falsy={False})
    at = Moment(required=True)
    source = text(100, load_default="api")
    evidence = mapping(load_default=None, allow_none=True)
    wording = text(100, load_default=None, allow_none=True)
    dated = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class CustomerInput(Strict):
    """A customer as told. What is left out stays; null removes it."""

    external_id = text(100)
    email = text(254, allow_none=True)
    phone = text(40, allow_none=True)
    name = text(100, allow_none=True)
    locale = text(10, allow_none=True)
    attributes = mapping()
    consents = fields.List(fields.Nested(ConsentSchema), validate=validate.Length(max=20))


class ProductSchema(Strict):
    """A product. Prices are in minor units of ``currency``; ``category`` is a path, 여성/상의/니트."""

    external_id = text(100, required=True)
    name = text(300)
    url = text(1000, allow_none=True)
    image_url = text(1000, allow_none=True)
    price = Whole(allow_none=True)
    sale_price = Whole(allow_none=True)
    currency = text(3)
    stock = Whole(allow_none=True)
    hidden = fields.Boolean(truthy={True}, falsy={False})
    brand = text(100, allow_none=True)
    category = text(300, allow_none=True)
    attributes = mapping(load_only=True, allow_none=True)


class ContentSchema(Strict):
    """A blog post, a video or a review; ``products`` are the ids of those it is about."""

    external_id = text(LONGEST_ID, required=True)
    kind = fields.String(validate=validate.OneOf([*Kind]))
    title = text(300)
    url = text(1000)
    image_url = text(1000, allow_none=True)
    summary = text(1000, allow_none=True)
    author = text(100, allow_none=True)
    keywords = fields.List(text(LONGEST_KEYWORD), validate=validate.Length(max=MOST_KEYWORDS))
    products = fields.List(text(LONGEST_ID), validate=validate.Length(max=MOST_PRODUCTS))
    hidden = fields.Boolean(truthy={True}, falsy={False})
    published_at = Moment()


class EventItemSchema(Strict):
    """One line of an event."""

    product_id = text(100, required=True)
    quantity = Whole(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    price = Whole(allow_none=True)
    name = text(300)
    category = text(300)
    brand = text(100)
    url = text(1000)
    image_url = text(1000)


class EventInput(Strict):
    """One occurrence. ``customer`` is the shop's own id; ``value`` is in minor units."""

    id = text(64, required=True)
    name = text(50, required=True)
    time = Moment(required=True)
    customer = text(100)
    visitor = text(64)
    value = Whole(allow_none=True)
    currency = text(3)
    cart_id = text(64)
    order_id = text(100)
    items = fields.List(fields.Nested(EventItemSchema), validate=validate.Length(max=200))
    properties = mapping(validate=validate.Length(max=100))
