"""A small shop in a database, for conditions to find customers in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from growthcore.customers import consent, service
from growthcore.customers.profiles import Profile
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.testing.values import START

_CATEGORIES = ("여성/상의/니트", "여성/하의", "남성/상의", None)
_GRADES = ("VIP", "GOLD", None)
_CUSTOMERS = range(24)


def populate(session: Session) -> None:
    """24 customers over 40 days: grades, points, consents, views, carts and purchases."""
    before = START - timedelta(days=40)
    made = service.upsert(session, [_profile(number) for number in _CUSTOMERS], now=before)
    for number, each in zip(_CUSTOMERS, made, strict=True):
        if each.id is None:
            raise AssertionError(f"refused: {dict(each.errors)}")
        for channel in ("email", "sms")[: number % 3]:
            consent.record(
                session, each.id, channel=channel, purpose="advertising", granted=number % 5 > 0,
                at=before, source="test",
            )  # fmt: skip
    events = [event for number in _CUSTOMERS for event in _events(number)]
    done = ingest(session, events, source="test", now=START, historical=True)
    if done.rejected:
        raise AssertionError(f"refused: {done.rejected}")


def _profile(number: int) -> Profile:
    attributes = {"grade": _GRADES[number % 3], "points": number * 100, "vip": number % 2 == 0}
    return Profile(
        external_id=f"member-{number}",
        email=f"member-{number}@example.com",
        name=f"고객 {number}",
        locale="ko" if number % 4 else "en",
        attributes={name: value for name, value in attributes.items() if value is not None},
    )


def _events(number: int) -> Iterator[IncomingEvent]:
    """Up to four visits: a view, for most with a cart, for half with a purchase."""
    price = 10_000 * (number % 4 + 1)
    item = IncomingItem(product=f"P{number % 6}", price=price, category=_CATEGORIES[number % 4])
    for visit in range(number % 5):
        at = START - timedelta(days=visit * 9 + number % 7, hours=1)
        names = ["view_item", *["add_to_cart"] * (number % 3 > 0), *["purchase"] * (number % 2)]
        for step, name in enumerate(names):
            bought = name == "purchase"
            yield IncomingEvent(
                id=f"{number}-{visit}-{step}",
                name=name,
                occurred_at=at + timedelta(minutes=step),
                customer=f"member-{number}",
                order=f"order-{number}-{visit}" if bought else None,
                value=price if bought else None,
                properties={"color": "red" if visit % 2 else "blue"},
                items=[item],
            )
