"""The plugin's table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.api.db import plugin_base

Base = plugin_base("event_debugger")


class SeenEvent(Base):  # type: ignore[valid-type, misc]
    """One of the last events, as it is shown: ``details`` is everything else about it, as JSON."""

    __tablename__ = "event_debugger_events"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    customer_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
