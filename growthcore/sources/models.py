"""Tables of pulls and of what was posted to us."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base


class RunState(StrEnum):
    """Where a run is. Between two pages it waits, ``RUNNING`` is only who holds its lease."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


OPEN = (RunState.WAITING, RunState.RUNNING)


class SourceRun(Base):
    """A pull of one part of a source's account, from its beginning (``full``) or for what is new.

    ``cursor`` is where the next page begins, ``token`` tells who is at it until ``leased_until``.
    ``counted`` of ``total`` things are behind; ``rejects`` are the first of the ``rejected`` rows,
    ``{"kind", "key", "errors"}`` each. ``error`` is why it failed, or why it is tried again at
    ``due_at``.
    """

    __tablename__ = "source_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(10), default=RunState.WAITING)
    full: Mapped[bool] = mapped_column(default=False)
    actor: Mapped[str] = mapped_column(String(60))
    cursor: Mapped[dict[str, Any] | None]
    counted: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    rejected: Mapped[int] = mapped_column(default=0)
    rejects: Mapped[list[Any]] = mapped_column(default=list)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_source_runs_account", "account_id", "part", "id"),)

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN


class SourceDelivery(Base):
    """A webhook as it came, compressed. ``error`` is why it is tried again, or was given up."""

    __tablename__ = "source_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    query: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_source_deliveries_open", "done_at", "account_id", "id"),
    )
