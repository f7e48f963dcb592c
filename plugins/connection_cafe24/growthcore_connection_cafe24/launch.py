"""How an app knows that Cafe24 itself opened it.

The query string without its last parameter is signed with the app's secret (HMAC-SHA256, base64), see
``AppService.java`` of github.com/cafe24-app/cafe24_app_discount_sample.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote

TOLERANCE = timedelta(hours=1)


def signature(signed: str, secret: str) -> str:
    """The signature of a query string, as received, without ``&hmac=…``."""
    return b64encode(hmac.digest(secret.encode(), signed.encode(), "sha256")).decode()


def is_launch(raw_query: str, secret: str, mall_id: str, now: datetime) -> bool:
    """Whether Cafe24 signed this query string for this mall within an hour of ``now``."""
    signed, _, last = raw_query.rpartition("&")
    name, _, given = last.partition("=")
    # Not unquote_plus: base64 has no blanks, but it has "+".
    if name != "hmac" or not hmac.compare_digest(
        signature(signed, secret).encode(), unquote(given).encode()
    ):
        return False
    fields = parse_qs(signed)
    # The secret is the app's, and the same in every mall that has it.
    return fields.get("mall_id") == [mall_id] and _is_recent(fields.get("timestamp", []), now)


def _is_recent(timestamps: list[str], now: datetime) -> bool:
    if len(timestamps) != 1 or not timestamps[0].isascii() or not timestamps[0].isdigit():
        return False
    # More digits are another age, whatever they say.
    seconds = int(timestamps[0][:12])
    return abs(now.timestamp() - seconds) <= TOLERANCE.total_seconds()
