"""Messages of one run as they were handed over, from their version and what was kept of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Channel, GrowthCoreError
from growthcore.api.channels import Compiled, Rendered
from growthcore.campaigns import checks
from growthcore.campaigns import definition as definitions
from growthcore.campaigns.models import CampaignRun, CampaignVersion
from growthcore.core import Core
from growthcore.messaging import ledger, rendering, snapshots, tracking
from growthcore.messaging.models import Message


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Messages of one run, by what their provider knows them as, and the snapshot of each.

    The snapshot of one that was never handed over, or whose customer is erased, is empty.
    """

    definition: Mapping[str, Any]
    messages: Mapping[str, Message]
    snapshots: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @classmethod
    def read(cls, session: Session, messages: Sequence[Message]) -> Kept:
        """All of it; ``messages`` are of one run and not empty."""
        run = session.get_one(CampaignRun, messages[0].run_id)
        named = {ledger.reference(run.tag, message.id): message for message in messages}
        kept = {name: snapshots.load(session, each.id) or {} for name, each in named.items()}
        definition = session.get_one(CampaignVersion, run.version_id).definition
        return cls(definition=definition, messages=named, snapshots=kept)

    @property
    def account_id(self) -> int:
        """The account they went by."""
        return int(self.definition["campaign"]["account_id"])

    @property
    def channel_id(self) -> str:
        """The id of their channel's kind, to blame its plugin by."""
        return str(self.definition["channel"])

    def rendered(self, core: Core, channel: Channel) -> dict[str, Rendered]:
        """The messages rendered again; without those that can't be any more."""
        try:
            loaded = definitions.load(self.definition["campaign"])
            compiled = channel.compile(checks.load_content(channel, loaded["content"]))
        except GrowthCoreError:
            return {}
        rendered = {}
        for name, message in self.messages.items():
            if snapshot := self.snapshots[name]:
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
