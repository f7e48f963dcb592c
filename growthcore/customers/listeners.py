"""How the tables above customers hear that two became one, or that one is to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy.orm import Session

from growthcore.core import Core


class CustomerListener(Protocol):
    """A part of the core that keeps rows of customers. All run inside the caller's transaction."""

    def merged(self, session: Session, kept_id: int, merged_id: int) -> Mapping[str, Any]:
        """Move the merged customer's rows to the kept one; what moved, by table, for an undo."""

    def erased(self, session: Session, customer_id: int) -> int:
        """Remove what tells who the customer is; the number of rows changed."""

    def exported(self, session: Session, customer_id: int) -> Mapping[str, Any]:
        """Everything held about the customer, as JSON, by table."""


def tell_plugins(core: Core, session: Session, hook: str, **arguments: int) -> None:
    """Call a hook of every plugin inside the transaction; what one raises is raised."""
    core.plugins.require(hook, lambda plugin: core.plugin_context(plugin, session), **arguments)
