"""Keys: the storefront's public one, and secret ones of the management API."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.operators import audit
from growthcore.operators.models import ApiKey

PUBLIC = "public"
SECRET = "secret"  # noqa: S105 - a kind of key, not one
_PUBLIC_PREFIX = "gk_pub_"
_SECRET_PREFIX = "gk_sec_"  # noqa: S105


class Grace(StrEnum):
    """How long the public key that is replaced stays valid."""

    NONE = "0"
    DAY = "24h"
    WEEK = "7d"

    @property
    def length(self) -> timedelta:
        """The grace as a length of time."""
        return {Grace.NONE: timedelta(), Grace.DAY: timedelta(days=1)}.get(self, timedelta(days=7))


def issue_public(session: Session, *, now: datetime, actor: str, label: str = "shop") -> ApiKey:
    """The shop's first public key. Raises :class:`InvalidInput` while another one is valid."""
    if any(key.expires_at is None for key in _valid_public(session, now)):
        raise InvalidInput({"kind": "The shop has a public key already; reissue it instead."})
    return _add_public(session, label, now, actor, "key.issued")


def reissue_public(session: Session, *, grace: Grace, now: datetime, actor: str) -> ApiKey:
    """A new public key; those valid now end after ``grace``, or sooner if they already do.

    Raises :class:`InvalidInput` when there is none to replace.
    """
    old = _valid_public(session, now)
    if not old:
        raise InvalidInput({"kind": "The shop has no valid public key; issue one first."})
    ends = now + grace.length
    for key in old:
        key.expires_at = min(key.expires_at or ends, ends)
    return _add_public(session, old[-1].label, now, actor, "key.reissued")


def issue_secret(session: Session, *, label: str, now: datetime, actor: str) -> tuple[ApiKey, str]:
    """A new secret key and its value, which is nowhere kept and never shown again."""
    value = _SECRET_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        kind=SECRET,
        label=_label(label),
        secret_hash=_hash(value),
        hint=_hint(value),
        created_at=now,
    )
    return _added(session, key, now, actor, "key.issued"), value


def revoke(session: Session, key_id: int, *, now: datetime, actor: str) -> ApiKey:
    """End a key at once. Raises :class:`InvalidInput` when there is none or it ended already."""
    key = session.get(ApiKey, key_id)
    if key is None or key.revoked_at is not None:
        raise InvalidInput({"key_id": f"There is no key {key_id} to revoke."})
    key.revoked_at = now
    _audit(session, key, now, actor, "key.revoked")
    return key


def list_keys(session: Session) -> Sequence[ApiKey]:
    """Every key, also those that ended, oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def is_valid(key: ApiKey, now: datetime) -> bool:
    """Whether a key works at ``now``."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def check_public(session: Session, value: str, now: datetime) -> ApiKey | None:
    """The valid public key of this value, or None."""
    return _checked(session.scalar(select(ApiKey).where(ApiKey.public_value == value)), now)


def check_secret(session: Session, value: str, now: datetime) -> ApiKey | None:
    """The valid secret key of this value, or None.

    Looked up by hash, so neither the time it takes nor a stolen database tells a key.
    """
    if not value.startswith(_SECRET_PREFIX):
        return None
    found = session.scalar(select(ApiKey).where(ApiKey.secret_hash == _hash(value)))
    return _checked(found, now)


def _checked(key: ApiKey | None, now: datetime) -> ApiKey | None:
    return key if key is not None and is_valid(key, now) else None


def _valid_public(session: Session, now: datetime) -> Sequence[ApiKey]:
    return session.scalars(
        select(ApiKey)
        .where(
            ApiKey.kind == PUBLIC,
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
        )
        .order_by(ApiKey.id)
        .with_for_update()
    ).all()


def _add_public(session: Session, label: str, now: datetime, actor: str, action: str) -> ApiKey:
    value = _PUBLIC_PREFIX + secrets.token_urlsafe(24)
    key = ApiKey(
        kind=PUBLIC, label=_label(label), public_value=value, hint=_hint(value), created_at=now
    )
    return _added(session, key, now, actor, action)


def _added(session: Session, key: ApiKey, now: datetime, actor: str, action: str) -> ApiKey:
    session.add(key)
    session.flush()  # The audit entry names the id.
    _audit(session, key, now, actor, action)
    return key


def _audit(session: Session, key: ApiKey, now: datetime, actor: str, action: str) -> None:
    details = {"kind": key.kind, "hint": key.hint}
    audit.record(
        session, at=now, actor=actor, action=action, kind="key", id=key.id, details=details
    )


def _label(label: str) -> str:
    stripped = label.strip()
    if not 1 <= len(stripped) <= 100:
        raise InvalidInput({"label": "Give the key a name of 1 to 100 characters."})
    return stripped


def _hash(value: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(value.encode()).hexdigest()


def _hint(value: str) -> str:
    return f"{value[:7]}…{value[-4:]}"
