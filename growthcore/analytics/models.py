"""The tables of orders owed to messages and to recommendations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String
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


class Credit(Base):
    """A line of an order owed to a click on a recommended item: each line at most once.

    ``product_id`` is what was clicked; ``direct`` says that the line is of that very product.
    ``amount`` is what the line earned, in minor units, less its part of coupons and refunds.
    """

    __tablename__ = "recommendation_credits"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    order_id: Mapped[int]
    at: Mapped[datetime]
    clicked_at: Mapped[datetime]
    answer: Mapped[int]
    product_id: Mapped[int]
    model_id: Mapped[int]
    source_id: Mapped[int]
    page: Mapped[str] = mapped_column(String(10))
    slot: Mapped[int] = mapped_column(SmallInteger)
    direct: Mapped[bool]
    amount: Mapped[int]

    __table_args__ = (
        Index("ix_recommendation_credits_order", "order_id"),
        Index("ix_recommendation_credits_model", "model_id", "clicked_at"),
    )
