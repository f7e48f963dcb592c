"""Asking channels what became of messages: of uncertain ones, and of those they took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from growthcore.api import Channel, GrowthCoreError, Handed
from growthcore.api.channels import Compiled, Rendered
from growthcore.campaigns import checks
from growthcore.campaigns import definition as definitions
from growthcore.campaigns.models import CampaignRun, CampaignVersion
from growthcore.core import Core
from growthcore.messaging import delivery, ledger, recovery, rendering, snapshots, tracking
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


@dataclass(frozen=True, kw_only=True)
class _Question:
    """Messages of one run, by what their provider knows them as, and what was kept of each."""

    definition: Mapping[str, Any]
    messages: Mapping[str, Message]
    snapshots: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @classmethod
    def read(cls, session: Session, messages: Sequence[Message]) -> _Question:
        run = session.get_one(CampaignRun, messages[0].run_id)
        named = {ledger.reference(run.tag, message.id): message for message in messages}
        kept = {name: snapshots.load(session, each.id) or {} for name, each in named.items()}
        definition = session.get_one(CampaignVersion, run.version_id).definition
        return cls(definition=definition, messages=named, snapshots=kept)


def _ask(
    core: Core, messages: Sequence[Message], ask: Ask[Word], *, again: bool = False
) -> dict[int, Word] | None:
    """What the channel says of messages of one run, by message id; None when it can't be asked.

    ``again`` has what was handed over rendered again.
    """
    with core.db.read() as session:
        question = _Question.read(session, messages)
    try:
        channel = core.accounts.channel(question.definition["campaign"]["account_id"])
        with core.plugins.guarded("channel", question.definition["channel"]):
            rendered = _rendered(core, channel, question) if again else {}
            handed = [
                delivery.handed(message, name, question.snapshots[name], rendered.get(name))
                for name, message in question.messages.items()
            ]
            said = ask(channel, handed)
    except GrowthCoreError:
        return None
    known = question.messages
    return {known[name].id: word for name, word in said.items() if name in known}


def _rendered(core: Core, channel: Channel, question: _Question) -> dict[str, Rendered]:
    """The messages as they were handed over; without those that can't be rendered any more."""
    try:
        loaded = definitions.load(question.definition["campaign"])
        compiled = channel.compile(checks.load_content(channel, loaded["content"]))
    except GrowthCoreError:
        return {}
    rendered = {}
    for name, message in question.messages.items():
        if snapshot := question.snapshots[name]:
            context = rendering.context_from(snapshot, loaded["message_class"])
            rendered[name] = _laid_out(core, channel, compiled, context, message.id)
    return rendered


def _laid_out(
    core: Core, channel: Channel, compiled: Compiled, context: rendering.Context, message_id: int
) -> Rendered:
    addresses = tracking.Addresses(
        base_url=core.settings.base_url, message_id=message_id, signer=tracking.signer(core)
    )
    context.unsubscribe_url = addresses.unsubscribe
    can = channel.capabilities
    context.open_pixel = addresses.open_pixel if can.measures_opens else None
    context.track = addresses.link if can.measures_clicks else None
    return rendering.render(compiled, context).rendered
