"""Which addresses are of the public internet, so that no request is led into the server's network."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from growthcore.api.errors import ConfigError

# What carries an IPv4 address inside an IPv6 one, with how far it stands from the right.
_EMBEDDED = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)

# Not the internet's either, though not every Python says so.
_ASIDE = (IPv4Network("192.0.0.0/24"), IPv6Network("fec0::/10"))


def is_public(address: str) -> bool:
    """Whether an address (``203.0.113.7``, ``2001:db8::1``) is one of the public internet's."""
    found = _unwrapped(ip_address(address))
    aside = found.is_multicast or found.is_reserved or any(found in each for each in _ASIDE)
    return found.is_global and not aside


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, looked up once. Every spelling of one (``127.1``, ``0x7f000001``) counts.

    Raises :class:`ConfigError` when any of them is not public, and ``OSError`` when the host is not
    found.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("the name is malformed") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not all(map(is_public, addresses)):
        raise ConfigError(
            f"{host} is not on the public internet: it leads to this machine or into a private "
            "network. Give another address, or let an owner allow private ones."
        )
    return addresses


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    for network, shift in _EMBEDDED:
        if address in network:
            return IPv4Address(int(address) >> shift & 0xFFFF_FFFF)
    return address
