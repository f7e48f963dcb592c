"""Tables of customers, visitors, consent and suppression."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base

_GONE = text("erased_at IS NOT NULL OR merged_into_id IS NOT NULL")
_FLAGS = text("flag IS NOT NULL")
# By code point on PostgreSQL too, so that an index answers for ranges of dates.
_SORTED = String(500).with_variant(String(500, collation="C"), "postgresql")


class Customer(Base):
    """A known customer.

    ``email`` and ``phone`` are normalised (lower case; E.164). Their hashes are what look-ups and
    the suppression list use, so that an erased customer's refusal outlives the address.
    ``merged_into_id`` points to the customer that took this one's place.
    """

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    name: Mapped[str | None] = mapped_column(String(100))
    locale: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))

    __table_args__ = (
        Index("ix_customers_merged_into_id", "merged_into_id"),
        Index("ix_customers_created_at", "created_at"),
        # The few who are no longer there: what a segment takes away at its end.
        Index("ix_customers_gone", "id", sqlite_where=_GONE, postgresql_where=_GONE),
    )


class CustomerAttribute(Base):
    """One attribute of one customer, in the column of its type, so that each can be ranged over.

    ``flag`` holds booleans. Dates and instants are ISO text in ``text``: they sort as they are.
    """

    __tablename__ = "customer_attributes"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    text: Mapped[str | None] = mapped_column(_SORTED)
    number: Mapped[float | None]
    flag: Mapped[bool | None]

    __table_args__ = (
        Index("ix_customer_attributes_text", "name", "text", "customer_id"),
        Index("ix_customer_attributes_number", "name", "number", "customer_id"),
        Index(
            "ix_customer_attributes_flag",
            "name", "flag", "customer_id",
            sqlite_where=_FLAGS, postgresql_where=_FLAGS,
        ),
    )  # fmt: skip


class Visitor(Base):
    """A browser. ``customer_id`` is who uses it now, since ``identified_at``.

    ``previous_customer_id`` is who used it before that: what is told late of their time is theirs.
    """

    __tablename__ = "visitors"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    previous_customer_id: Mapped[int | None]
    first_seen_at: Mapped[datetime]
    identified_at: Mapped[datetime | None] = mapped_column(index=True)


class ConsentRecord(Base):
    """One statement of consent or its withdrawal, with its evidence; never changed.

    ``wording`` is the version of the text that was agreed to. ``dated`` is false where nobody knows
    when it was said: ``at`` is then the earliest instant it may have been.
    """

    __tablename__ = "consent_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    granted: Mapped[bool]
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(100))
    evidence: Mapped[dict[str, Any] | None]
    wording: Mapped[str | None] = mapped_column(String(100))
    dated: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        Index("ix_consent_records_customer", "customer_id", "channel", "purpose", "at"),
        Index("ix_consent_records_time", "channel", "purpose", "at", "customer_id", "granted"),
    )


class Consent(Base):
    """The newest statement a (customer, channel, purpose): a projection of the records."""

    __tablename__ = "consents"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    granted: Mapped[bool]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_consents_granted", "channel", "purpose", "granted", "customer_id"),)


class Suppression(Base):
    """An address nothing is sent to: unsubscribed, bounced, complained, or entered by a person."""

    __tablename__ = "suppressions"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_kind: Mapped[str] = mapped_column(String(10))
    address_hash: Mapped[str] = mapped_column(String(32))
    masked: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("address_kind", "address_hash"),)
