"""The signature of API Gateway v2 (api.ncloud-docs.com/docs/common-ncpapi, "API authentication")."""

from __future__ import annotations

import hmac
from base64 import b64encode


def sign(method: str, target: str, timestamp: str, access_key: str, secret: str) -> str:
    """The value of ``x-ncp-apigw-signature-v2``: base64 of an HMAC-SHA256.

    ``target`` is the path with its query, byte for byte as it is sent; the body is not signed.
    """
    said = f"{method} {target}\n{timestamp}\n{access_key}".encode()
    return b64encode(hmac.digest(secret.encode(), said, "sha256")).decode()
