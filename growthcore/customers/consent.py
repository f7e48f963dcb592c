"""Consent: what people said, kept for ever, and what follows from it now."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy import insert as insert_plainly
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.customers.models import Consent, ConsentRecord
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert

PURPOSES: Final = ("advertising", "night")
"""``night`` is the separate consent to advertising between 21:00 and 08:00."""

LONGEST_WORDING: Final = 100
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,19}")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Somebody consented or withdrew. ``evidence`` is what proves it (form, address).

    ``wording`` is the version of the text they agreed to. ``dated`` is false where nobody knows when:
    ``at`` is then the earliest instant it may have been.
    """

    customer_id: int
    channel: str
    purpose: str
    granted: bool
    at: datetime
    source: str
    evidence: Mapping[str, Any] | None = field(default=None, repr=False)
    wording: str | None = None
    dated: bool = True


def record(
    session: Session,
    customer_id: int,
    *,
    channel: str,
    purpose: str,
    granted: bool,
    at: datetime,
    source: str,
    evidence: Mapping[str, Any] | None = None,
    wording: str | None = None,
) -> None:
    """Keep one statement; see :func:`record_all`."""
    statement = Statement(
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        granted=granted,
        at=at,
        source=source,
        evidence=evidence,
        wording=wording,
    )
    record_all(session, [statement])


def record_all(session: Session, statements: Sequence[Statement]) -> None:
    """Keep statements as they are. The newest by its own time holds, whatever the order of arrival.

    Of two made at the same instant the withdrawal holds. Raises :class:`InvalidInput` for an
    unknown purpose, or a channel or source that is no name; then nothing is kept.
    """
    errors = {
        f"[{index}]": wrong for index, each in enumerate(statements) if (wrong := _fault(each))
    }
    if errors:
        raise InvalidInput(errors)
    if statements:
        session.connection().execute(
            insert_plainly(ConsentRecord), [asdict(each) for each in statements]
        )
        _project(session, statements)


def _fault(statement: Statement) -> str | None:
    if statement.purpose not in PURPOSES:
        return f"The purpose is one of {', '.join(PURPOSES)}."
    if not _CHANNEL.fullmatch(statement.channel):
        return "A channel has 1-20 small letters, digits or _, beginning with a letter."
    if not 1 <= len(statement.source) <= 100 or "\x00" in statement.source:
        return "The source has 1-100 characters."
    if statement.wording is not None and (
        not 1 <= len(statement.wording) <= LONGEST_WORDING or "\x00" in statement.wording
    ):
        return f"The wording is named by 1-{LONGEST_WORDING} characters."
    return None


def _project(session: Session, statements: Iterable[Statement]) -> None:
    """Let the newest of the statements hold where nothing newer does."""
    newest: dict[tuple[int, str, str], Statement] = {}
    for each in statements:
        key = (each.customer_id, each.channel, each.purpose)
        if key not in newest or _weight(each) > _weight(newest[key]):
            newest[key] = each
    told = insert(session, Consent)
    new = told.excluded
    overturns = or_(new.at > Consent.at, and_(new.at == Consent.at, new.granted.is_(False)))
    session.connection().execute(
        told.on_conflict_do_update(
            index_elements=["customer_id", "channel", "purpose"],
            set_={"granted": new.granted, "at": new.at},
            where=overturns,
        ),
        [
            dict(zip(("customer_id", "channel", "purpose"), key, strict=True))
            | {"granted": newest[key].granted, "at": newest[key].at}
            for key in sorted(newest)
        ],
    )


def _weight(statement: Statement) -> tuple[datetime, bool]:
    return statement.at, not statement.granted


def granted(
    session: Session, customer_ids: Collection[int], channel: str, purpose: str
) -> set[int]:
    """Those of the customers whose newest statement consents."""
    statement = select(Consent.customer_id).where(
        Consent.channel == channel, Consent.purpose == purpose, Consent.granted.is_(True)
    )
    return {row[0] for row in rows_in(session, statement, Consent.customer_id, customer_ids)}


def anybody(session: Session, channel: str, purpose: str) -> bool:
    """Whether there is a customer whose newest statement consents."""
    statement = select(Consent.customer_id).where(
        Consent.channel == channel, Consent.purpose == purpose, Consent.granted.is_(True)
    )
    return session.scalar(statement.limit(1)) is not None


# A statement holds as long as the projection says what it says, as of the same instant.
_HOLDS = and_(
    Consent.customer_id == ConsentRecord.customer_id,
    Consent.channel == ConsentRecord.channel,
    Consent.purpose == ConsentRecord.purpose,
    Consent.at == ConsentRecord.at,
    Consent.granted == ConsentRecord.granted,
)


def stated(
    session: Session, channel: str, since: datetime, until: datetime, *, after: int, limit: int
) -> Sequence[ConsentRecord]:
    """Statements made from ``since`` on and before ``until`` that hold, by id past ``after``."""
    return session.scalars(
        select(ConsentRecord)
        .join(Consent, _HOLDS)
        .where(
            ConsentRecord.channel == channel,
            ConsentRecord.purpose.in_(PURPOSES),
            ConsentRecord.at >= since,
            ConsentRecord.at < until,
            ConsentRecord.id > after,
        )
        .order_by(ConsentRecord.id)
        .limit(limit)
    ).all()


def holding(session: Session, customer_ids: Collection[int]) -> list[ConsentRecord]:
    """The statements that hold of these customers, the newest first."""
    statement = select(ConsentRecord).join(Consent, _HOLDS)
    rows = rows_in(session, statement, ConsentRecord.customer_id, customer_ids)
    return sorted((row[0] for row in rows), key=lambda row: (row.at, row.id), reverse=True)


def of(session: Session, customer_id: int) -> dict[tuple[str, str], bool]:
    """A customer's newest statements, by channel and purpose."""
    rows = session.execute(
        select(Consent.channel, Consent.purpose, Consent.granted).where(
            Consent.customer_id == customer_id
        )
    )
    return {(channel, purpose): granted for channel, purpose, granted in rows}


def history(session: Session, customer_id: int, limit: int = 100) -> Sequence[ConsentRecord]:
    """What a customer ever said, the newest first."""
    return session.scalars(
        select(ConsentRecord)
        .where(ConsentRecord.customer_id == customer_id)
        .order_by(ConsentRecord.at.desc(), ConsentRecord.id.desc())
        .limit(limit)
    ).all()


def move(session: Session, kept_id: int, merged_id: int) -> list[int]:
    """Make one customer's statements another's; the ids of the records moved."""
    records = session.scalars(
        select(ConsentRecord).where(ConsentRecord.customer_id == merged_id)
    ).all()
    for row in records:
        row.customer_id = kept_id
    for projected in session.scalars(select(Consent).where(Consent.customer_id == merged_id)):
        session.delete(projected)
    if records:
        _project(session, [_statement(row) for row in records])
    return [row.id for row in records]


def _statement(row: ConsentRecord) -> Statement:
    return Statement(
        customer_id=row.customer_id,
        channel=row.channel,
        purpose=row.purpose,
        granted=row.granted,
        at=row.at,
        source=row.source,
        evidence=row.evidence,
        wording=row.wording,
        dated=row.dated,
    )
