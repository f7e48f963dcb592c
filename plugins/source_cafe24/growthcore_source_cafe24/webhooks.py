"""What Cafe24 posts: wrapped in ``resource`` or flat, single or with ids joined by commas.

See "Webhooks" at developers.cafe24.com. An event that comes without its number is told by the
address it was posted to, such as ``/hooks/3?event=90080``.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from growthcore.api import Webhook
from growthcore.api.values import JSON
from growthcore_source_cafe24.wire import iso, several

ORDERS: Final = frozenset({*range(90023, 90030), 90071, 90072, 90073, 90074})
MEMBERS: Final = frozenset({90032, 90080, 90144, 90146})
LEFT: Final = frozenset({90147})
PRODUCTS: Final = frozenset({90001, 90002, 90003, 90022, 90041, 90075, 90150})
CARTS: Final = frozenset({90084})
REMOVED: Final = frozenset({90077})


@dataclass(kw_only=True)
class Told:
    """What a batch of webhooks tells, each thing once.

    Members come with when something of them was last said to have changed, those who ``left`` with
    when that was told; ``carts`` are events already.
    """

    orders: dict[str, None] = field(default_factory=dict)
    members: dict[str, datetime] = field(default_factory=dict)
    left: dict[str, datetime] = field(default_factory=dict)
    products: dict[str, None] = field(default_factory=dict)
    carts: list[JSON] = field(default_factory=list)
    removed: bool = False


def is_authentic(headers: Mapping[str, str], key: str) -> bool:
    """Whether the header ``x-api-key`` holds the app's key; where there is none, nothing is."""
    given = headers.get("x-api-key") or ""
    return bool(key) and hmac.compare_digest(given.encode(), key.encode())


def read(webhooks: Sequence[Webhook], mall_id: str) -> Told:
    """What they tell of this mall; what can't be understood tells nothing."""
    told = Told()
    for webhook in webhooks:
        number, resource = _opened(webhook)
        if number and str(resource.get("mall_id") or mall_id) == mall_id:
            _note(told, number, resource, webhook)
    return told


def _opened(webhook: Webhook) -> tuple[int, Mapping[str, Any]]:
    try:
        body = json.loads(webhook.body)
    except (ValueError, RecursionError):
        return 0, {}
    if not isinstance(body, dict):
        return 0, {}
    number = str(body.get("event_no") or webhook.query.get("event") or "")
    resource = body.get("resource", body)
    fits = number.isdecimal() and len(number) < 10 and isinstance(resource, dict)
    return (int(number), resource) if fits else (0, {})


def _note(told: Told, number: int, resource: Mapping[str, Any], webhook: Webhook) -> None:
    at = webhook.received_at
    if number in ORDERS:
        told.orders |= dict.fromkeys(several(resource.get("order_id")))
    elif number in PRODUCTS:
        numbers = several(resource.get("product_no"))
        told.products |= dict.fromkeys(each for each in numbers if each.isdecimal())
    elif number in MEMBERS:
        _latest(told.members, several(resource.get("member_id")), at)
    elif number in LEFT:
        _latest(told.left, several(resource.get("member_id")), at)
    elif number in CARTS and resource.get("member_id") and resource.get("product_no"):
        told.carts.append(_cart(resource, webhook))
    elif number in REMOVED:
        told.removed = True


def _latest(known: dict[str, datetime], ids: Iterable[str], at: datetime) -> None:
    for each in ids:
        known[each] = max(at, known.get(each, at))


def _cart(resource: Mapping[str, Any], webhook: Webhook) -> JSON:
    quantity = str(resource.get("quantity") or "1")
    line = {
        "product_id": str(resource["product_no"]),
        "quantity": max(1, int(quantity)) if quantity.isdecimal() else 1,
    }
    return {
        "id": f"cart:{webhook.key}",
        "name": "add_to_cart",
        "time": iso(webhook.received_at),
        "customer": str(resource["member_id"]),
        "items": [line],
    }
