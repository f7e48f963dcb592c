"""What a bulk upsert answers, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Change(StrEnum):
    """What an upsert did to one item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Upserted:
    """The outcome of one item: our ``id`` of it, or ``errors`` by field, in sentences."""

    change: Change
    id: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
