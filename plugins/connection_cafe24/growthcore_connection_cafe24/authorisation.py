"""Tokens that several processes share, of which exactly one renews them at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from growthcore.api import AccountState, Clock, ConfigError, Log, RetryableError
from growthcore_connection_cafe24.client import App, Refused, Tokens, Unavailable
from growthcore_connection_cafe24.kept import LEASE, Kept, document_of, kept_of

EARLY = timedelta(minutes=10)
"""How long before its end a token is renewed: longer than our clock and Cafe24's may differ."""
LOOKS = 75
PAUSE = 0.2
"""Seconds between two looks at what another process renews; 15 in all."""
DEAD = "invalid_grant"

NOT_CONNECTED = (
    "Cafe24 is not connected yet. Open the connection in the settings and connect the mall."
)
ENDED = (
    "Cafe24 no longer accepts the authorisation. Open the connection and connect the mall again."
)


class Authorisation:
    """The tokens in ``state`` of the app and mall that ``origin`` names.

    A renewal is no transaction, for it waits for Cafe24: who put a lease into the document renews;
    the others use the token there is, or wait and look again.
    """

    def __init__(
        self,
        *,
        app: App,
        origin: str,
        state: AccountState,
        clock: Clock,
        log: Log,
        sleep: Callable[[float], None],
    ) -> None:
        self._app, self._origin = app, origin
        self._state, self._clock, self._log = state, clock, log
        self._sleep = sleep

    def known(self) -> Kept | None:
        """What is kept, usable or not."""
        return kept_of(self._state.read(), self._origin)

    def keep(self, tokens: Tokens) -> None:
        """Keep new tokens instead of whatever was kept. Both are stored together, or none is."""

        def replace(document: dict[str, Any]) -> None:
            document.clear()
            document.update(document_of(tokens, self._origin))

        self._state.update(replace)

    def forget(self) -> None:
        """Keep nothing."""
        self._state.update(dict.clear)

    def token(self, stale: str | None = None) -> str:
        """An access token that is good for a while; not ``stale``, which Cafe24 has refused.

        Raises :class:`ConfigError` when a person must authorise again, and :class:`RetryableError`
        when it can't be renewed now.
        """
        for _look in range(LOOKS):
            kept, now = self._usable(), self._clock.now()
            good = kept.access != stale
            if good and now < kept.access_expires_at - EARLY:
                return kept.access
            if not kept.leased(now) and (me := self._lease(kept, now)):
                return self._renew(kept, me)
            if good and now < kept.access_expires_at:
                return kept.access
            self._sleep(PAUSE)
        raise RetryableError("Cafe24's authorisation is being renewed; try again.", after=PAUSE)

    def _usable(self) -> Kept:
        kept = self.known()
        if kept is None:
            raise ConfigError(NOT_CONNECTED)
        if kept.refused == DEAD:
            raise ConfigError(ENDED)
        return kept

    def _lease(self, kept: Kept, now: datetime) -> str | None:
        """Become who renews exactly these tokens; None when another process was quicker."""
        me = token_hex(8)

        def take(document: dict[str, Any]) -> None:
            current = kept_of(document, self._origin)
            if current and current.refresh == kept.refresh and not current.leased(now):
                document["renewer"] = me
                document["renewing_until"] = (now + LEASE).isoformat()

        return me if self._state.update(take).get("renewer") == me else None

    def _renew(self, kept: Kept, me: str) -> str:
        try:
            tokens = self._app.refresh(kept.refresh)
            self.keep(tokens)
        except Refused as refused:
            return self._refused(kept, refused.code)
        except Unavailable as error:
            raise RetryableError(f"Cafe24 can't renew the authorisation now ({error}).") from error
        except ConnectionError as error:
            # What was asked for has not been sent yet, whatever became of the renewal.
            raise RetryableError("Cafe24 did not answer when the token was renewed.") from error
        finally:
            self._release(me)
        self._log.info("cafe24_token_renewed")
        return tokens.access

    def _release(self, me: str) -> None:
        def release(document: dict[str, Any]) -> None:
            if document.get("renewer") == me:
                document.update(renewer=None, renewing_until=None)

        self._state.update(release)

    def _refused(self, kept: Kept, code: str) -> str:
        """Note that these tokens are dead, unless somebody has put others there meanwhile."""

        def mark(document: dict[str, Any]) -> None:
            if document.get("refresh_token") == kept.refresh:
                document["refused"] = code

        current = kept_of(self._state.update(mark), self._origin)
        if current and current.refresh != kept.refresh:
            return current.access
        self._log.warning("cafe24_token_refused", code=code)
        if code == DEAD:
            raise ConfigError(ENDED)
        raise ConfigError(
            f"Cafe24 refuses to renew the authorisation ({code}). "
            "Check the client id and secret, then connect the mall again."
        )
