"""Handing webhooks to the source they are for."""

from __future__ import annotations

from collections.abc import Sequence

from structlog import get_logger

from growthcore.api import GrowthCoreError, PermanentError, RetryableError, Webhook
from growthcore.core import Core
from growthcore.plugins.providers import SOURCE
from growthcore.plugins.records import PluginFailure
from growthcore.sources import deliveries
from growthcore.sources.importer import StoredImporter

log = get_logger()


def step(core: Core, account_id: int) -> bool:
    """Handle what is due of an account; False when nothing is, or somebody else is at it.

    Several units of work, none open while the source is asked.
    """
    with core.db.unit() as session:
        rows = deliveries.claim(session, account_id, core.clock.now())
    if not rows:
        return False
    ids, webhooks = [row.id for row in rows], [deliveries.webhook(row) for row in rows]
    error = _try(core, account_id, webhooks)
    if isinstance(error, PluginFailure | PermanentError) and len(rows) > 1:
        # One of them can't be handled: the others shall not wait for it.
        for id_, each in zip(ids, webhooks, strict=True):
            _settle(core, account_id, [id_], _try(core, account_id, [each]))
    else:
        _settle(core, account_id, ids, error)
    return True


def _try(core: Core, account_id: int, webhooks: Sequence[Webhook]) -> GrowthCoreError | None:
    try:
        source = core.accounts.source(account_id)
        importer = StoredImporter(core, account_id, source.id, live=True)
        with core.plugins.guarded(SOURCE, source.id):
            source.receive(webhooks, importer)
    except GrowthCoreError as error:
        return error
    if importer.rejects:
        log.warning("source.rejected", account_id=account_id, rows=len(importer.rejects))
    return None


def _settle(core: Core, account_id: int, ids: Sequence[int], error: GrowthCoreError | None) -> None:
    if error is not None:
        log.warning("source.not_received", account_id=account_id, webhooks=len(ids))
    after = error.after if isinstance(error, RetryableError) else None
    with core.db.unit() as session:
        told = None if error is None else str(error)
        deliveries.settle(session, ids, told, core.clock.now(), after=after)
