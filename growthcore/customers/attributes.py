"""Attributes of customers, as rows with a column a type."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from growthcore.customers.models import CustomerAttribute
from growthcore.customers.profiles import AttributeValue
from growthcore.db.chunks import chunks, rows_in
from growthcore.db.upsert import insert

Attributes = dict[str, AttributeValue]


def load(session: Session, customer_ids: Collection[int]) -> dict[int, Attributes]:
    """The attributes of each customer that has any."""
    statement = select(
        CustomerAttribute.customer_id,
        CustomerAttribute.name,
        CustomerAttribute.text,
        CustomerAttribute.number,
        CustomerAttribute.flag,
    ).order_by(CustomerAttribute.customer_id, CustomerAttribute.name)
    found: dict[int, Attributes] = {}
    for customer_id, name, text, number, flag in rows_in(
        session, statement, CustomerAttribute.customer_id, customer_ids
    ):
        value = next((each for each in (text, number, flag) if each is not None), None)
        found.setdefault(customer_id, {})[name] = value
    return found


def names(session: Session, limit: int = 200) -> list[str]:
    """The names attributes have, in order: each found by one step over the index, not by a scan."""
    found: list[str] = []
    name = session.scalar(select(func.min(CustomerAttribute.name)))
    while name is not None and len(found) < limit:
        found.append(name)
        later = select(func.min(CustomerAttribute.name)).where(CustomerAttribute.name > name)
        name = session.scalar(later)
    return found


def write(
    session: Session, before: Mapping[int, Attributes], after: Mapping[int, Attributes]
) -> None:
    """Turn the attributes of customers from what they were into what they are to be."""
    changed, gone = [], []
    for customer_id in sorted(after):
        old, new = before.get(customer_id, {}), after[customer_id]
        changed += [
            _row(customer_id, name, value)
            for name, value in new.items()
            if name not in old or not _alike(old[name], value)
        ]
        gone += [(customer_id, name) for name in old if name not in new]
    _upsert(session, changed)
    _delete(session, gone)


def same(old: Attributes, new: Attributes) -> bool:
    """Whether the attributes are the same, values and kinds."""
    return old.keys() == new.keys() and all(_alike(old[name], new[name]) for name in old)


def _alike(old: AttributeValue, new: AttributeValue) -> bool:
    # True == 1.0, but they are not the same attribute.
    return old == new and type(old) is type(new)


def _row(customer_id: int, name: str, value: AttributeValue) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "name": name,
        "text": value if isinstance(value, str) else None,
        "number": value if isinstance(value, float) else None,
        "flag": value if isinstance(value, bool) else None,
    }


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = insert(session, CustomerAttribute)
        told = {name: statement.excluded[name] for name in ("text", "number", "flag")}
        keys = ["customer_id", "name"]
        session.connection().execute(
            statement.on_conflict_do_update(index_elements=keys, set_=told),
            rows,
        )


def _delete(session: Session, keys: Iterable[tuple[int, str]]) -> None:
    for portion in chunks(keys, 500):
        session.execute(
            delete(CustomerAttribute).where(
                tuple_(CustomerAttribute.customer_id, CustomerAttribute.name).in_(portion)
            )
        )
