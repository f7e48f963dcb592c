"""Tables of plugin switches and of the accounts people configured."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
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
    document (a rotating token). ``version`` grows with each change of the configuration.
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
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
