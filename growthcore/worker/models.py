"""The table of recurring work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base


class Schedule(Base):
    """When a recurring task is due next. Whoever moves ``due_at`` on runs it: nobody else can."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    due_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
