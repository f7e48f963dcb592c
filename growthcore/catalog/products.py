"""What a shop tells us about a product, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from growthcore.catalog.categories import LONGEST_PATH, normalise_path
from growthcore.catalog.fields import LONGEST_ADDRESS, fitted, flag, text, web_address

_CURRENCY = re.compile(r"[A-Z]{3}")
_LARGEST_DOCUMENT = 8192


class ProductInput(Struct, frozen=True, kw_only=True):
    """One product as told. What is left out stays as it is; None removes it.

    Prices are in minor units of ``currency`` (the shop's when left out). ``category`` is a path,
    ``"여성/상의/니트"``. A new product needs a ``name``.
    """

    external_id: str
    name: str | UnsetType = UNSET
    url: str | UnsetType | None = UNSET
    image_url: str | UnsetType | None = UNSET
    price: int | UnsetType | None = UNSET
    sale_price: int | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET
    stock: int | UnsetType | None = UNSET
    hidden: bool | UnsetType = UNSET
    brand: str | UnsetType | None = UNSET
    category: str | UnsetType | None = UNSET
    attributes: Mapping[str, Any] | UnsetType | None = UNSET


def check(item: ProductInput) -> dict[str, Any]:
    """The fields that were told, clean. Raises :class:`InvalidInput` with every one that is not."""
    return fitted(item, _FIELDS, _REMOVABLE)


def _address(value: Any) -> str:
    told = text(LONGEST_ADDRESS)(value)
    return told if told.startswith("/") else web_address(told)


def _whole(largest: int) -> Callable[[Any], int]:
    def fit(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
            raise ValueError(f"Give a whole number from 0 to {largest:,}.")
        return value

    return fit


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError("Give a currency such as KRW.")
    return value


def _category(value: Any) -> str | None:
    return normalise_path(text(LONGEST_PATH)(value))


def _document(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("Give an object of names and values.")  # noqa: TRY004 - likewise
    try:
        encoded = msgspec.json.encode(value)
    except (TypeError, ValueError) as error:
        raise ValueError("Give only text, numbers, true, false, lists and objects.") from error
    if len(encoded) > _LARGEST_DOCUMENT or b"\\u0000" in encoded:
        raise ValueError("Attributes have at most 8 KB and no control characters.")
    return value


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "external_id": text(100),
    "name": text(300),
    "url": _address,
    "image_url": _address,
    "price": _whole(10**13),
    "sale_price": _whole(10**13),
    "currency": _currency,
    "stock": _whole(10**9),
    "hidden": flag,
    "brand": text(100),
    "category": _category,
    "attributes": _document,
}
_REMOVABLE = {"url", "image_url", "price", "sale_price", "stock", "brand", "category", "attributes"}
