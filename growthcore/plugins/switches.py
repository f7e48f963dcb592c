"""Switching plugins off and on. It takes effect when the processes start again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from growthcore.db.unit_of_work import Database
from growthcore.operators import audit
from growthcore.plugins.models import PluginSwitch


def disabled(database: Database) -> frozenset[str]:
    """Names of the plugins that are switched off; none while the tables are not made yet."""
    if not inspect(database.engine).has_table(PluginSwitch.__tablename__):
        return frozenset()
    with database.read() as session:
        off = select(PluginSwitch.name).where(~PluginSwitch.enabled)
        return frozenset(session.scalars(off))


def switched(session: Session) -> dict[str, bool]:
    """Whether each plugin that somebody ever switched is to be on from the next start on."""
    return {each.name: each.enabled for each in session.scalars(select(PluginSwitch))}


def switch(session: Session, name: str, *, enabled: bool, now: datetime, actor: str) -> None:
    """Switch a plugin on or off from the next start on."""
    session.merge(PluginSwitch(name=name, enabled=enabled, changed_at=now))
    audit.record(
        session,
        at=now,
        actor=actor,
        action="plugin.enabled" if enabled else "plugin.disabled",
        kind="plugin",
        id=name,
    )
