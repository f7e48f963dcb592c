"""What sending depends on outside, told to people beside the account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from growthcore.api.text import Text


class Health(StrEnum):
    """How something outside stands that sending depends on. ``UNKNOWN``: it could not be told."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"
    UNKNOWN = "unknown"


class DnsRecord(NamedTuple):
    """A record to enter at whoever keeps the domain; ``type`` is ``TXT`` or ``MX``, say."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One thing looked at outside: whose it is (``subject``, a domain), how it stands, what to do.

    ``record`` is the DNS record that mends it, where one does.
    """

    subject: str
    state: Health
    title: Text
    detail: Text
    record: DnsRecord | None = None
