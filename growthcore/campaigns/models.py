"""Tables of campaigns, their versions and their runs, and of what messages are begun from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base


class Campaign(Base):
    """A campaign. ``definition`` is the draft; once launched, versions hold what is in force.

    A draft's definition may lack parts, and its ``scheduled_for`` is only what is wished.
    ``message`` says why it was paused, for people to read. ``budget`` is what it may cost, in minor
    units of the shop's currency; it may be changed at any time.
    """

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), index=True)
    definition: Mapped[dict[str, Any]]
    version_id: Mapped[int | None]
    scheduled_for: Mapped[datetime | None]
    message: Mapped[str | None] = mapped_column(String(500))
    budget: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    launched_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CampaignVersion(Base):
    """What a launch froze: never changed, named by every message made from it."""

    __tablename__ = "campaign_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("campaign_id", "number"),)


class CampaignRun(Base):
    """One going-out of a campaign: the launch of a one-time one, the whole life of a triggered one.

    ``tag`` is random and stands in what providers know our messages by, so that two installations,
    or one set up anew, never call two messages the same. ``enrolled_to`` is the highest customer id
    already enrolled, so that a killed enrolment goes on where it stood; ``enrolled_at`` is set when
    the audience is complete. ``asked_to`` is how far a trigger of time has been asked.
    """

    __tablename__ = "campaign_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("campaign_versions.id"))
    tag: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[datetime]
    enrolled_to: Mapped[int] = mapped_column(default=0)
    enrolled_at: Mapped[datetime | None]
    asked_to: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_campaign_runs_campaign_id", "campaign_id"),)


class MessageTemplate(Base):
    """Content to begin a message from. Using it copies it: no campaign ever refers to one.

    ``channel`` is the id of the channel whose schema reads ``content``. ``is_default`` is what an
    empty message of that channel begins with. ``uses`` counts the drafts that were saved from it.
    """

    __tablename__ = "templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    is_default: Mapped[bool] = mapped_column(default=False)
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("channel", "name"),)


class Image(Base):
    """A picture of messages; the file lies in the data folder under its ``hash``.

    ``hash`` is the SHA-256 of the file in hexadecimal, ``width`` and ``height`` are in pixels,
    ``size`` in bytes. ``name`` is the one it was uploaded under.
    """

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    format: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    created_at: Mapped[datetime]
