"""Customers: made and changed in bulk, found, and read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.api.values import Customer as CustomerValue
from growthcore.customers import attributes, finding
from growthcore.customers.identity import Directory, kept_ids, lock_creation
from growthcore.customers.models import Customer
from growthcore.customers.outcomes import Change, Upserted
from growthcore.customers.profiles import MOST_ATTRIBUTES, Checked, Profile, check
from growthcore.db.chunks import rows_in

__all__ = ["Change", "Profile", "Upserted", "get", "load", "search", "upsert"]


@dataclass(kw_only=True)
class _Entry:
    """A customer being changed, and how it stood before."""

    row: Customer
    before: attributes.Attributes = field(default_factory=dict)
    after: attributes.Attributes = field(default_factory=dict)


def upsert(
    session: Session, profiles: Sequence[Profile], *, now: datetime, fill: bool = False
) -> list[Upserted]:
    """Make or change customers, one outcome a profile, in order.

    Keyed by external id, else e-mail, else phone. A weaker key finds only customers whom no
    stronger one contradicts: a customer known by e-mail alone gains the external id. ``fill`` only
    adds what is not known yet: for profiles told by a browser, which anybody can have speak.
    """
    checked = [_checked(profile) for profile in profiles]
    told = [each for each in checked if isinstance(each, Checked)]
    # Looked for first without a lock: telling known customers again must not queue.
    known = Directory.load(session, told, lock=False)
    if any(known.find(each) is None for each in told):
        lock_creation(session)
    batch = _Batch(session, Directory.load(session, told, lock=True), now, fill)
    outcomes = [
        batch.apply(each) if isinstance(each, Checked) else (each, None) for each in checked
    ]
    batch.write()
    return [
        Upserted(change=outcome.change, id=entry.row.id) if entry else outcome
        for outcome, entry in outcomes
    ]


def _checked(profile: Profile) -> Checked | Upserted:
    try:
        return check(profile)
    except InvalidInput as error:
        return Upserted(change=Change.REJECTED, errors=error.errors)


def _lacking(entry: _Entry, told: Checked) -> Checked:
    """What is told of a customer that is not known yet."""
    return replace(
        told,
        columns={
            name: value for name, value in told.columns.items() if getattr(entry.row, name) is None
        },
        attributes={
            name: value for name, value in told.attributes.items() if name not in entry.after
        },
    )


class _Batch:
    """Profiles laid over customers one after the other, written at the end."""

    def __init__(self, session: Session, directory: Directory, now: datetime, fill: bool) -> None:
        self._fill = fill
        self._session = session
        self._directory = directory
        self._now = now
        self._known = attributes.load(session, directory.ids)
        self._entries: dict[Customer, _Entry] = {}

    def apply(self, told: Checked) -> tuple[Upserted, _Entry | None]:
        row = self._directory.find(told)
        entry = self._entry(row) if row else _Entry(row=self._new())
        if self._fill:
            told = _lacking(entry, told)
        changed: attributes.Attributes = {
            name: value
            for name, value in {**entry.after, **told.attributes}.items()
            if value is not None
        }
        if len(changed) > MOST_ATTRIBUTES:
            errors = {"attributes": f"A customer has at most {MOST_ATTRIBUTES} attributes."}
            return Upserted(change=Change.REJECTED, errors=errors), None
        change = self._change(entry, told, changed) if row else Change.CREATED
        self._lay(entry, told, changed, change)
        return Upserted(change=change), entry

    def _entry(self, row: Customer) -> _Entry:
        if row not in self._entries:
            known = self._known.get(row.id, {})
            self._entries[row] = _Entry(row=row, before=known, after=dict(known))
        return self._entries[row]

    def _new(self) -> Customer:
        return Customer(created_at=self._now, updated_at=self._now)

    @staticmethod
    def _change(entry: _Entry, told: Checked, changed: attributes.Attributes) -> Change:
        same = (
            attributes.same(changed, entry.after)
            and told.external_id in (None, entry.row.external_id)
            and all(getattr(entry.row, name) == value for name, value in told.columns.items())
        )
        return Change.UNCHANGED if same else Change.UPDATED

    def _lay(
        self, entry: _Entry, told: Checked, changed: attributes.Attributes, change: Change
    ) -> None:
        if change is Change.UNCHANGED:
            return
        row, entry.after = entry.row, changed
        for name, value in told.columns.items():
            setattr(row, name, value)
        # A customer found through an id that was merged into it keeps its own.
        row.external_id = row.external_id or told.external_id
        row.updated_at = self._now
        self._entries[row] = entry
        self._directory.add(row)

    def write(self) -> None:
        self._session.add_all(self._entries)
        self._session.flush()  # the ids of new customers, for their attributes
        attributes.write(
            self._session,
            {entry.row.id: entry.before for entry in self._entries.values()},
            {entry.row.id: entry.after for entry in self._entries.values()},
        )


def get(session: Session, customer_id: int) -> CustomerValue | None:
    """One customer, or None when unknown or erased; a merged one is the one that was kept."""
    kept = kept_ids(session, [customer_id]).get(customer_id)
    return load(session, [kept]).get(kept) if kept else None


def load(session: Session, customer_ids: Collection[int]) -> dict[int, CustomerValue]:
    """Customers with their attributes, by id."""
    known = attributes.load(session, customer_ids)
    # Columns, not objects: a batch about to be written to is read here.
    columns = select(*(getattr(Customer, name) for name in _SHOWN))
    rows = rows_in(session, columns, Customer.id, set(customer_ids))
    return {row.id: _value(row, known.get(row.id, {})) for row in rows}


def search(
    session: Session, text: str = "", *, page: int = 1, size: int = 50
) -> tuple[list[CustomerValue], int]:
    """Customers meant by ``text``, see :func:`growthcore.customers.matching.matches`, newest first.

    Returns the page and how many there are in all. No text finds everybody.
    """
    wanted = finding.Wanted(text=text)
    rows = session.scalars(
        select(Customer)
        .where(*wanted.conditions())
        .order_by(Customer.created_at.desc(), Customer.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    known = attributes.load(session, [row.id for row in rows])
    return [_value(row, known.get(row.id, {})) for row in rows], finding.total(session, wanted)


_SHOWN = ("id", "external_id", "email", "phone", "name", "locale")


def _value(row: Customer | Row[Any], known: attributes.Attributes) -> CustomerValue:
    return CustomerValue(**{name: getattr(row, name) for name in _SHOWN}, attributes=known)
