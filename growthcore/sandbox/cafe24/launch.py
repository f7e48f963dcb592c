"""How Cafe24 opens an app, and how an app knows that it was Cafe24.

The query string without its last parameter is signed with the app's secret (HMAC-SHA256, base64):
``AppService.java`` of github.com/cafe24-app/cafe24_app_discount_sample.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, quote, unquote_plus, urlencode

from growthcore.sandbox.cafe24.settings import Cafe24Settings

TOLERANCE = timedelta(hours=1)


def signature(content: bytes, secret: str) -> str:
    """Base64 of the HMAC-SHA256."""
    return b64encode(hmac.digest(secret.encode(), content, sha256)).decode()


def signed_launch(settings: Cafe24Settings, now: datetime, **changes: str) -> str:
    """The query string with which the mall's owner opens the app at ``now``.

    ``changes`` replace parameters: ``user_id``, ``user_name``, ``user_type`` (P owner, A operator),
    ``lang``, ``shop_no``, ``nation``, ``is_multi_shop``, ``timestamp`` (seconds).
    """
    parameters = {
        "is_multi_shop": "F",
        "lang": "ko_KR",
        "mall_id": settings.mall_id,
        "nation": "KR",
        "shop_no": "1",
        "timestamp": str(int(now.timestamp())),
        "user_id": settings.mall_id,
        "user_name": settings.mall_id,
        "user_type": "P",
    } | changes
    query = urlencode(parameters)
    return f"{query}&hmac={quote(signature(query.encode(), settings.client_secret), safe='')}"


def accepts_launch(raw_query: str, secret: str, now: datetime) -> bool:
    """Whether Cafe24 signed this query string, as received, within an hour of ``now``."""
    signed, _, given = raw_query.rpartition("&hmac=")
    expected = signature(signed.encode(), secret)
    if not hmac.compare_digest(expected.encode(), unquote_plus(given).encode()):
        return False
    timestamp = parse_qs(signed).get("timestamp", [""])[0]
    return (
        timestamp.isdigit() and abs(now.timestamp() - int(timestamp)) <= TOLERANCE.total_seconds()
    )
