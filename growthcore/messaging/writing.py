"""Writing outcomes into rows of the ledger that are held, as few statements as do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, update
from sqlalchemy.orm import Session

from growthcore.db.chunks import among_given
from growthcore.messaging.models import LEDGER

_OWN = ("id", "provider_id")


def write(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns of rows that are held; all rows name the same ones.

    What most of a sub-batch have in common is written by one statement, all but the provider's id.
    """
    alike: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        common = tuple(value for name, value in row.items() if name not in _OWN)
        alike.setdefault(common, []).append(row)
    lone = [each[0] for each in alike.values() if len(each) == 1]
    _write_each(session, lone)
    for group in alike.values():
        if len(group) > 1:
            _write_alike(session, group)


def _write_alike(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    common = dict(rows[0])
    if "provider_id" in common:
        common["provider_id"] = None
    del common["id"]
    given = {f"b_{name}": value for name, value in common.items()}
    given["ids"] = [row["id"] for row in rows]
    session.execute(_setting(tuple(common)).where(among_given(LEDGER.c.id, "ids")), given)
    named = [row for row in rows if row.get("provider_id") is not None]
    _write_each(session, [{"id": row["id"], "provider_id": row["provider_id"]} for row in named])


def _write_each(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    names = tuple(name for name in rows[0] if name != "id")
    session.connection().execute(
        _setting(names).where(LEDGER.c.id == bindparam("b_id")),
        [{f"b_{name}": value for name, value in row.items()} for row in rows],
    )


@cache
def _setting(names: tuple[str, ...]) -> Update:
    columns = {name: bindparam(f"b_{name}", type_=LEDGER.c[name].type) for name in names}
    return update(LEDGER).values(columns)
