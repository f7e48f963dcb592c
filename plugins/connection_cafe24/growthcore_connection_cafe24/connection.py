"""The connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from growthcore.api import (
    ConfigError,
    Connection,
    ConnectionStatus,
    HttpResponse,
    ProviderContext,
    RetryableError,
    Text,
    require,
)
from growthcore.api.values import JSON
from growthcore_connection_cafe24.authorisation import EARLY, Authorisation
from growthcore_connection_cafe24.client import App, Refused, Tokens, Unavailable, message_of
from growthcore_connection_cafe24.kept import Kept
from growthcore_connection_cafe24.launch import is_launch
from growthcore_connection_cafe24.pace import Pace, endpoint_of
from growthcore_connection_cafe24.schema import Config, base_url

LONGEST_WAIT = 2.0
"""Seconds a request waits for a slot; what has to wait longer is tried again later."""
TRIES = 3


class Cafe24Connection(Connection):
    """One mall's Admin API, authorised by the mall's owner; ``path`` is below ``/api/v2``."""

    id = "cafe24"
    title = Text("카페24", "Cafe24")
    help = Text(
        "카페24 쇼핑몰의 회원, 주문, 상품, 문자 API에 연결합니다.",
        "Connects a Cafe24 mall: members, orders, products, text messages.",
    )
    Config = Config

    def __init__(
        self, context: ProviderContext, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__(context)
        config = context.config
        self._sleep, self._pace = sleep, Pace()
        self._app = App(
            http=context.http,
            base_url=base_url(config),
            client_id=config["client_id"],
            client_secret=config["client_secret"],
            public_only=not config["allow_private"],
        )
        self._authorisation = Authorisation(
            app=self._app,
            origin=f"{self._app.base_url} {config['mall_id']} {config['client_id']}",
            state=context.state,
            clock=context.clock,
            log=context.log,
            sleep=sleep,
        )

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Cafe24's page, where the mall's owner signs in and agrees."""
        return self._app.authorize_url(redirect_uri, state, self.context.config["scopes"])

    def finish(self, redirect_uri: str, query: Mapping[str, str]) -> None:
        """Exchange the code, within its minute, and keep the tokens."""
        if error := query.get("error"):
            raise ConfigError(_sentence(error))
        require(query.get("code"), "Cafe24 sent no code back. Connect the mall again.")
        tokens = self._exchanged(query["code"], redirect_uri)
        require(
            tokens.mall_id == self.context.config["mall_id"],
            f"The mall {tokens.mall_id!r} was authorised, not the one of this connection. "
            "Sign in to Cafe24 as the owner of this mall and connect it again.",
        )
        self._authorisation.keep(tokens)
        self.context.log.info("cafe24_connected", scopes=len(tokens.scopes))

    def accepts_launch(self, raw_query: str) -> bool:
        """Whether Cafe24 opened the app from this mall's admin, at most an hour ago."""
        config = self.context.config
        now = self.context.clock.now()
        return is_launch(raw_query, config["client_secret"], config["mall_id"], now)

    def status(self) -> ConnectionStatus:
        """What the kept tokens tell."""
        kept = self._authorisation.known()
        if kept is None:
            return ConnectionStatus(connected=False, detail=_UNAUTHORISED)
        problem = _problem(kept, self.context.clock.now())
        return ConnectionStatus(
            connected=problem is None,
            detail=problem or self._missing(kept.scopes),
            scopes=kept.scopes,
            expires_at=kept.refresh_expires_at,
        )

    def disconnect(self) -> None:
        """Revoke the tokens, as far as Cafe24 can be reached, and forget them in any case."""
        kept = self._authorisation.known()
        try:
            if kept:
                self._app.revoke(kept.refresh)
        except (RetryableError, ConnectionError):
            self.context.log.warning("cafe24_tokens_not_revoked")
        finally:
            self._authorisation.forget()

    def verify(self) -> None:
        """Read the mall's own record, which renews the tokens when it is time."""
        response = self.request("GET", "/admin/store")
        require(200 <= response.status < 300, f"Cafe24 refuses a request: {message_of(response)}.")

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: JSON | None = None,
    ) -> HttpResponse:
        """A request to the configured shop, at the pace Cafe24 allows; no 401, 403, 429 or 5xx.

        ``path`` is such as ``/admin/orders``, ``body`` such as ``{"request": {…}}``. Raises
        ``ValueError`` for a path that is none.
        """
        shop_no, endpoint = self.context.config["shop_no"], endpoint_of(method, path)
        if body is not None:
            body = {"shop_no": shop_no, **body}
        elif shop_no != 1:
            query = [*query, ("shop_no", str(shop_no))]
        wait = 0.0
        for _try in range(TRIES):
            free = self._pace.take(endpoint, self.context.clock.now(), LONGEST_WAIT)
            self._hold(max(wait, free))
            response = self._authorised(method, path, query, body)
            now = self.context.clock.now()
            if response.status != 429:
                self._pace.told(endpoint, response.headers, now)
                return _readable(method, response)
            wait = self._pace.refused(endpoint, response.headers, now)
        raise RetryableError(_BUSY, after=wait)

    def _exchanged(self, code: str, redirect_uri: str) -> Tokens:
        try:
            return self._app.exchange(code, redirect_uri)
        except Refused as refused:
            raise ConfigError(
                f"Cafe24 refuses the authorisation ({refused.code}). Check the client id and "
                "secret and the redirect URI in the developer centre, then connect again."
            ) from refused
        except (Unavailable, RetryableError, ConnectionError) as error:
            raise ConfigError("Cafe24 did not answer. Connect the mall again.") from error

    def _hold(self, seconds: float) -> None:
        if seconds > LONGEST_WAIT:
            raise RetryableError(_BUSY, after=seconds)
        if seconds:
            self._sleep(seconds)

    def _authorised(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: JSON | None
    ) -> HttpResponse:
        """Ask with a token, and once more with a new one when Cafe24 does not know it."""
        token = self._authorisation.token()
        response = self._asked(token, method, path, query, body)
        if response.status == 401:
            token = self._authorisation.token(stale=token)
            response = self._asked(token, method, path, query, body)
        if response.status == 401:
            raise ConfigError(
                f"Cafe24 does not accept a new token. It says: {message_of(response)}. "
                "Connect the mall again."
            )
        return response

    def _asked(
        self,
        token: str,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        body: JSON | None,
    ) -> HttpResponse:
        try:
            return self._app.call(token, method, path, query, body)
        except ConnectionError as error:
            if method == "GET":  # It changes nothing, so nothing was taken.
                raise RetryableError("Cafe24 did not answer.") from error
            raise

    def _missing(self, scopes: Sequence[str]) -> Text | None:
        missing = [each for each in self.context.config["scopes"] if each not in scopes]
        if not missing:
            return None
        names = ", ".join(missing)
        return Text(
            f"허용되지 않은 권한이 있습니다: {names}. 필요하면 다시 연결하세요.",
            f"Permissions that were not given: {names}. Connect again if they are needed.",
        )


