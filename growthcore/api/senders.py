"""Senders and templates that a provider approves, and the core only keeps a copy of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from growthcore.api.values import JSON


class Approval(StrEnum):
    """What the provider says of a sender or a template. Only ``APPROVED`` may be used to send."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Whom messages may come from: a registered number, a profile, an address.

    ``key`` is the provider's own for it, ``label`` how people write it. ``detail`` is why it is not
    approved, in the provider's words.
    """

    key: str
    label: str
    approval: Approval
    detail: str | None = None
    registrant: str | None = None
    registered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderTemplate:
    """A message text that was approved elsewhere. ``content`` is the channel's own JSON.

    ``sender`` is the key of the sender it belongs to, where it does.
    """

    code: str
    name: str
    approval: Approval
    content: JSON = field(repr=False)
    detail: str | None = None
    sender: str | None = None
    changed_at: datetime | None = None

    @property
    def revision(self) -> str:
        """A short hash of the content: another one means that the text was changed."""
        plain = json.dumps(self.content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()[:16]


class Directory(Protocol):
    """The senders and templates of one account, as they were last synced."""

    def senders(self) -> Sequence[Sender]:
        """Every sender the provider knows, approved ones first."""

    def templates(self) -> Sequence[ProviderTemplate]:
        """Every template the provider knows, approved ones first."""

    def template(self, code: str) -> ProviderTemplate | None:
        """One template, if the provider knows it."""
