"""The origins (scheme, host, port) whose pages may call the storefront API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.operators import audit
from growthcore.operators.models import AllowedOrigin

_LOCAL = frozenset({"localhost", "127.0.0.1"})
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def add(
    session: Session, url: str, *, now: datetime, actor: str, development: bool = False
) -> AllowedOrigin:
    """Allow the origin of ``url``; a path is dropped.

    ``development`` also takes ``http://localhost`` and ``http://127.0.0.1`` with any port.
    Raises :class:`InvalidInput` for anything else, and for an origin that is there already.
    """
    origin = normalise(url, development=development)
    if is_allowed(session, origin):
        raise _wrong(f"{origin} is allowed already.")
    row = AllowedOrigin(origin=origin, created_at=now)
    session.add(row)
    session.flush()  # The audit entry names the id.
    _audit(session, row, now, actor, "origin.added")
    return row


def remove(session: Session, url: str, *, now: datetime, actor: str) -> None:
    """Allow an origin no longer. Raises :class:`InvalidInput` when it is not in the list."""
    origin = normalise(url, development=True)
    row = session.scalar(select(AllowedOrigin).where(AllowedOrigin.origin == origin))
    if row is None:
        raise _wrong(f"{origin} is not in the list.")
    _audit(session, row, now, actor, "origin.removed")
    session.delete(row)


def list_origins(session: Session) -> Sequence[AllowedOrigin]:
    """Every allowed origin, by name."""
    return session.scalars(select(AllowedOrigin).order_by(AllowedOrigin.origin)).all()


def is_allowed(session: Session, origin: str) -> bool:
    """Whether a browser's ``Origin`` header, which is normalised by definition, is in the list."""
    found = select(AllowedOrigin.id).where(AllowedOrigin.origin == origin)
    return session.scalar(found) is not None


def normalise(url: str, *, development: bool = False) -> str:
    """The origin of a URL as browsers send it: lower case, punycode, no default port.

    Raises :class:`InvalidInput`.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError as error:
        raise _wrong("Enter the whole address, such as https://www.shop.com.") from error
    local = development and parts.scheme == "http" and host in _LOCAL
    if parts.scheme != "https" and not local:
        raise _wrong("Enter the whole address of the domain, beginning with https://.")
    if parts.username is not None or not (local or _is_domain(host)):
        raise _wrong(f"{host or url!r} is no domain; enter one such as https://www.shop.com.")
    shown = f":{port}" if port is not None and port != _DEFAULT_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{host}{shown}"


def _ascii(host: str) -> str:
    return host.lower().removesuffix(".").encode("idna").decode() if host else ""


def _is_domain(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and len(host) <= 253 and all(map(_LABEL.fullmatch, labels))


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput({"origin": sentence})


def _audit(session: Session, row: AllowedOrigin, now: datetime, actor: str, action: str) -> None:
    audit.record(
        session,
        at=now,
        actor=actor,
        action=action,
        kind="origin",
        id=row.id,
        details={"origin": row.origin},
    )
