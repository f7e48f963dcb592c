"""What can be told of a relay from outside: its addresses, and what its provider wants in SPF."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from growthcore_channel_email_smtp.lookups import Lookup
from growthcore_channel_email_smtp.spf import Address

# Providers send from many addresses and name them all in a record to include, by their own manuals.
_INCLUDES = {
    "amazonaws.com": "amazonses.com",
    "gmail.com": "_spf.google.com",
    "mailgun.org": "mailgun.org",
    "mandrillapp.com": "spf.mandrillapp.com",
    "office365.com": "spf.protection.outlook.com",
    "postmarkapp.com": "spf.mtasv.net",
    "sendgrid.net": "sendgrid.net",
    "worksmobile.com": "spf.worksmobile.com",
}


@dataclass(frozen=True)
class Relay:
    """A server that passes mails on. ``include`` is what its provider wants included in SPF.

    ``addresses`` are public ones: a server inside a network is seen by others under another one.
    """

    host: str
    include: str | None
    addresses: tuple[Address, ...]

    @property
    def mechanisms(self) -> str:
        """What a record says that lets it send; empty when that can't be told."""
        if self.include:
            return f"include:{self.include}"
        return " ".join(f"ip{each.version}:{each}" for each in self.addresses)


def relay_at(host: str, lookup: Lookup) -> Relay:
    """Look a relay up. Raises :class:`growthcore_channel_email_smtp.lookups.NoAnswer`."""
    name = host.lower().rstrip(".")
    include = next((i for d, i in _INCLUDES.items() if name == d or name.endswith(f".{d}")), None)
    if include:
        return Relay(host, include, ())
    try:
        found = [ipaddress.ip_address(name)]
    except ValueError:
        texts = [*lookup.records(name, "A"), *lookup.records(name, "AAAA")]
        found = [ipaddress.ip_address(text) for text in texts]
    return Relay(host, None, tuple(each for each in found if each.is_global))
