"""Browsers, and who uses them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.customers import service
from growthcore.customers.models import Visitor
from growthcore.customers.profiles import Profile
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert

LONGEST_KEY = 64


@dataclass(frozen=True)
class Known:
    """A visitor as it stands: who uses the browser since when, and who did before."""

    id: int
    customer_id: int | None
    previous_customer_id: int | None
    identified_at: datetime | None

    def user_at(self, at: datetime) -> int | None:
        """Who used the browser at ``at``. What came before the first of them is theirs as well."""
        if self.previous_customer_id and self.identified_at and at < self.identified_at:
            return self.previous_customer_id
        return self.customer_id


@dataclass(frozen=True)
class Binding:
    """Who uses a browser. ``fresh`` when nobody known did before."""

    visitor_id: int
    customer_id: int
    fresh: bool


def resolve(session: Session, seen: Mapping[str, datetime]) -> dict[str, Known]:
    """Visitors by key, made where they are missing, first seen when ``seen`` says.

    They stay locked, so that nobody is identified while what they did is being written down.
    """
    found = _locked(session, seen)
    if missing := sorted(seen.keys() - found.keys()):
        session.connection().execute(
            insert(session, Visitor).on_conflict_do_nothing(),
            [{"key": key, "first_seen_at": seen[key]} for key in missing],
        )
        found |= _locked(session, missing)
    return found


def _locked(session: Session, keys: Iterable[str]) -> dict[str, Known]:
    statement = (
        select(
            Visitor.key,
            Visitor.id,
            Visitor.customer_id,
            Visitor.previous_customer_id,
            Visitor.identified_at,
        )
        .order_by(Visitor.id)
        .with_for_update(key_share=True)
    )
    return {key: Known(*rest) for key, *rest in rows_in(session, statement, Visitor.key, keys)}


def get(session: Session, visitor_id: int) -> Known | None:
    """One visitor, locked."""
    row = session.get(Visitor, visitor_id, with_for_update={"key_share": True})
    if row is None:
        return None
    return Known(row.id, row.customer_id, row.previous_customer_id, row.identified_at)


def of_customers(session: Session, customer_ids: Collection[int]) -> list[int]:
    """The visitors those customers use now."""
    statement = select(Visitor.id).where(Visitor.customer_id.in_(customer_ids))
    return list(session.scalars(statement.order_by(Visitor.id)))


def identify(
    session: Session,
    visitor_key: str,
    *,
    external_id: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    traits: Mapping[str, Any] | None = None,
    now: datetime,
) -> Binding:
    """Bind a browser to the customer meant, who is made when there is none.

    Who used it before keeps their past: two known customers are never merged here. ``traits`` may
    hold ``name``, ``locale`` and attributes; what is known of the customer is not overwritten, since
    a browser says whatever its user wants. Raises :class:`InvalidInput` by field.
    """
    if not 1 <= len(visitor_key) <= LONGEST_KEY or "\x00" in visitor_key:
        raise InvalidInput({"visitor": f"A visitor's key has 1-{LONGEST_KEY} characters."})
    visitor = resolve(session, {visitor_key: now})[visitor_key]
    told = _profile(external_id, email, phone, traits)
    outcome = service.upsert(session, [told], now=now, fill=True)[0]
    if outcome.id is None:
        raise InvalidInput(outcome.errors)
    if visitor.customer_id != outcome.id:
        row = session.get_one(Visitor, visitor.id, populate_existing=True)
        row.previous_customer_id = visitor.customer_id
        row.customer_id = outcome.id
        row.identified_at = now
    return Binding(visitor.id, outcome.id, fresh=visitor.customer_id is None)


def _profile(
    external_id: str | None,
    email: str | None,
    phone: str | None,
    traits: Mapping[str, Any] | None,
) -> Profile:
    told: dict[str, Any] = {
        name: value for name, value in (("email", email), ("phone", phone)) if value
    }
    rest = dict(traits or {})
    told |= {name: rest.pop(name) for name in ("name", "locale") if name in rest}
    return Profile(external_id=external_id, attributes=rest, **told)
