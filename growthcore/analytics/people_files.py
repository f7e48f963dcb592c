"""A list of customers as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from growthcore.analytics import people
from growthcore.analytics.files import Cell
from growthcore.analytics.people import Listed
from growthcore.api import InvalidInput, Text
from growthcore.customers import attributes, finding
from growthcore.customers.addresses import written_phone
from growthcore.customers.attributes import Attributes
from growthcore.customers.finding import Wanted
from growthcore.operators import audit

MOST: Final = 10_000
"""How many customers one file may hold."""

_HEADS = (
    Text("고객 아이디", "Customer ID"),
    Text("이름", "Name"),
    Text("이메일", "E-mail"),
    Text("휴대폰 번호", "Phone"),
    Text("언어", "Language"),
    Text("광고 수신 동의", "Agreed to advertising by"),
    Text("발송 차단", "Suppressed"),
    Text("등록일", "Created"),
    Text("최근 활동", "Last seen"),
)
_ANSWERS = {True: Text("예", "Yes"), False: Text("아니요", "No")}


def rows(
    session: Session, wanted: Wanted, *, sort: str, actor: str, now: datetime, locale: str = "ko"
) -> list[Sequence[Cell]]:
    """A heading and a row for everybody who is wanted, with a column for each attribute they have.

    Nothing is masked; the audit log tells who took how many, never what was looked for. Raises
    :class:`InvalidInput` when they are more than :data:`MOST`.
    """
    total = finding.total(session, wanted)
    if total > MOST:
        raise InvalidInput(
            {
                "rows": f"{total:,} customers are too many for one file, which holds {MOST:,}; "
                "narrow the list by a search or a filter."
            }
        )
    found = people.find(session, wanted, sort=sort, now=now, limit=MOST).items
    audit.record(
        session, at=now, actor=actor, action="customer.list_exported", kind="customer", id="list",
        details={"rows": len(found)},
    )  # fmt: skip
    return list(_rows(session, found, locale))


def _rows(session: Session, found: Sequence[Listed], locale: str) -> Iterator[Sequence[Cell]]:
    known = attributes.load(session, [each.customer.id for each in found])
    names = sorted({name for held in known.values() for name in held})
    yield [*(head.to(locale) for head in _HEADS), *names]
    for each in found:
        held = known.get(each.customer.id, {})
        yield [*_told(each), *(_cell(held, name, locale) for name in names)]


def _told(each: Listed) -> list[Cell]:
    row = each.customer
    return [
        row.external_id,
        row.name,
        row.email,
        # As people write it, which no spreadsheet takes for a number.
        row.phone and written_phone(row.phone),
        row.locale,
        ", ".join(each.media),
        ", ".join(each.suppressed),
        row.created_at,
        each.last_seen_at,
    ]


def _cell(held: Attributes, name: str, locale: str) -> Cell:
    value = held.get(name)
    if isinstance(value, bool):
        return _ANSWERS[value].to(locale)
    return int(value) if isinstance(value, float) and value.is_integer() else value
