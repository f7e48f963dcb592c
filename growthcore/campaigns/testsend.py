"""Sending a draft to oneself."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from growthcore.api import AddressKind, InvalidInput, OutgoingMessage, Receipt, RetryableError
from growthcore.campaigns import service
from growthcore.campaigns.preview import Letter
from growthcore.core import Core
from growthcore.customers.addresses import mask, normalise
from growthcore.operators import audit

MOST = 5
"""Tests one person may send in a minute: they go through the true account, at its cost."""
_ACTION = "campaign.tested"
_MARK = "[테스트]"


class TooManyTests(RetryableError):
    """Somebody sent as many tests as a minute allows."""


def send_test(
    core: Core, campaign_id: int, address: str, *, actor: str, customer_id: int | None = None
) -> Receipt:
    """Send a draft to one address, marked as a test; it counts nowhere and its links lead plainly.

    Several units of work, none open during the send. Raises :class:`InvalidInput`,
    :class:`TooManyTests` and what the channel raises.
    """
    with core.db.read() as session:
        _require_patience(core, session, actor)
        campaign = service.get(session, campaign_id)
        letter = Letter.of(core, session, campaign.definition, mark=_MARK)
        context = letter.context(session, customer_id)
    kind = letter.channel.address
    outgoing = OutgoingMessage(
        reference=f"test-{secrets.token_hex(8)}",
        address=_address(kind, address),
        message_class=letter.message_class,
        rendered=letter.render(context),
        campaign_id=campaign_id,
    )
    with core.plugins.guarded("channel", letter.channel.id):
        (receipt,) = letter.channel.send([outgoing])
    with core.db.unit() as session:
        audit.record(
            session,
            at=core.clock.now(),
            actor=actor,
            action=_ACTION,
            kind="campaign",
            id=str(campaign_id),
            details={"outcome": receipt.outcome, "to": mask(kind, outgoing.address)},
        )
    return receipt


def _require_patience(core: Core, session: Session, actor: str) -> None:
    since = core.clock.now() - timedelta(minutes=1)
    if audit.count(session, actor=actor, action=_ACTION, since=since) >= MOST:
        raise TooManyTests(f"At most {MOST} tests a minute; wait a moment.", after=60)


def _address(kind: AddressKind | None, address: str) -> str:
    try:
        return normalise(kind, address)
    except ValueError as error:
        raise InvalidInput({"address": str(error)}) from error
