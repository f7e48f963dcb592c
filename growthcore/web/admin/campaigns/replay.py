"""Sending messages again that their receiver refused or lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.campaigns import replaying
from growthcore.campaigns.replaying import Selection
from growthcore.messaging import recipients, replays
from growthcore.messaging.models import Message, Replay
from growthcore.messaging.states import State
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404, refused
from growthcore.web.admin.formats import num
from growthcore.web.admin.shop import workspace
from growthcore.web.current import core


@dataclass(frozen=True)
class Offer:
    """How many messages of each state can be sent again, and how earlier times went."""

    counts: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[str, int] = field(default_factory=dict)
    last: Replay | None = None


def offer(session: Session, campaign_id: int) -> Offer:
    """Of a campaign."""
    if not replaying.of_campaign(core(), session, campaign_id):
        return Offer()
    counts = {
        state.value: replaying.count(
            core(), session, Selection(campaign_id=campaign_id, states=[state])
        )
        for state in replays.STATES
    }
    return Offer(_without_none(counts), replays.standing(session, campaign_id))


def offer_of_message(session: Session, message: Message) -> Offer:
    """Of one message."""
    meant = Selection(message_ids=[message.id], states=replays.STATES)
    counts = {message.state: replaying.count(core(), session, meant)}
    return Offer(_without_none(counts), last=replays.of_message(session, message.id))


def _without_none(counts: Mapping[str, int]) -> Mapping[str, int]:
    return {state: number for state, number in counts.items() if number}


@blueprint.post("/<int:campaign_id>/replay")
@allow(Role.MANAGER)
def send_again(campaign_id: int) -> Response:
    """A campaign's messages of one state; with ``since`` and ``until`` those that ended in between."""
    with core().db.read() as session:
        campaign_or_404(session, campaign_id)
    state = request.form.get("state", "")
    states = [State(state)] if state in set(replays.STATES) else []
    _ask(
        lambda: Selection(
            campaign_id=campaign_id, states=states, since=_instant("since"), until=_instant("until")
        )
    )
    return pages.go("admin.campaigns.recipient_list", campaign_id=campaign_id, state=state)


@blueprint.post("/messages/<int:message_id>/replay")
@allow(Role.MANAGER)
def send_message_again(message_id: int) -> Response:
    """One message."""
    with core().db.read() as session:
        if recipients.of_message(session, message_id) is None:
            abort(404)
    _ask(lambda: Selection(message_ids=[message_id], states=replays.STATES))
    return pages.go("admin.campaigns.message", message_id=message_id)


def _instant(name: str) -> datetime | None:
    """A time that was entered, in the shop's zone; None where it was left open."""
    entered = request.form.get(name, "")
    if not entered:
        return None
    try:
        at = datetime.fromisoformat(entered).replace(tzinfo=ZoneInfo(workspace().zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput({name: "Give the day and the time, or leave both empty."}) from None


def _ask(meant: Callable[[], Selection]) -> None:
    try:
        found = replaying.ask(core(), meant(), reason=request.form.get("reason", ""), actor=actor())
    except InvalidInput as error:
        refused(error)
    else:
        pages.toast(_("메시지 %(n)s건을 다시 보냅니다.", n=num(found)))
