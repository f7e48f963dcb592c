"""Tables of plugin switches, and of the accounts people configured with what belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base


class PluginSwitch(Base):
    """A plugin somebody switched off (or on again). Plugins without a row are on."""

    __tablename__ = "plugin_switches"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    enabled: Mapped[bool]
    changed_at: Mapped[datetime]


class Account(Base):
    """A configured provider: one SMTP relay, one Cafe24 shop.

    ``sealed`` holds secrets by field name, each bound to this row. ``state`` is the provider's own
    document (a rotating token). ``version`` grows with each change of the configuration. ``kind`` is
    channel, connection or source. One that was removed is but a name, for the campaigns it once sent.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(String(50), index=True)
    label: Mapped[str] = mapped_column(String(100))
    config: Mapped[dict[str, Any]]
    sealed: Mapped[dict[str, Any]]
    state: Mapped[dict[str, Any]]
    enabled: Mapped[bool] = mapped_column(default=True)
    attention: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    synced_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Sync(Base):
    """The newest time an account's senders and templates were asked for, and what came of it.

    It waits until ``started_at``, runs until ``ended_at``, and failed if there is a ``problem``, in
    English. ``added``, ``changed`` and ``removed`` count senders and templates together.
    """

    __tablename__ = "syncs"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    actor: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)


class Authorisation(Base):
    """Somebody is away at a provider to authorise a connection; the state itself is only with them."""

    __tablename__ = "authorisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    sign_in_id: Mapped[int] = mapped_column(
        ForeignKey("sign_ins.id", ondelete="CASCADE"), index=True
    )
    state_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class SenderRow(Base):
    """A sender the provider of an account knows (:class:`growthcore.api.Sender`), as last synced."""

    __tablename__ = "senders"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    approval: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str | None] = mapped_column(Text)
    registrant: Mapped[str | None] = mapped_column(String(100))
    registered_at: Mapped[datetime | None]


class TemplateRow(Base):
    """A template the provider of an account approves (:class:`growthcore.api.ProviderTemplate`)."""

    __tablename__ = "provider_templates"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    approval: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str | None] = mapped_column(Text)
    sender: Mapped[str | None] = mapped_column(String(100))
    content: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime | None]
