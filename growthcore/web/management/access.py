"""Who may call the management API: whoever has a secret key."""

from __future__ import annotations

from flask import g, request

from growthcore.api import Text
from growthcore.operators import keys
from growthcore.web import current
from growthcore.web.errors import Refusal

_TEXT = Text(
    "비밀 API Key가 필요합니다.",
    "Send a valid secret key in the header: Authorization: Bearer <secret key>.",
)


def require_key() -> None:
    """Let the request go on, as somebody in ``g.actor``. Raises :class:`Refusal` (401)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        shop = current.core()
        with shop.db.read() as session:
            key = keys.check_secret(session, value.strip(), shop.clock.now())
        if key:
            g.actor = f"api:{key.hint}"
            return
    raise Refusal(401, "invalid_api_key", _TEXT, headers={"WWW-Authenticate": "Bearer"})
