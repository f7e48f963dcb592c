"""What can be set about the mall. Keys and secrets are invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

MALL_ID = re.compile(r"[a-z0-9]{4,16}")
MESSAGES: Mapping[int, str] = {
    401: "access_token time expired. (invalid_token)",
    403: "The access_token does not have permission for this resource. (insufficient_scope)",
    404: "No API found.",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
SCOPES: Mapping[str, str] = {
    "mall.read_application": "앱 읽기",
    "mall.write_application": "앱 쓰기",
    "mall.read_category": "상품분류 읽기",
    "mall.read_customer": "회원 읽기",
    "mall.read_notification": "알림 읽기",
    "mall.write_notification": "알림 쓰기",
    "mall.read_order": "주문 읽기",
    "mall.read_personal": "개인화정보 읽기",
    "mall.read_privacy": "개인정보 읽기",
    "mall.read_product": "상품 읽기",
    "mall.write_product": "상품 쓰기",
    "mall.read_promotion": "프로모션 읽기",
    "mall.write_promotion": "프로모션 쓰기",
    "mall.read_store": "상점 읽기",
}


@dataclass(frozen=True, kw_only=True)
class Cafe24Settings:
    """A mall, an app installed in it, and how Cafe24 behaves where its pages don't say.

    Raises ``ValueError`` when ``mall_id`` is none that Cafe24 gives out, or nothing is for sale.
    """

    mall_id: str = "growthdemo"
    shop_name: str = "그로스데모"
    client_id: str = "ExampleClientId00000"
    client_secret: str = field(default="ExampleClientSecret000", repr=False)
    app_name: str = "GrowthCore"
    app_url: str = "http://127.0.0.1:8000/"
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1:8000/callback",)
    scopes: tuple[str, ...] = tuple(SCOPES)
    """What the app may ask for."""
    webhook_url: str = ""
    """Who is told what happens in the shop; "{event_no}" in it is filled in. "" tells nobody."""
    webhook_key: str = field(default="ExampleWebhookKey0000", repr=False)

    # Sizes of what is seeded; the same for the same seed.
    seed: int = 24
    customers: int = 300
    products: int = 80
    orders: int = 600
    days: int = 243
    """How far the orders go back."""
    balance: Decimal = Decimal("1000.3")
    """SMS credits."""

    # How fast it lets calls through.
    slots: int = 40
    rate: float = 2.0
    """Slots that are free again after a second; a test may set it high."""
    small_buckets: Mapping[str, int] = field(
        default_factory=lambda: (
            {"POST sms": 1}
            | {f"{method} scripttags": 10 for method in ("GET", "POST")}
            | {f"{method} scripttags/<script_no>": 10 for method in ("GET", "PUT", "DELETE")}
            | {"GET scripttags/count": 10}
        )
    )
    """Endpoints with a bucket of their own size."""

    # OAuth. What the pages don't say, or only others say, is a setting from here on.
    code_life: timedelta = timedelta(minutes=1)
    access_life: timedelta = timedelta(hours=2)
    refresh_life: timedelta = timedelta(days=14)
    refresh_grace: timedelta = timedelta(0)
    """How long a refresh token that was used can be used again."""
    refresh_ends_access: bool = False
    """Whether a refresh ends the access token it renews."""
    dead_refresh: tuple[int, str] = (400, "invalid_grant")

    # Requests.
    messages: Mapping[int, str] = field(default_factory=lambda: MESSAGES)
    invalid: str = "Invalid parameter. (parameter.{name})"
    missing: str = "Required parameter missing. (parameter.{name})"
    api_version: str = "2026-03-01"
    strict_version: bool = False
    """Whether a request for another version is refused."""
    usage_headers: bool = True
    usage_calls: int = 6_000
    """Calls over all endpoints before the second limit refuses; they leak ten times ``rate``."""
    remain_unit: timedelta = timedelta(seconds=1)
    """Of the ``X-Cafe24-*-Remain`` headers."""
    retry_after: bool = False
    """Whether a 429 says when."""
    created_start_inclusive: bool = True
    """Whether a walk by ``created_start_date`` begins with members of that very second."""
    mask_privacy: bool = False
    """Whether names, numbers and addresses come with asterisks."""

    # SMS.
    labels_advertising: bool = False
    """Whether Cafe24 itself puts (광고) and the 080 number around a text."""
    excludes_by_number: bool = False
    """Whether ``exclude_unsubscriber`` also minds bare numbers, or only members."""
    sender_memo: bool = True
    no_balance_status: int = 422

    # Webhooks and the app's life.
    flat_events: frozenset[int] = frozenset({90080, 90143, 90144, 90145, 90146, 90147})
    """Events that come without ``resource``."""
    numbered_flat: bool = True
    """Whether a flat event has an ``event_no``."""
    numeric_shop_events: frozenset[int] = frozenset({90084})
    """Events whose shop is a number, not a string."""
    cart_shop_key: str = "shop_no"
    trace_header: str = ""
    """The header that tells the ``trace_id``; "" tells it in the log only."""
    hmac_header: bool = False
    """Whether ``X-Cafe24-Hmac-SHA256`` comes along."""
    webhook_retries: int = 0
    webhook_timeout: timedelta = timedelta(seconds=5)
    tags_vanish: bool = True
    """Whether the script tags of an app that is removed go with it."""

    def __post_init__(self) -> None:
        if not MALL_ID.fullmatch(self.mall_id):
            raise ValueError("A mall id has 4 to 16 small Latin letters and digits.")
        if self.products < 1:
            raise ValueError("A mall needs at least one product.")
