"""What a marketer sees of a segment while building it: how many, how many reachable, and a few."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    cast,
    exists,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from growthcore.api import AddressKind, Members
from growthcore.core import Core
from growthcore.customers.addresses import mask_email, mask_name, mask_phone
from growthcore.customers.models import Consent, Customer, Suppression
from growthcore.segments import compiler, population
from growthcore.segments.compiler import Part
from growthcore.segments.definition import parse
from growthcore.segments.query import SegmentQuery

SAMPLE = 5

_COUNT, _REACH, _SAMPLED = "count", "reach:", "sample"
_HASHES = {AddressKind.EMAIL: Customer.email_hash, AddressKind.PHONE: Customer.phone_hash}


def preview(core: Core, session: Session, definition: Mapping[str, Any]) -> dict[str, Any]:
    """How many members there are now, how many of them each medium reaches, and a sample.

    ``{"count": 3, "reachable": {"email": 2}, "sample": [{"id": 1, "name": "홍*동", "email": …,
    "phone": …}]}``. Reachable is who has an address of the medium's kind (or an id of
    the shop's, for a channel that needs no address), granted the medium
    consent to advertising, and is not on the suppression list. The sample is masked.
    Raises :class:`InvalidInput` by path when the definition does not fit.
    """
    query = SegmentQuery.of(core, session)
    found = population.members(parse(definition, query.conditions), query)
    # Evaluated once for everything that is asked about it.
    taken = found.select.cte("taken")
    asked = [_row(_COUNT, _size(found, taken))]
    # Channels of one medium share its consents: any of them stands for all.
    media = {channel.medium: channel.address for channel in core.plugins.channels.values()}
    for medium, kind in media.items():
        asked.append(_row(f"{_REACH}{medium}", _reached(query, medium, kind, found, taken)))
    asked.append(_sampled(taken, found.negated))
    rows = session.execute(union_all(*asked)).all()
    return {
        "count": next(number for label, number in rows if label == _COUNT),
        "reachable": {
            label.removeprefix(_REACH): number for label, number in rows if label.startswith(_REACH)
        },
        "sample": _masked(session, [number for label, number in rows if label == _SAMPLED]),
    }


def _row(label: str, number: ColumnElement[int]) -> Select[str, int]:
    return select(literal(label), cast(number, BigInteger))


def _size(found: Members, taken: CTE) -> ColumnElement[int]:
    inside = population.rows(select(taken.c.customer_id))
    return population.all_but_number(inside) if found.negated else inside


def _reached(
    query: SegmentQuery, medium: str, kind: AddressKind | None, found: Members, taken: CTE
) -> ColumnElement[int]:
    """How many members the medium reaches: of "everybody but" some, all it reaches less those."""
    everyone = Part.of(partial(_reachable, medium, kind), query)
    some = Part.fixed(Members(select(taken.c.customer_id), estimate=found.estimate))
    inside = population.rows(compiler.conjunction([everyone, some], query).select)
    return population.rows(everyone.found.select) - inside if found.negated else inside


def _reachable(medium: str, kind: AddressKind | None, query: SegmentQuery) -> Members:
    """Whoever may be sent advertising by the medium."""
    consented = query.consent(medium, "advertising", granted=True)
    reached = consented.join(Customer, Customer.id == Consent.customer_id).where(
        _has_address(kind), population.is_present()
    )
    return Members(reached, estimate=query.estimate(consented))


def _has_address(kind: AddressKind | None) -> ColumnElement[bool]:
    """Whether there is an address that is not suppressed; without a kind, an id of the shop's."""
    if kind is None:
        return Customer.external_id.is_not(None)
    digest = _HASHES[kind]
    listed = exists().where(
        Suppression.address_kind == kind.value, Suppression.address_hash == digest
    )
    return and_(digest.is_not(None), ~listed)


def _sampled(taken: CTE, negated: bool) -> Select[str, int]:
    everyone = population.all_but(taken) if negated else select(taken.c.customer_id)
    ids = everyone.subquery()
    few = select(ids.c.customer_id).order_by(ids.c.customer_id).limit(SAMPLE).subquery()
    return select(literal(_SAMPLED), cast(few.c.customer_id, BigInteger))


def _masked(session: Session, customer_ids: list[int]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Customer.id, Customer.name, Customer.email, Customer.phone)
        .where(Customer.id.in_(customer_ids))
        .order_by(Customer.id)
    )
    return [
        {
            "id": id_,
            "name": name and mask_name(name),
            "email": email and mask_email(email),
            "phone": phone and mask_phone(phone),
        }
        for id_, name, email, phone in rows
    ]
