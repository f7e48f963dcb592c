"""Tables of what was recommended and of what people did with it.

None has foreign keys: they are written in bulk, of ids that were just read or signed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, SmallInteger, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base

_CLICK = text("kind = 'click'")


class ShownAnswer(Base):
    """One answer as it was given, for its receipts to be explained later.

    ``id`` is the receipts' answer, whose upper bits are the minute, so that old ones are one range.
    ``content`` is what :func:`.records.record` writes down.
    """

    __tablename__ = "recommendation_answers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(50))
    customer_id: Mapped[int | None]
    visitor_id: Mapped[int | None]
    content: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("ix_recommendation_answers_customer", "customer_id"),
        Index("ix_recommendation_answers_visitor", "visitor_id"),
    )


class Touch(Base):
    """A recommended item was seen, clicked or put into a cart: at most once each.

    Who did is the browser or, of a mail, its recipient. ``machine`` is the verdict that it was a
    program; such a touch counts as nothing and gives way to a person's.
    """

    __tablename__ = "recommendation_touches"

    answer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    at: Mapped[datetime]
    model_id: Mapped[int]
    source_id: Mapped[int]
    version: Mapped[int]
    slot: Mapped[int] = mapped_column(SmallInteger)
    page: Mapped[str] = mapped_column(String(10))
    visitor_id: Mapped[int | None]
    customer_id: Mapped[int | None]
    machine: Mapped[bool]

    __table_args__ = (
        Index(
            "ix_recommendation_touches_visitor", "visitor_id", "at",
            sqlite_where=_CLICK, postgresql_where=_CLICK,
        ),
        Index(
            "ix_recommendation_touches_customer", "customer_id", "at",
            sqlite_where=_CLICK, postgresql_where=_CLICK,
        ),
        Index(
            "ix_recommendation_touches_model", "model_id", "at",
            sqlite_where=_CLICK, postgresql_where=_CLICK,
        ),
    )  # fmt: skip


CLICKED: ColumnElement[bool] = Touch.kind == literal_column("'click'")
"""In the words of the partial indexes: a parameter would not tell the database that they serve."""


class RuleCount(Base):
    """How many answers a rule changed in one hour (UTC)."""

    __tablename__ = "recommendation_rule_counts"

    rule_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    answers: Mapped[int]


class Figure(Base):
    """Counts of one model in one hour (UTC) by who proposed it and where it stood: a roll-up.

    ``carts`` are products put into a cart, ``purchases`` lines of orders of the product that was
    clicked, ``assisted`` lines of other products, each with what they earned in minor units,
    refunds taken off, in the hour of the order.
    """

    __tablename__ = "recommendation_figures"

    model_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    page: Mapped[str] = mapped_column(String(10), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    views: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    carts: Mapped[int] = mapped_column(default=0)
    purchases: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[int] = mapped_column(default=0)
    assisted: Mapped[int] = mapped_column(default=0)
    assisted_revenue: Mapped[int] = mapped_column(default=0)
