"""The suppression list: addresses nothing is sent to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.api.values import AddressKind
from growthcore.customers.addresses import address_hash, mask, normalise
from growthcore.customers.models import Customer, Suppression
from growthcore.customers.refusals import UNWANTED
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert
from growthcore.operators import audit


def add(
    session: Session,
    kind: AddressKind,
    address: str,
    *,
    reason: str,
    source: str,
    actor: str,
    at: datetime,
) -> bool:
    """Suppress an address; False when it already was. Audited.

    ``reason`` is a short code (``unsubscribed``, ``bounced_hard``, ``bounced_soft``, ``complained``,
    ``entered``), ``source`` where it came from. A reason that holds for every message takes the place
    of one that holds for advertising only. Raises :class:`InvalidInput` when it is no address of its
    kind.
    """
    try:
        normalised = normalise(kind, address)
    except ValueError as error:
        raise InvalidInput({"address": str(error)}) from error
    statement = insert(session, Suppression).values(
        address_kind=kind.value,
        address_hash=address_hash(kind, normalised),
        masked=mask(kind, normalised)[:100],
        reason=reason,
        source=source,
        at=at,
    )
    new = statement.excluded
    added = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["address_kind", "address_hash"],
            set_={"reason": new.reason, "source": new.source, "at": new.at},
            where=Suppression.reason.in_(UNWANTED) & new.reason.not_in(UNWANTED),
        ).returning(Suppression.id)
    )
    if added is None:
        return False
    details = {"address_kind": kind.value, "reason": reason, "source": source}
    audit.record(
        session, at=at, actor=actor, action="suppression.added", kind="suppression", id=added,
        details=details,
    )  # fmt: skip
    return True


def remove(
    session: Session, suppression_id: int, *, actor: str, at: datetime, reason: str = ""
) -> bool:
    """Let an address be sent to again; False when the entry is gone. Audited, with ``reason``."""
    row = session.get(Suppression, suppression_id)
    if row is None:
        return False
    session.delete(row)
    details = {"address_kind": row.address_kind, "reason": row.reason, "source": row.source}
    if reason:
        details["removed_because"] = reason
    audit.record(
        session, at=at, actor=actor, action="suppression.removed", kind="suppression",
        id=suppression_id, details=details,
    )  # fmt: skip
    return True


def of_customer(session: Session, row: Customer) -> Sequence[Suppression]:
    """The entries of a customer's addresses."""
    hashes = [each for each in (row.email_hash, row.phone_hash) if each]
    return session.scalars(
        select(Suppression).where(Suppression.address_hash.in_(hashes)).order_by(Suppression.id)
    ).all()


def listed(
    session: Session, text: str = "", *, page: int = 1, size: int = 50
) -> tuple[Sequence[Suppression], int]:
    """Entries, newest first, and how many in all; ``text`` is a whole address to look for."""
    wanted = or_(*(Suppression.address_hash == each for each in _hashes(text))) if text else true()
    total = session.scalar(select(func.count(Suppression.id)).where(wanted)) or 0
    rows = session.scalars(
        select(Suppression)
        .where(wanted)
        .order_by(Suppression.at.desc(), Suppression.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return rows.all(), total


def _hashes(text: str) -> list[str]:
    found = [""]
    for kind in AddressKind:
        try:
            found.append(address_hash(kind, normalise(kind, text)))
        except ValueError:
            continue
    return found


def suppressed(session: Session, kind: AddressKind, hashes: Iterable[str]) -> dict[str, str]:
    """The reasons of those of the hashes that are suppressed."""
    statement = select(Suppression.address_hash, Suppression.reason).where(
        Suppression.address_kind == kind.value
    )
    return dict(rows_in(session, statement, Suppression.address_hash, hashes))
