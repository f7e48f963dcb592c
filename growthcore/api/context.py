"""What runtime hooks are handed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from growthcore.api.ports import Carts, Clock, Log
from growthcore.api.values import Customer, MessageClass


@dataclass(frozen=True, kw_only=True)
class PluginContext:
    """One plugin's view of the core during a hook call.

    ``unit()`` opens a transaction for the plugin's own tables, committed on leaving the ``with``
    block and rolled back by an exception. ``session`` is set only in the hooks that run inside the
    core's transaction; those touch the database only, never the network.
    """

    plugin: str
    clock: Clock
    log: Log
    carts: Carts = field(repr=False)
    unit: Callable[[], AbstractContextManager[Session]] = field(repr=False)
    session: Session | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A message that passed every check of the core and would go now."""

    message_id: int
    campaign_id: int
    channel: str
    message_class: MessageClass
    customer: Customer
    cart_id: int | None
    at: datetime


@dataclass(frozen=True)
class Suppress:
    """A veto. ``reason`` is a short code that reports and the customer's page show."""

    reason: str
