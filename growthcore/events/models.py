"""Tables of events and their projections.

Events and their lines carry no foreign keys: they are only ever inserted, by ingestion that has
just resolved every id, and a check a row would cost more than it could find.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base

_KNOWN = text("customer_id IS NOT NULL")


class EventName(Base):
    """An event's name as a small number, so that the wide tables stay narrow."""

    __tablename__ = "event_names"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(50), unique=True)


class Event(Base):
    """One occurrence; append-only, told apart by what its source calls it.

    ``reacted`` is cleared work: false until triggers have seen the event. ``value`` is in minor
    units of ``currency``. ``message_id`` is the message whose link led here.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(64))
    name_id: Mapped[int] = mapped_column(SmallInteger)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    customer_id: Mapped[int | None]
    visitor_id: Mapped[int | None]
    cart_id: Mapped[int | None]
    order_id: Mapped[int | None]
    value: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    properties: Mapped[dict[str, Any] | None]
    message_id: Mapped[int | None]
    reacted: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        # A segment condition is one range of this index (performance of set form), and never
        # touches the table: what it counts and sums is in it.
        Index(
            "ix_events_name",
            "name_id", "occurred_at", "customer_id", "value",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        # The same, one customer at a time: probing from a smaller set, and the timeline.
        Index(
            "ix_events_customer",
            "customer_id", "name_id", "occurred_at", "value",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        Index(
            "ix_events_anonymous",
            "visitor_id",
            sqlite_where=text("customer_id IS NULL"),
            postgresql_where=text("customer_id IS NULL"),
        ),
        Index(
            "ix_events_cart", "cart_id",
            sqlite_where=text("cart_id IS NOT NULL"),
            postgresql_where=text("cart_id IS NOT NULL"),
        ),
        Index(
            "ix_events_order", "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        Index(
            "ix_events_unreacted", "id",
            sqlite_where=text("reacted = 0"), postgresql_where=text("NOT reacted"),
        ),
    )  # fmt: skip


class EventItem(Base):
    """One line of an event. Repeats what conditions range over, so that they need no join.

    ``amount`` is quantity times price in minor units.
    """

    __tablename__ = "event_items"

    event_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name_id: Mapped[int] = mapped_column(SmallInteger)
    occurred_at: Mapped[datetime]
    customer_id: Mapped[int | None]
    product_id: Mapped[int]
    category_id: Mapped[int | None]
    quantity: Mapped[int]
    price: Mapped[int | None]
    amount: Mapped[int]

    __table_args__ = (
        Index(
            "ix_event_items_category",
            "name_id", "category_id", "occurred_at", "customer_id", "amount",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        Index(
            "ix_event_items_customer",
            "customer_id", "name_id", "occurred_at", "category_id", "product_id", "amount",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        # What is streamed to learn from, in order and without a sort.
        Index("ix_event_items_time", "occurred_at"),
        # Covers what a condition on one product sums.
        Index(
            "ix_event_items_product",
            "product_id", "name_id", "occurred_at", "customer_id", "amount",
        ),
    )  # fmt: skip


class Cart(Base):
    """A cart: the fold of its owner's cart events in the order they occurred.

    ``key`` is the shop's, behind its owner (``c12:`` or ``v34:``) so that nobody reaches another's
    cart by guessing; a cart without one has ``#`` and a random number.
    """

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    customer_id: Mapped[int | None]
    visitor_id: Mapped[int | None]
    open: Mapped[bool]
    opened_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_carts_customer", "customer_id", "open", "last_activity_at"),
        Index("ix_carts_visitor", "visitor_id", "open", "last_activity_at"),
        Index("ix_carts_idle", "open", "last_activity_at"),
    )


class CartItem(Base):
    """What is still in a cart of one product. ``price`` is what it cost when it was put in."""

    __tablename__ = "cart_items"

    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    price: Mapped[int | None]
    added_at: Mapped[datetime]


class Order(Base):
    """A purchase by the shop's own order number: counted once, whoever reports it how often.

    ``refunded`` is what was given back so far, in minor units. ``placed`` is false while only a
    refund named the order: its purchase is still to be told. ``attributed`` is cleared work: false
    until it was asked which message the order is owed to; ``credited`` likewise, which
    recommendations, and false again whenever the answer may be another.
    """

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    customer_id: Mapped[int | None]
    visitor_id: Mapped[int | None]
    placed_at: Mapped[datetime]
    value: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    refunded: Mapped[int] = mapped_column(default=0)
    placed: Mapped[bool] = mapped_column(default=True)
    attributed: Mapped[bool] = mapped_column(default=False, server_default=false())
    credited: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        Index("ix_orders_customer", "customer_id", "placed_at"),
        Index(
            "ix_orders_uncredited", "id",
            sqlite_where=text("credited = 0 AND placed = 1"),
            postgresql_where=text("NOT credited AND placed"),
        ),
        Index(
            "ix_orders_unattributed", "id",
            sqlite_where=text("attributed = 0 AND placed = 1 AND customer_id IS NOT NULL"),
            postgresql_where=text("NOT attributed AND placed AND customer_id IS NOT NULL"),
        ),
    )  # fmt: skip


class FileImport(Base):
    """How far the import of one file got, kept in the transaction of the rows themselves.

    ``key`` is a digest of the file's bytes and of how it is read. ``counts`` are what became of the
    rows; ``rejects_bytes`` is how much of the file of rejected rows belongs to them.
    """

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(255))
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]]
    rejects_bytes: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
