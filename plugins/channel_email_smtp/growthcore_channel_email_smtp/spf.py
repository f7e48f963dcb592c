"""Who may send for a domain, by its SPF record (RFC 7208). Nothing of GrowthCore."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from growthcore_channel_email_smtp.lookups import Lookup

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_LOOKUPS = 10
"""RFC 7208 §4.6.4: who wants more is taken to have no record at all."""

_VERSION = re.compile(r"v=spf1(?: |\Z)", re.IGNORECASE)
_MECHANISM = re.compile(
    r"(?P<qualifier>[-+~?]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<value>[^/\s]+))?(?P<length>(?:/\d{1,3}){0,2})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?P<sign>[-+~?]?)ip[46]:(?P<network>\S+)", re.IGNORECASE)
_RESULTS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class Invalid(Exception):
    """A record can't be evaluated (a ``permerror``); the text is the piece of it that is to blame."""


def records(domain: str, lookup: Lookup) -> list[str]:
    """The SPF records of a domain; there should be one."""
    return [text for text in lookup.records(domain, "TXT") if _VERSION.match(text)]


@dataclass
class Evaluation:
    """One evaluation. ``included`` are the domains whose records were asked, ``asked`` how often."""

    lookup: Lookup
    included: set[str] = field(default_factory=set)
    asked: int = 0

    def result(self, domain: str, address: Address | None) -> str:
        """``pass``, ``fail``, ``softfail``, ``neutral`` or ``none``, for mail from ``address``.

        Without an address nothing matches but ``all``, so that every record is asked. Raises
        :class:`Invalid`, and what the look-up raises.
        """
        found = records(domain, self.lookup)
        if len(found) > 1:
            raise Invalid(domain)
        if not found:
            return "none"
        terms = found[0].split()[1:]
        for term in terms:
            if "=" in term.partition(":")[0]:
                continue
            if self._matches(term, domain, address):
                return _RESULTS[term[0] if term[0] in _RESULTS else ""]
        return self._redirected(terms, address)

    def _redirected(self, terms: list[str], address: Address | None) -> str:
        for term in terms:
            name, _, target = term.partition("=")
            if name.lower() == "redirect":
                self._count(target)
                if (result := self.result(target, address)) == "none":
                    raise Invalid(term)
                return result
        return "neutral"

    def _matches(self, term: str, domain: str, address: Address | None) -> bool:
        direct = _ADDRESS.fullmatch(term)
        if direct:
            return address is not None and address in _network(direct["network"])
        found = _MECHANISM.fullmatch(term)
        if not found:
            raise Invalid(term)
        name, target = found["name"].lower(), (found["value"] or domain).lower()
        if name == "all":
            return True
        self._count(target)
        if "%" in target:
            return False  # A macro: what it stands for is only known of a mail.
        if name == "include":
            return self._included(target, address)
        if name not in ("a", "mx") or address is None:
            return False  # Nobody should use ptr; exists says nothing of an address.
        hosts = [target] if name == "a" else self.lookup.records(target, "MX")
        return any(address in network for network in self._networks(hosts, found["length"]))

    def _included(self, target: str, address: Address | None) -> bool:
        result = self.result(target, address)
        if result == "none":
            raise Invalid(f"include:{target}")
        return result == "pass" and address is not None

    def _networks(self, hosts: Sequence[str], length: str) -> Iterator[Network]:
        four, _, six = length.removeprefix("/").partition("//")
        for host in hosts:
            for kind, bits in (("A", four or "32"), ("AAAA", six or "128")):
                for each in self.lookup.records(host, kind):
                    yield _network(f"{each}/{bits}")

    def _count(self, target: str) -> None:
        self.included.add(target.lower())
        self.asked += 1
        if self.asked > MOST_LOOKUPS:
            raise Invalid(target)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise Invalid(text) from error
