"""Asking the DNS. Nothing of GrowthCore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

_SECONDS = 5.0


class NoAnswer(Exception):
    """The DNS can't be asked now, or answers that it can't tell."""


class Lookup(Protocol):
    """Asks for the records of a name."""

    def records(self, name: str, kind: str) -> Sequence[str]:
        """Every record of a kind: the text of TXT, the address of A and AAAA, the host of MX.

        None is no error: the list is empty. Raises :class:`NoAnswer`.
        """


class Dns:
    """The DNS as this machine is set up to ask it."""

    def records(self, name: str, kind: str) -> Sequence[str]:
        """See :class:`Lookup`."""
        # Importing it takes a sixth of a second, and hardly any process ever asks.
        import dns.exception
        import dns.resolver

        try:
            answer = dns.resolver.resolve(name, kind, lifetime=_SECONDS, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(str(error)) from error
        return [_text(kind, record) for record in answer]


def _text(kind: str, record: object) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
    if kind == "MX":
        return str(record.exchange).rstrip(".").lower()  # type: ignore[attr-defined]
    return str(record)
