"""What events are called: GA4's e-commerce names, Segment's as aliases, and the shop's own.

Standard names have fixed numbers; the shop's own get numbers from :data:`FIRST_CUSTOM` on, in the
table ``event_names``. Numbers are looked up, not cached: one indexed query a batch that has names of
the shop's own, and never a number that a rollback took back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.db.upsert import insert
from growthcore.events.models import EventName

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

FIRST_CUSTOM: Final = 1000
MOST_CUSTOM: Final = 5000
"""How many names of its own a shop may have: a bound on what a public key can make us keep."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}")
_STANDARD_BY_ID = {id_: name for name, id_ in STANDARD.items()}


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


def name_id(session: Session, name: str) -> int | None:
    """The number of a name in any spelling, or None when nothing was ever called so."""
    kept = canonical(name)
    return name_ids(session, [kept]).get(kept) if kept else None


def name_ids(session: Session, names: Collection[str]) -> dict[str, int]:
    """The numbers of those of the canonical names that have one."""
    found = {name: STANDARD[name] for name in names if name in STANDARD}
    if custom := set(names) - set(found):
        rows = session.execute(
            select(EventName.name, EventName.id).where(EventName.name.in_(custom))
        )
        found |= {key: value for key, value in rows}  # noqa: C416
    return found


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names behind numbers; unknown numbers are left out."""
    wanted = set(ids)
    found = {id_: _STANDARD_BY_ID[id_] for id_ in wanted if id_ in _STANDARD_BY_ID}
    if custom := wanted - set(found):
        rows = session.execute(select(EventName.id, EventName.name).where(EventName.id.in_(custom)))
        found |= {key: value for key, value in rows}  # noqa: C416
    return found


def known_names(session: Session) -> list[str]:
    """Every name there can be events of: the standard ones in order, then the shop's own by name."""
    return [*STANDARD, *session.scalars(select(EventName.name).order_by(EventName.name))]


def intern(session: Session, names: Collection[str]) -> dict[str, int]:
    """The numbers of canonical names, made where there are none yet.

    Names past the shop's :data:`MOST_CUSTOM` are left out of the answer.
    """
    found = name_ids(session, names)
    while missing := sorted(set(names) - set(found)):
        last = session.scalar(select(func.max(EventName.id))) or FIRST_CUSTOM - 1
        room = FIRST_CUSTOM + MOST_CUSTOM - 1 - last
        if room <= 0:
            break
        rows = [
            {"id": last + number, "name": name}
            for number, name in enumerate(missing[:room], start=1)
        ]
        # Somebody else may take a number or make a name at the same time: whoever commits first
        # wins, the other finds it on the next turn.
        session.execute(insert(session, EventName).values(rows).on_conflict_do_nothing())
        found = name_ids(session, names)
    return found
