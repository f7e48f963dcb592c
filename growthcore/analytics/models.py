"""The table of attributed orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base


class Conversion(Base):
    """An order owed to a message: each order at most once (last touch)."""

    __tablename__ = "conversions"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    campaign_id: Mapped[int]
    customer_id: Mapped[int]
    clicked_at: Mapped[datetime]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_conversions_campaign", "campaign_id", "at"),)
