"""Versions: what a launch froze, read with everything it needs to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, MessageClass, Trigger
from growthcore.api.schema import flatten
from growthcore.campaigns import definition
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign, CampaignRun, CampaignVersion
from growthcore.core import Core


@dataclass(frozen=True, kw_only=True)
class LiveTrigger:
    """A running campaign's trigger with its loaded params."""

    trigger: Trigger = field(repr=False)
    params: Mapping[str, Any]

    @property
    def events(self) -> frozenset[str]:
        """The events it listens to."""
        return self.trigger.listens_to(self.params)


@dataclass(frozen=True, kw_only=True)
class Live:
    """A campaign in force: its version's typed definition and the run messages belong to."""

    campaign_id: int
    version_id: int
    run_id: int
    account_id: int
    channel_id: str
    medium: str
    message_class: MessageClass
    content: Mapping[str, Any]
    audience: Mapping[str, Any] | None
    delay: timedelta
    useful_for: timedelta
    exceptions: tuple[str, ...]
    utm: tuple[tuple[str, str], ...]
    run_tag: str
    trigger: LiveTrigger | None


def load_trigger(core: Core, chosen: Mapping[str, Any]) -> LiveTrigger:
    """A trigger by id with its params. Raises :class:`InvalidInput` when it does not fit."""
    trigger = core.plugins.triggers.get(chosen["id"])
    if trigger is None:
        known = ", ".join(sorted(core.plugins.triggers)) or "none"
        raise InvalidInput(
            {"delivery.trigger.id": f"There is no trigger {chosen['id']!r}; installed: {known}."}
        )
    try:
        params = trigger.Params().load(chosen["params"])
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages, "delivery.trigger.params")) from error
    return LiveTrigger(trigger=trigger, params=params)


def live(core: Core, campaign: Campaign, version: CampaignVersion, run: CampaignRun) -> Live:
    """Everything of a running campaign, typed. Raises :class:`InvalidInput` or ``ConfigError``."""
    loaded = definition.load(version.definition["campaign"])
    delivery = loaded["delivery"]
    return Live(
        campaign_id=campaign.id,
        version_id=version.id,
        run_id=run.id,
        account_id=loaded["account_id"],
        channel_id=version.definition["channel"],
        medium=version.definition["medium"],
        message_class=loaded["message_class"],
        content=loaded["content"],
        audience=loaded["audience"],
        delay=delivery["delay"],
        useful_for=delivery["useful_for"],
        exceptions=tuple(delivery["exceptions"]),
        utm=tuple(version.definition["utm"].items()),
        run_tag=run.tag,
        trigger=load_trigger(core, delivery["trigger"]) if "trigger" in delivery else None,
    )


def rows(
    session: Session, *, campaign_id: int | None = None, kind: str | None = None
) -> list[tuple[Campaign, CampaignVersion, CampaignRun]]:
    """Running campaigns with the version and run in force."""
    statement = (
        select(Campaign, CampaignVersion, CampaignRun)
        .join(CampaignVersion, CampaignVersion.id == Campaign.version_id)
        .join(CampaignRun, CampaignRun.version_id == CampaignVersion.id)
        .where(Campaign.state == State.RUNNING)
        .order_by(Campaign.id)
    )
    if campaign_id is not None:
        statement = statement.where(Campaign.id == campaign_id)
    if kind is not None:
        statement = statement.where(Campaign.kind == kind)
    return [(campaign, version, run) for campaign, version, run in session.execute(statement)]
