"""Asking channels what became of messages: of uncertain ones, and of those they took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

from growthcore.api import Channel, GrowthCoreError, Handed
from growthcore.campaigns.kept import Kept
from growthcore.core import Core
from growthcore.messaging import delivery, recovery
from growthcore.messaging.models import Message
from growthcore.messaging.states import State

BATCH = 1000
"""The most messages one question is about."""

Word = TypeVar("Word")
Ask = Callable[[Channel, Sequence[Handed]], Mapping[str, Word]]


def settle(core: Core) -> int:
    """Ask the channels about uncertain messages that are due; returns how many that settled.

    A channel that can't tell, or can't be asked now, is asked again at the next delay.
    """
    with core.db.read() as session:
        asked = delivery.due(session, core.clock.now(), BATCH, State.UNCERTAIN)
    settled = 0
    for of_run in _by_run(asked):
        receipts = _ask(core, of_run, lambda channel, handed: channel.settle(handed), again=True)
        with core.db.unit() as session:
            ids = [message.id for message in of_run]
            now = core.clock.now()
            settled += recovery.settled_by_provider(session, ids, receipts or {}, now)
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


def _ask(
    core: Core, messages: Sequence[Message], ask: Ask[Word], *, again: bool = False
) -> dict[int, Word] | None:
    """What the channel says of messages of one run, by message id; None when it can't be asked.

    ``again`` has what was handed over rendered again.
    """
    with core.db.read() as session:
        kept = Kept.read(session, messages)
    try:
        channel = core.accounts.channel(kept.account_id)
        with core.plugins.guarded("channel", kept.channel_id):
            rendered = kept.rendered(core, channel) if again else {}
            handed = [
                delivery.handed(message, name, kept.snapshots[name], rendered.get(name))
                for name, message in kept.messages.items()
            ]
            said = ask(channel, handed)
    except GrowthCoreError:
        return None
    known = kept.messages
    return {known[name].id: word for name, word in said.items() if name in known}
