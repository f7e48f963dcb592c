"""Fetching the senders and templates that a provider keeps the list of."""

from __future__ import annotations

from growthcore.core import Core
from growthcore.operators import audit
from growthcore.plugins import directory
from growthcore.plugins.accounts import CHANNEL
from growthcore.plugins.directory import Changes


def sync(core: Core, account_id: int, *, actor: str) -> tuple[Changes, Changes]:
    """Ask the account's provider for its senders and templates, and keep them. Audited.

    Returns what changed of the senders and of the templates. Nothing is changed unless both were
    fetched whole. Several units of work, none open while the provider is asked. Raises
    :class:`ConfigError`, :class:`RetryableError` and :class:`PluginFailure`.
    """
    channel = core.accounts.channel(account_id)
    can = channel.capabilities
    with core.plugins.guarded(CHANNEL, channel.id):
        senders = channel.sync_senders() if can.syncs_senders else ()
        templates = channel.sync_templates() if can.syncs_templates else ()
    now = core.clock.now()
    with core.db.unit() as session:
        account = core.accounts.get(session, account_id, lock=True)
        changes = (
            directory.replace_senders(session, account_id, senders),
            directory.replace_templates(session, account_id, templates),
        )
        account.synced_at = now
        audit.record(
            session,
            at=now,
            actor=actor,
            action="account.synced",
            kind="account",
            id=account_id,
            details={"senders": len(senders), "templates": len(templates)},
        )
    return changes
