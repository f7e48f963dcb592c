"""What events are called: GA4's e-commerce names, with Segment's as aliases.

Sources: the event references of Google Analytics 4 (e-commerce) and of Segment (spec, e-commerce).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

STANDARD: Final[Mapping[str, int]] = {
    "page_view": 1,
    "session_start": 2,
    "search": 3,
    "view_item_list": 10,
    "select_item": 11,
    "view_item": 12,
    "view_promotion": 13,
    "select_promotion": 14,
    "share": 15,
    "add_to_wishlist": 20,
    "remove_from_wishlist": 21,
    "add_to_cart": 30,
    "remove_from_cart": 31,
    "view_cart": 32,
    "begin_checkout": 40,
    "add_shipping_info": 41,
    "add_payment_info": 42,
    "purchase": 50,
    "refund": 51,
    "sign_up": 60,
    "login": 61,
    "generate_lead": 62,
}
"""GA4's names, along the way from a visit to an order; the numbers are stored and never change."""

ALIASES: Final[Mapping[str, str]] = {
    "Page Viewed": "page_view",
    "Products Searched": "search",
    "Product List Viewed": "view_item_list",
    "Product Clicked": "select_item",
    "Product Viewed": "view_item",
    "Promotion Viewed": "view_promotion",
    "Promotion Clicked": "select_promotion",
    "Product Shared": "share",
    "Product Added to Wishlist": "add_to_wishlist",
    "Product Removed from Wishlist": "remove_from_wishlist",
    "Product Added": "add_to_cart",
    "Product Removed": "remove_from_cart",
    "Cart Viewed": "view_cart",
    "Checkout Started": "begin_checkout",
    "Shipping Info Added": "add_shipping_info",
    "Payment Info Entered": "add_payment_info",
    "Order Completed": "purchase",
    "Order Refunded": "refund",
    "Signed Up": "sign_up",
    "Signed In": "login",
    "Logged In": "login",
    "Lead Captured": "generate_lead",
}
"""Segment's names in its own spelling; case, spaces, ``_`` and ``-`` make no difference."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}")


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


_SPELLINGS = {_folded(name): name for name in STANDARD} | {
    _folded(alias): name for alias, name in ALIASES.items()
}


@lru_cache(maxsize=4096)
def canonical(name: str) -> str | None:
    """The name an event is kept under, or None when it is no name.

    >>> canonical("Product Viewed"), canonical("ADD_TO_CART"), canonical("my_event"), canonical("?")
    ('view_item', 'add_to_cart', 'my_event', None)
    """
    if name in STANDARD:
        return name
    if standard := _SPELLINGS.get(_folded(name)):
        return standard
    return name if _NAME.fullmatch(name) else None
