"""Whom the mails of an account may come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from growthcore_channel_email_smtp.headers import ascii_address


@dataclass(frozen=True, kw_only=True)
class From:
    """An address that mails come from, as SMTP takes it; ``reply_to`` is empty where it is the same."""

    address: str
    name: str
    reply_to: str

    @property
    def domain(self) -> str:
        """The domain that is answered for."""
        return self.address.rpartition("@")[2].lower()


def senders_of(config: Mapping[str, Any]) -> dict[str, From]:
    """Every sender of an account by the address that was entered, the default first."""
    default = {
        "address": config["sender_address"],
        "name": config["sender_name"],
        "reply_to": config["reply_to"],
    }
    return {each["address"]: _sender(each) for each in (default, *config["senders"])}


def aligned(domain: str, signing: str) -> bool:
    """Whether a signature of ``signing`` answers for mails of ``domain`` (RFC 7489 §3.1.1, relaxed).

    Told without a list of public suffixes: one must be the other or lie within it.
    """
    domain, signing = f".{domain.lower()}", f".{signing.lower()}"
    return domain.endswith(signing) or signing.endswith(domain)


def _sender(entered: Mapping[str, Any]) -> From:
    return From(
        address=ascii_address(entered["address"]) or "",
        name=entered["name"],
        reply_to=ascii_address(entered["reply_to"]) or "",
    )
