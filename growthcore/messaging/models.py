"""The ledger and what hangs on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base
from growthcore.messaging.states import STATES

_STATES = ", ".join(f"'{state}'" for state in STATES)


class Message(Base):
    """One message to one customer: a row of the ledger.

    Unique a (run, customer, channel, key), so that nobody can be sent the same twice.
    ``anchor_at`` is when the reason to send was complete, ``due_at`` when it may go, ``latest_at``
    until when it is worth sending. ``reason`` is why it waits or ended so, ``deferred_for`` why it was
    last made to wait, kept when it has gone. ``token`` fences: only who claimed the row with it may write its
    outcome. ``cost`` is in minor units of the shop's currency, ``kind`` what the message is billed as.
    Of a message that was sent, ``delivery`` is what became of it: ``awaited`` while the provider is
    asked (at ``poll_at``), then ``delivered``, ``undelivered``, or ``unknown`` when it never said;
    null where it can't be asked. What is uncertain is asked about at ``poll_at`` too.
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("campaign_runs.id"))
    campaign_id: Mapped[int]
    version_id: Mapped[int]
    customer_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(50))
    key: Mapped[str] = mapped_column(String(80), default="")
    message_class: Mapped[str] = mapped_column(String(15))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(60))
    deferred_for: Mapped[str | None] = mapped_column(String(60))
    anchor_at: Mapped[datetime]
    due_at: Mapped[datetime]
    latest_at: Mapped[datetime | None]
    cart_id: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    enrolled_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str | None] = mapped_column(String(20))
    cost: Mapped[int | None]
    delivery: Mapped[str | None] = mapped_column(String(12))
    delivery_reason: Mapped[str | None] = mapped_column(String(60))
    delivered_at: Mapped[datetime | None]
    poll_at: Mapped[datetime | None]
    polls: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("run_id", "customer_id", "channel", "key"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index(
            "ix_messages_due", "campaign_id", "due_at",
            sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_messages_leased", "lease_until",
            sqlite_where=text("lease_until IS NOT NULL"),
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
        Index(
            "ix_messages_poll", "poll_at",
            sqlite_where=text("poll_at IS NOT NULL"),
            postgresql_where=text("poll_at IS NOT NULL"),
        ),
        Index("ix_messages_run", "run_id", "state"),
        Index("ix_messages_customer", "customer_id", "sent_at"),
        Index("ix_messages_campaign", "campaign_id", "state", "id"),
    )  # fmt: skip


LEDGER = cast("Table", Message.__table__)
"""The ledger as a table, for statements over many rows at once."""


class MessageSnapshot(Base):
    """What a message was made of (variables, items, link targets), compressed and erasable.

    With the version of the campaign, which never changes, it renders the message again as sent.
    """

    __tablename__ = "message_snapshots"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Replay(Base):
    """That an operator wants a message handed over again, and how that went; the last time only.

    ``due_at`` is when it is handed over, moved on while somebody does, null once it came to its end:
    ``outcome`` is ``accepted``, ``refused`` (by the receiver, or given up) or ``withheld`` (the law, or
    the customer, is against it now), ``reason`` the code for why.
    """

    __tablename__ = "replays"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_replays_due", "due_at",
            sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL"),
        ),
    )  # fmt: skip


class Engagement(Base):
    """What came back of a message.

    ``kind`` is what its recipient did (``open``, ``click``, ``unsubscribe``), or a
    :class:`growthcore.api.ReturnKind`, each of which a message has once. ``evidence`` is what was seen
    (user agent; reason and words of a bounce), ``machine`` the verdict drawn from it, which can be
    drawn again.
    """

    __tablename__ = "engagements"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    campaign_id: Mapped[int]
    customer_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    link: Mapped[str | None] = mapped_column(String(100))
    machine: Mapped[bool]
    evidence: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index("ix_engagements_message", "message_id", "kind"),
        Index("ix_engagements_customer", "customer_id", "kind", "at"),
        Index("ix_engagements_campaign", "campaign_id", "kind", "at", "machine"),
    )


class Statistic(Base):
    """Counts of one campaign in one hour (UTC): a roll-up kept with the rows that cause it.

    A message counts in the hour it came to its end, in the state it now has; a delivery and an
    engagement in the hour they happened. ``cost`` is that of the messages that were sent or may have
    been, in minor units. ``openers`` and ``clickers`` count each message once, in its
    first such hour.
    """

    __tablename__ = "statistics"

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    sent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    suppressed: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    undelivered: Mapped[int] = mapped_column(default=0)
    opens: Mapped[int] = mapped_column(default=0)
    openers: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    clickers: Mapped[int] = mapped_column(default=0)
    unsubscribes: Mapped[int] = mapped_column(default=0)
    bounces: Mapped[int] = mapped_column(default=0)
    soft_bounces: Mapped[int] = mapped_column(default=0)
    complaints: Mapped[int] = mapped_column(default=0)


class Collection(Base):
    """When bounces and complaints of an account are looked for next, and how it went last.

    ``leased_until`` is set while somebody looks. ``failures`` counts those in a row, ``problem`` is the
    last one's, in English. ``read_at`` is when it last went well, ``kept`` how many came in all.
    """

    __tablename__ = "collections"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)
    read_at: Mapped[datetime | None]
    kept: Mapped[int] = mapped_column(default=0)


class Price(Base):
    """What one message of a kind costs a shop by an account, in minor units of its currency."""

    __tablename__ = "prices"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    amount: Mapped[int]


class SendPolicy(Base):
    """The versions of the send settings: one row, read before each is changed.

    ``version`` counts changes of policies, ``priorities`` those of the order of campaigns.
    """

    __tablename__ = "send_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    priorities: Mapped[int] = mapped_column(default=1)


class PolicySetting(Base):
    """What the shop says of one send policy; a policy without a row is on, with its defaults.

    ``params`` are as entered, read by the policy's own schema at every claim, so that a change holds
    at once.
    """

    __tablename__ = "policies"

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    enabled: Mapped[bool]
    params: Mapped[dict[str, Any]]


class CampaignPriority(Base):
    """A campaign's place in the order of priority, 0 the first. One without a place comes last."""

    __tablename__ = "campaign_priorities"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(unique=True)
