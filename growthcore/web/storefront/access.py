"""Who may call the storefront API: a page of a listed origin that knows a public key."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from growthcore.api import Text
from growthcore.core import Core
from growthcore.operators import keys, origins
from growthcore.web.errors import Refusal
from growthcore.web.storefront.rates import TokenBuckets

_NO_KEY = Text("유효하지 않은 API Key 입니다.", "The API key is not valid.")
_NO_ORIGIN = Text(
    "허용되지 않은 도메인에서의 접근입니다.", "This domain is not among the allowed domains."
)
_TOO_OFTEN = Text(
    "요청이 너무 많습니다. 잠시 후 다시 시도하세요.", "Too many requests; try again later."
)


class Gate:
    """Asks the database who may come in, and remembers who did for ``trust`` seconds.

    So a key that was revoked, or an origin taken off the list, works that much longer in each
    process. Who was refused is asked about again. ``buckets`` say how often anybody may come.
    """

    def __init__(
        self,
        core: Core,
        buckets: TokenBuckets,
        trust: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._core = core
        self._buckets = buckets
        self._trust = trust
        self._monotonic = monotonic
        self._known: dict[tuple[str, str], float] = {}

    def admit(self, key: str, origin: str, address: str | None) -> None:
        """Let a caller in. Raises :class:`Refusal` (401, 403; 429 who comes too often from an address).

        The key is public and so is the list of who may use it from where: both keep other sites'
        pages out, not a script outside a browser, which can name any origin.
        """
        if wait := self._buckets.take((key, address)):
            seconds = str(math.ceil(wait))
            raise Refusal(429, "too_many_requests", _TOO_OFTEN, headers={"Retry-After": seconds})
        now = self._monotonic()
        if self._known.get((key, origin), now) <= now:
            self._ask(key, origin)
            # What may be remembered is what the shop's own lists hold, so it stays small.
            self._known[key, origin] = now + self._trust

    def _ask(self, key: str, origin: str) -> None:
        with self._core.db.read() as session:
            if not key or not keys.check_public(session, key, self._core.clock.now()):
                raise Refusal(401, "invalid_api_key", _NO_KEY)
            if origin in ("", "null") or not origins.is_allowed(session, origin):
                raise Refusal(403, "domain_not_allowed", _NO_ORIGIN)
