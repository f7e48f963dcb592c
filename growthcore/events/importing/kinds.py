"""What a file can hold: customers, products, contents or events, each read by the same few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file is understood: the shop's zone and currency, and what the rows' origin is called.

    ``source`` is ``import:<name>``; ``fingerprint`` names rows that bring no id of their own.
    """

    zone: ZoneInfo
    currency: str
    source: str
    fingerprint: str


@dataclass(kw_only=True)
class Stored:
    """What became of a batch: how many of each outcome, and errors by place in the batch."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: dict[int, Mapping[str, str]] = field(default_factory=dict)


class Kind(Protocol):
    """One kind of file."""

    fields: frozenset[str]
    """The names a column may have."""

    def knows(self, name: str) -> bool:
        """Whether a column of this name is understood."""

    def read(self, row: Mapping[str, Any], number: int) -> Any:
        """Turn the row ``number`` into an item. Raises :class:`InvalidInput` by column."""

    def store(self, session: Session, items: Sequence[Any], now: datetime) -> Stored:
        """Write items. What does not fit is told, the rest is written."""
