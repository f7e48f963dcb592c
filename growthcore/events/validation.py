"""Whether an event can be kept: every limit, each with the words for whoever sent it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final, NamedTuple

import msgspec

from growthcore.api.text import Text
from growthcore.catalog.categories import LONGEST_PATH
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.vocabulary import canonical

OLDEST: Final = timedelta(days=7)
AHEAD: Final = timedelta(minutes=5)
MOST_ITEMS: Final = 200
MOST_PROPERTIES: Final = 100
LARGEST_PROPERTIES: Final = 8192
LONGEST_TEXT: Final = 500
LARGEST_VALUE: Final = 10**13
MOST_PIECES: Final = 10**6

_FIRST_DAY = datetime(1990, 1, 1, tzinfo=UTC)
_DEEPEST = 5
_CURRENCY = re.compile(r"[A-Z]{3}")
_encode = msgspec.json.Encoder().encode


class Fault(NamedTuple):
    """Why an event is not taken."""

    code: str
    message: Text


class Bounds(NamedTuple):
    """When an event may have occurred."""

    first: datetime
    last: datetime

    @classmethod
    def at(cls, now: datetime, *, historical: bool) -> Bounds:
        """What is told live lies in the last days; history only has to be no nonsense."""
        return cls(_FIRST_DAY if historical else now - OLDEST, now + AHEAD)


def _fault(code: str, ko: str, en: str) -> Fault:
    return Fault(code, Text(ko, en))


_ID = _fault(
    "invalid_id",
    "이벤트 id는 1~64자의 문자열이어야 합니다.",
    "Give the event an id of 1-64 characters.",
)
_NAME = _fault(
    "invalid_name",
    "이벤트 이름은 영문자로 시작하는 1~50자의 영문자, 숫자, _ 여야 합니다.",
    "An event name has 1-50 letters, digits or _, beginning with a letter.",
)
_TIME = _fault(
    "invalid_time",
    "발생 시각에는 시간대가 있어야 합니다.",
    "Give the time of the event with its zone.",
)
_OLD = _fault(
    "too_old",
    "발생한 지 7일이 넘은 이벤트는 받지 않습니다. 지난 데이터는 가져오기를 사용하세요.",
    "The event is more than 7 days old; bring history in by an import.",
)
_FUTURE = _fault(
    "in_future",
    "발생 시각이 5분 이상 미래입니다. 기기의 시계를 확인하세요.",
    "The event is more than 5 minutes ahead; check the sender's clock.",
)
_REFERENCE = _fault(
    "invalid_reference",
    "방문자·장바구니 키는 64자, 고객·주문 번호는 100자까지입니다.",
    "Visitor and cart keys have at most 64 characters, customer and order ids at most 100.",
)
_ORDER = _fault(
    "order_missing",
    "환불에는 주문 번호가 필요합니다.",
    "A refund names its order.",
)
_VALUE = _fault(
    "invalid_value",
    "금액은 0 이상 10조 이하의 최소 화폐 단위 정수여야 합니다.",
    "A value is a whole number of minor units from 0 to 10,000,000,000,000.",
)
_MONEY = _fault(
    "invalid_currency",
    "통화는 KRW와 같은 ISO 4217 코드여야 합니다.",
    "Give the currency as an ISO 4217 code such as KRW.",
)
_ITEMS = _fault(
    "too_many_items",
    f"상품은 이벤트마다 {MOST_ITEMS}개까지입니다.",
    f"An event has at most {MOST_ITEMS} items.",
)
_ITEM = _fault(
    "invalid_item",
    "상품 정보가 올바르지 않습니다. 상품 번호(100자), 가격, 수량(1~1,000,000)을 확인하세요.",
    "An item does not fit: check its id (100 characters), texts, price and quantity (1-1,000,000).",
)
_PROPERTIES = _fault(
    "invalid_properties",
    f"속성은 {MOST_PROPERTIES}개, 8KB, {_DEEPEST}단계까지이며 문자열은 {LONGEST_TEXT}자까지입니다.",
    f"Properties are at most {MOST_PROPERTIES}, 8 KB and {_DEEPEST} deep; "
    f"texts have at most {LONGEST_TEXT} characters.",
)
_LETTERS = _fault(
    "invalid_text",
    "문자열에 NUL 문자나 잘못된 유니코드가 있습니다.",
    "A text holds NUL or half a character; send valid Unicode.",
)


def fault(event: IncomingEvent, bounds: Bounds) -> Fault | None:
    """The first thing that keeps an event from being taken, or None."""
    if not _text(event.id, 64):
        return _ID
    name = canonical(event.name) if isinstance(event.name, str) else None
    if name is None:
        return _NAME
    if name == "refund" and not event.order:
        return _ORDER
    return (
        _time_fault(event.occurred_at, bounds)
        or _reference_fault(event)
        or _money_fault(event)
        or (_items_fault(event.items) if event.items else None)
        or (_properties_fault(event.properties) if event.properties else None)
        or _letters_fault(event)
    )


def _time_fault(at: Any, bounds: Bounds) -> Fault | None:
    if not isinstance(at, datetime) or at.tzinfo is None:
        return _TIME
    if at < bounds.first:
        return _OLD
    return _FUTURE if at > bounds.last else None


def _reference_fault(event: IncomingEvent) -> Fault | None:
    fits = (
        (event.visitor is None or _text(event.visitor, 64))
        and (event.cart is None or _text(event.cart, 64))
        and (event.customer is None or _text(event.customer, 100))
        and (event.order is None or _text(event.order, 100))
    )
    return None if fits else _REFERENCE


def _money_fault(event: IncomingEvent) -> Fault | None:
    if event.value is not None and not _whole(event.value, 0, LARGEST_VALUE):
        return _VALUE
    if event.currency is not None and not (
        isinstance(event.currency, str) and _CURRENCY.fullmatch(event.currency)
    ):
        return _MONEY
    return None


def _items_fault(items: Sequence[IncomingItem]) -> Fault | None:
    if len(items) > MOST_ITEMS:
        return _ITEMS
    return None if all(map(_item_fits, items)) else _ITEM


def _item_fits(item: IncomingItem) -> bool:
    return (
        _text(item.product, 100)
        and _whole(item.quantity, 1, MOST_PIECES)
        and (
            item.price is None
            or (
                _whole(item.price, 0, LARGEST_VALUE) and item.price * item.quantity <= LARGEST_VALUE
            )
        )
        and (not item.name or _text(item.name, 300))
        and (not item.category or _text(item.category, LONGEST_PATH))
        and (not item.brand or _text(item.brand, 100))
        and (not item.url or _text(item.url, 1000))
        and (not item.image_url or _text(item.image_url, 1000))
    )


def _properties_fault(properties: Any) -> Fault | None:
    fits = (
        isinstance(properties, Mapping)
        and len(properties) <= MOST_PROPERTIES
        and _json(properties, _DEEPEST)
    )
    return None if fits else _PROPERTIES


def _json(value: Any, deepest: int) -> bool:
    """Whether both databases keep the value as it is."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, float):
        return isfinite(value)
    if deepest == 0:
        return False
    if isinstance(value, Mapping):
        return all(_text(key, 100) and _json(part, deepest - 1) for key, part in value.items())
    return isinstance(value, list | tuple) and all(_json(part, deepest - 1) for part in value)


def _letters_fault(event: IncomingEvent) -> Fault | None:
    """What neither database keeps: NUL and halves of characters. Asked last, of all at once."""
    try:
        encoded = _encode(event)
        properties = _encode(event.properties) if len(encoded) > LARGEST_PROPERTIES else b""
    except UnicodeEncodeError:
        return _LETTERS
    if b"\\u0000" in encoded:
        return _LETTERS
    return _PROPERTIES if len(properties) > LARGEST_PROPERTIES else None


def _text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
