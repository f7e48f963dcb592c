"""The addresses in a message that lead back to us, and what they add to the shop's own links."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from growthcore.core import Core
from growthcore.messaging.tokens import Kind, Signer, Token


def signer(core: Core) -> Signer:
    """What signs this shop's tokens."""
    return Signer(core.keys.derive("message-tokens"))


@dataclass(kw_only=True)
class Addresses:
    """The tracked addresses of one message."""

    base_url: str
    message_id: int
    signer: Signer = field(repr=False)

    def _url(self, path: str, kind: Kind, link: int = 0, suffix: str = "") -> str:
        token = self.signer.sign(Token(kind, self.message_id, link))
        return f"{self.base_url}/t/{path}/{token}{suffix}"

    @property
    def open_pixel(self) -> str:
        """The picture whose fetching tells of an open."""
        return self._url("o", Kind.OPEN, suffix=".gif")

    @property
    def unsubscribe(self) -> str:
        """The recipient's own page; POST to it is the one click of RFC 8058."""
        return self._url("u", Kind.UNSUBSCRIBE)

    def link(self, position: int) -> str:
        """The redirect to the message's link at this position."""
        return self._url("c", Kind.CLICK, position)


@lru_cache(maxsize=4096)
def with_utm(url: str, utm: tuple[tuple[str, str], ...]) -> str:
    """The link with the campaign's UTM parameters; most links of a campaign are everybody's.

    What the link already holds stays, in its order, but for UTM parameters of the same name; the
    fragment stays. Anything but http and https is left alone.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not utm:
        return url
    own = {name for name, _ in utm}
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in own]
    return urlunsplit(parts._replace(query=urlencode([*kept, *utm])))