_BUSY = "Cafe24's call limit is reached; try again later."
_UNAUTHORISED = Text(
    "아직 연결되지 않았습니다. 쇼핑몰 대표 운영자가 카페24에 로그인해 동의해야 합니다.",
    "Not connected yet: the mall's owner has to sign in to Cafe24 and agree.",
)
_REFUSED = Text(
    "카페24가 인증을 더 이상 받아들이지 않습니다. 다시 연결하세요.",
    "Cafe24 no longer accepts the authorisation. Connect again.",
)
_LAPSED = Text(
    "2주 동안 사용하지 않아 인증이 만료되었습니다. 다시 연결하세요.",
    "Unused for two weeks, the authorisation has lapsed. Connect again.",
)


def _problem(kept: Kept, now: datetime) -> Text | None:
    """Why no request can be made with these tokens."""
    if kept.refused:
        return _REFUSED
    return _LAPSED if now >= kept.refresh_expires_at + EARLY else None


def _sentence(error: str) -> str:
    if error == "access_denied":
        return "The authorisation was declined at Cafe24. Connect the mall again and agree."
    if error == "invalid_scope":
        return (
            "The app is not registered with all the permissions this connection asks for. "
            "Make them the same in Cafe24's developer centre and here."
        )
    return f"Cafe24 refuses the authorisation ({error[:40]}). Connect the mall again."


def _readable(method: str, response: HttpResponse) -> HttpResponse:
    """The response, unless it says that nothing, or nobody knows what, was done."""
    if response.status == 403:
        raise ConfigError(
            f"Cafe24 forbids a request. It says: {message_of(response)}. "
            "Check the app's permissions, then connect the mall again."
        )
    if response.status >= 500:
        if method == "GET":
            raise RetryableError(f"Cafe24 is out of order now ({response.status}).")
        raise ConnectionError(f"Cafe24 answered {response.status}")
    return response
