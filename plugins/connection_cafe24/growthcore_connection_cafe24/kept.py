"""The tokens as the account's state keeps them: a JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from growthcore_connection_cafe24.client import Tokens

LEASE = timedelta(seconds=60)
"""How long who renews has for it: two waits of 10 seconds for Cafe24, and some more."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Tokens of one app and mall, which ``origin`` names.

    ``refused`` is the OAuth error with which Cafe24 refused to renew them. Until ``renewing_until``
    the process that is ``renewer`` renews them, and no other.
    """

    origin: str
    access: str = field(repr=False)
    access_expires_at: datetime
    refresh: str = field(repr=False)
    refresh_expires_at: datetime
    scopes: Sequence[str]
    refused: str | None
    renewer: str | None
    renewing_until: datetime | None

    def leased(self, now: datetime) -> bool:
        """Whether somebody renews them now. One who crashed no longer does after :data:`LEASE`."""
        return self.renewing_until is not None and now < self.renewing_until


def document_of(tokens: Tokens, origin: str) -> dict[str, Any]:
    """The document for new tokens: nothing was refused, nobody renews."""
    return {
        "origin": origin,
        "access_token": tokens.access,
        "access_expires_at": tokens.access_expires_at.isoformat(),
        "refresh_token": tokens.refresh,
        "refresh_expires_at": tokens.refresh_expires_at.isoformat(),
        "scopes": list(tokens.scopes),
    }


def kept_of(document: Mapping[str, Any], origin: str) -> Kept | None:
    """The tokens in a document; None when there are none, or for another mall or app.

    The latter would otherwise be shown to whomever the settings lead to now.
    """
    if document.get("origin") != origin:
        return None
    until = document.get("renewing_until")
    return Kept(
        origin=origin,
        access=document["access_token"],
        access_expires_at=datetime.fromisoformat(document["access_expires_at"]),
        refresh=document["refresh_token"],
        refresh_expires_at=datetime.fromisoformat(document["refresh_expires_at"]),
        scopes=tuple(document["scopes"]),
        refused=document.get("refused"),
        renewer=document.get("renewer"),
        renewing_until=datetime.fromisoformat(until) if until else None,
    )
