"""Codes and tokens of the OAuth 2.0 authorization code grant, RFC 6749."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from growthcore.api import Clock
from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import Record, local


class DeadTokenError(Exception):
    """A code or refresh token that is unknown, used or too old."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a person agreed to, until the app exchanges it."""

    redirect_uri: str
    scopes: Sequence[str]
    issued_at: datetime


@dataclass(kw_only=True)
class Grant:
    """A pair of tokens. ``used_at`` is when its refresh token was first used."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    scopes: Sequence[str]
    issued_at: datetime
    used_at: datetime | None = None
    ended: bool = False


class Tokens:
    """The codes and tokens that a mall has given to the app. Threads may ask at once."""

    def __init__(self, settings: Cafe24Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._lock = Lock()
        self._codes: dict[str, Code] = {}
        self._by_access: dict[str, Grant] = {}
        self._by_refresh: dict[str, Grant] = {}

    def agree(self, redirect_uri: str, scopes: Sequence[str]) -> str:
        """A new code."""
        code = secrets.token_urlsafe(16)
        with self._lock:
            self._codes[code] = Code(
                redirect_uri=redirect_uri, scopes=tuple(scopes), issued_at=self._clock.now()
            )
        return code

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        """The first tokens for a code, once. Raises :class:`DeadTokenError`."""
        with self._lock:
            found = self._codes.pop(code, None)
            if found is None or found.redirect_uri != redirect_uri:
                raise DeadTokenError
            if self._clock.now() - found.issued_at > self._settings.code_life:
                raise DeadTokenError
            return self._grant(found.scopes)

    def refresh(self, token: str) -> Grant:
        """New tokens for a refresh token, which stops. Raises :class:`DeadTokenError`."""
        now = self._clock.now()
        with self._lock:
            old = self._by_refresh.get(token)
            if old is None or now - old.issued_at > self._settings.refresh_life:
                raise DeadTokenError
            if old.used_at is not None and now - old.used_at >= self._settings.refresh_grace:
                raise DeadTokenError
            old.used_at = old.used_at or now
            old.ended = self._settings.refresh_ends_access
            return self._grant(old.scopes)

    def issue(self, scopes: Sequence[str] | None = None) -> Grant:
        """Tokens without anybody's agreement, of every scope of the app or of these."""
        with self._lock:
            return self._grant(self._settings.scopes if scopes is None else scopes)

    def _grant(self, scopes: Sequence[str]) -> Grant:
        grant = Grant(
            access=secrets.token_urlsafe(16),
            refresh=secrets.token_urlsafe(16),
            scopes=tuple(scopes),
            issued_at=self._clock.now(),
        )
        self._by_access[grant.access] = self._by_refresh[grant.refresh] = grant
        return grant

    def scopes(self, access: str) -> Sequence[str] | None:
        """What an access token may; None when it is unknown or too old."""
        with self._lock:
            grant = self._by_access.get(access)
        if grant is None or grant.ended:
            return None
        old = self._clock.now() - grant.issued_at >= self._settings.access_life
        return None if old else grant.scopes

    def revoke(self, token: str) -> None:
        """End the pair that this token is one of, if there is one."""
        with self._lock:
            grant = self._by_access.get(token) or self._by_refresh.get(token)
            if grant is not None:
                self._forget(grant)

    def keep_only(self, kept: Grant) -> None:
        """End every other pair: the app was installed anew."""
        with self._lock:
            for grant in list(self._by_access.values()):
                if grant is not kept:
                    self._forget(grant)

    def _forget(self, grant: Grant) -> None:
        del self._by_access[grant.access]
        del self._by_refresh[grant.refresh]

    def told(self, grant: Grant) -> Record:
        """The answer of the token endpoint: Korean times, and no ``expires_in``."""
        return {
            "access_token": grant.access,
            "expires_at": local(grant.issued_at + self._settings.access_life),
            "refresh_token": grant.refresh,
            "refresh_token_expires_at": local(grant.issued_at + self._settings.refresh_life),
            "client_id": self._settings.client_id,
            "mall_id": self._settings.mall_id,
            "user_id": self._settings.mall_id,
            "scopes": list(grant.scopes),
            "issued_at": local(grant.issued_at),
            "shop_no": "1",
            "token_type": "Bearer",
        }
