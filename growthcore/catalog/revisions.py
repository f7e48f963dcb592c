"""When things changed, as whole numbers that rise: a process asks for what is newer than it knows."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from growthcore.catalog.models import CatalogRevision
from growthcore.db.upsert import insert


class Of(IntEnum):
    """What is counted, by its row."""

    PRODUCTS = 1
    CONTENTS = 2


def begin(session: Session, of: Of = Of.PRODUCTS) -> int:
    """The revision of what this transaction writes; call it before writing.

    Whoever writes next waits for the transaction to end, so that revisions appear in their order:
    none can be missed by somebody who has seen a greater one.
    """
    statement = insert(session, CatalogRevision).values(id=int(of), value=1)
    raised = statement.on_conflict_do_update(
        index_elements=["id"], set_={"value": CatalogRevision.value + 1}
    )
    return int(session.execute(raised.returning(CatalogRevision.value)).scalar_one())


def current(of: Of = Of.PRODUCTS) -> Select[int]:
    """The revision of the last transaction that ended; no row before the first."""
    return select(CatalogRevision.value).where(CatalogRevision.id == int(of))
