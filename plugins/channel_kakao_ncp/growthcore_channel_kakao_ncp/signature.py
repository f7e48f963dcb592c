"""The signature of NAVER Cloud's API gateway, version 2.

Source: api.ncloud-docs.com/docs/common-ncpapi, "API authentication".
"""

from __future__ import annotations

import hmac
from base64 import b64encode


def sign(method: str, target: str, timestamp: str, access_key: str, secret_key: str) -> str:
    """Base64 of an HMAC-SHA256 over method, target, timestamp and access key.

    ``target`` is path and query byte for byte as they are sent; the body is not signed.
    """
    said = f"{method} {target}\n{timestamp}\n{access_key}".encode()
    return b64encode(hmac.digest(secret_key.encode(), said, "sha256")).decode()


def headers(
    method: str, target: str, milliseconds: int, access_key: str, secret_key: str
) -> dict[str, str]:
    """The header fields that sign a request made ``milliseconds`` after 1970 began in UTC."""
    timestamp = str(milliseconds)
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": access_key,
        "x-ncp-apigw-signature-v2": sign(method, target, timestamp, access_key, secret_key),
    }
