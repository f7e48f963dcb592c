"""Asking channels what became of messages: of uncertain ones, and of those they took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

from growthcore.api import Channel, GrowthCoreError, Handed
from growthcore.campaigns.models import CampaignRun, CampaignVersion
from growthcore.core import Core
from growthcore.messaging import delivery, ledger, recovery
from growthcore.messaging.models import Message

BATCH = 1000
"""The most messages one question is about."""

Word = TypeVar("Word")
Ask = Callable[[Channel, Sequence[Handed]], Mapping[str, Word]]


def settle(core: Core) -> int:
    """Ask the channels what became of uncertain messages; returns how many that settled."""
    with core.db.read() as session:
        asked = recovery.uncertain(session, limit=BATCH)
    settled = 0
    for of_run in _by_run(asked):
        receipts = _ask(core, of_run, lambda channel, handed: channel.settle(handed))
        with core.db.unit() as session:
            settled += recovery.settled_by_provider(session, receipts or {}, core.clock.now())
    return settled


def poll(core: Core) -> int:
    """Ask what became of accepted messages that are due; returns how many were asked about.

    A channel that can't be asked now is asked again at the next delay.
    """
    with core.db.read() as session:
        asked = delivery.due(session, core.clock.now(), BATCH)
    for of_run in _by_run(asked):
        reports = _ask(core, of_run, lambda channel, handed: channel.results(handed))
        with core.db.unit() as session:
            ids = [message.id for message in of_run]
            delivery.write(session, ids, reports or {}, core.clock.now())
    return len(asked)


def _by_run(messages: Sequence[Message]) -> list[list[Message]]:
    ordered = sorted(messages, key=lambda message: (message.run_id, message.id))
    return [list(group) for _, group in groupby(ordered, key=lambda message: message.run_id)]


def _ask(core: Core, messages: Sequence[Message], ask: Ask[Word]) -> dict[int, Word] | None:
    """What the channel says of messages of one run, by message id; None when it can't be asked."""
    with core.db.read() as session:
        run = session.get_one(CampaignRun, messages[0].run_id)
        definition = session.get_one(CampaignVersion, run.version_id).definition
        handed = {
            name: (message.id, delivery.handed(session, message, name))
            for message in messages
            if (name := ledger.reference(run.tag, message.id))
        }
    try:
        channel = core.accounts.channel(definition["campaign"]["account_id"])
        with core.plugins.guarded("channel", definition["channel"]):
            said = ask(channel, [each for _, each in handed.values()])
    except GrowthCoreError:
        return None
    return {handed[name][0]: word for name, word in said.items() if name in handed}
