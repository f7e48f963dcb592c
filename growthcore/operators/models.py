"""Tables of people, keys, the workspace and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base
from growthcore.operators.roles import Role

_ROLE = Enum(
    Role, native_enum=False, length=10, values_callable=lambda roles: [role.value for role in roles]
)


class Workspace(Base):
    """The shop itself: one row. ``version`` grows with each change, so that caches can tell.

    ``business_name`` to ``opt_out_number`` are what advertising must say by law; empty while nobody
    entered them. ``opt_out_number`` is in digits.
    """

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    zone: Mapped[str] = mapped_column(String(64), default="Asia/Seoul")
    currency: Mapped[str] = mapped_column(String(3), default="KRW")
    locale: Mapped[str] = mapped_column(String(10), default="ko")
    business_name: Mapped[str] = mapped_column(String(100), default="")
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    postal_address: Mapped[str] = mapped_column(String(200), default="")
    opt_out_number: Mapped[str] = mapped_column(String(11), default="")
    version: Mapped[int] = mapped_column(default=1)


class ApiKey(Base):
    """A key of the storefront (public, kept readable) or of the management API (secret, hashed)."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(100))
    public_value: Mapped[str | None] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AllowedOrigin(Base):
    """An origin (scheme, host, port) whose pages may call the storefront API."""

    __tablename__ = "allowed_origins"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(300), unique=True)
    created_at: Mapped[datetime]


class AuditEntry(Base):
    """Who changed what. ``actor`` is a person's id as text, ``cli`` or ``api:<key hint>``."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any] | None]


class Person(Base):
    """Somebody who works with the admin. ``email`` is normalised and never given to another."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(_ROLE)
    locale: Mapped[str] = mapped_column(String(10), default="ko")
    theme: Mapped[str] = mapped_column(String(10), default="auto")
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class SignIn(Base):
    """A browser in which a person is signed in. The token itself is only in its cookie."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    persistent: Mapped[bool]
    browser: Mapped[str] = mapped_column(String(200))


class Attempts(Base):
    """How often something guessable was tried under a key: an account or an address, hashed."""

    __tablename__ = "attempts"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]


class PasswordReset(Base):
    """A link to a new password. It is made, and only its hash kept, when its mail is sent."""

    __tablename__ = "password_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
