"""Which customer is meant: by the shop's id, e-mail or phone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from growthcore.customers.models import Customer
from growthcore.customers.profiles import Checked
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert

_CREATION = 0x67635F63


def lock_creation(session: Session) -> None:
    """Let customers come into being in one transaction at a time.

    No constraint says that an address has one customer (families share them), so nothing else keeps
    two transactions from each making the same one. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_CREATION)))


def by_external_id(
    session: Session, external_ids: Collection[str], *, now: datetime
) -> dict[str, int]:
    """The customers the shop calls so, made where they are missing; merged ones are who was kept."""
    found = _by_external_id(session, external_ids)
    if missing := sorted(set(external_ids) - set(found)):
        lock_creation(session)
        session.connection().execute(
            insert(session, Customer).on_conflict_do_nothing(),
            [{"external_id": key, "created_at": now, "updated_at": now} for key in missing],
        )
        found |= _by_external_id(session, missing)
    return found


def _by_external_id(session: Session, external_ids: Iterable[str]) -> dict[str, int]:
    kept = func.coalesce(Customer.merged_into_id, Customer.id)
    return dict(
        rows_in(session, select(Customer.external_id, kept), Customer.external_id, external_ids)
    )


def kept_ids(session: Session, customer_ids: Collection[int]) -> dict[int, int]:
    """Each of the customers that exists and is not erased; a merged one is who was kept."""
    kept = func.coalesce(Customer.merged_into_id, Customer.id)
    statement = select(Customer.id, kept).where(Customer.erased_at.is_(None))
    return dict(rows_in(session, statement, Customer.id, customer_ids))


class Directory:
    """Candidates for a batch of profiles, found as the batch is worked through."""

    def __init__(self) -> None:
        self._found: dict[int, Customer] = {}
        self._by_external_id: dict[str, Customer] = {}
        self._by_email: dict[str, list[Customer]] = {}
        self._by_phone: dict[str, list[Customer]] = {}

    @classmethod
    def load(cls, session: Session, told: Collection[Checked], *, lock: bool) -> Directory:
        """Whoever the profiles could mean."""
        directory = cls()
        keys: tuple[tuple[InstrumentedAttribute[str | None], set[str | None]], ...] = (
            (Customer.external_id, {each.external_id for each in told}),
            (Customer.email_hash, {each.email_hash for each in told}),
            (Customer.phone_hash, {each.phone_hash for each in told}),
        )
        statement = select(Customer).order_by(Customer.id)
        if lock:
            statement = statement.with_for_update(key_share=True)
            statement = statement.execution_options(populate_existing=True)
        found = directory._found
        for column, values in keys:
            rows = rows_in(session, statement, column, values - {None})
            found |= {row[0].id: row[0] for row in rows}
        kept = {row.merged_into_id for row in found.values()} - found.keys() - {None}
        found |= {row[0].id: row[0] for row in rows_in(session, statement, Customer.id, kept)}
        for id_ in sorted(found):
            directory.add(found[id_], found.get(found[id_].merged_into_id or id_, found[id_]))
        return directory

    @property
    def ids(self) -> Collection[int]:
        """The candidates' ids."""
        return self._found.keys()

    def add(self, row: Customer, customer: Customer | None = None) -> None:
        """Make ``customer`` (the row itself, or who it was merged into) findable by the row's keys."""
        customer = customer or row
        if row.external_id:
            self._by_external_id[row.external_id] = customer
        for index, digest in (
            (self._by_email, row.email_hash),
            (self._by_phone, row.phone_hash),
        ):
            if digest and customer not in index.setdefault(digest, []):
                index[digest].append(customer)

    def find(self, told: Checked) -> Customer | None:
        """Whom the profile means: a weaker key finds only whom no stronger one contradicts."""
        if told.external_id in self._by_external_id:
            return self._by_external_id[told.external_id]
        for customer in self._by_email.get(told.email_hash or "", ()):
            # Addresses change hands: what was found by one must still have it.
            if customer.email_hash == told.email_hash and not (
                told.external_id and customer.external_id
            ):
                return customer
        for customer in self._by_phone.get(told.phone_hash or "", ()):
            if (
                customer.phone_hash == told.phone_hash
                and not (told.external_id and customer.external_id)
                and not (told.email_hash and customer.email_hash)
            ):
                return customer
        return None


def lock(session: Session, customer_ids: Collection[int]) -> None:
    """Hold the customers until the transaction ends, against others that do the same."""
    statement = select(Customer.id).order_by(Customer.id).with_for_update(key_share=True)
    for _ in rows_in(session, statement, Customer.id, sorted(set(customer_ids))):
        pass
