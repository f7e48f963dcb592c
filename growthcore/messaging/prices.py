"""What messages cost: the shop's own price list, else the usual prices of the channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from growthcore.api import Channel, InvalidInput
from growthcore.messaging.models import Price, Statistic
from growthcore.operators import audit, workspace

MOST = 10_000_000


def of_account(
    session: Session, account_id: int, channel: type[Channel] | Channel
) -> dict[str, int]:
    """The price of each kind, in minor units of the shop's currency.

    Usual prices are in won, so that in another currency a kind has none until somebody enters it.
    """
    usual = {kind.id: kind.price for kind in channel.kinds}
    in_won = workspace.get(session).currency == "KRW"
    own = session.execute(select(Price.kind, Price.amount).where(Price.account_id == account_id))
    return {**(usual if in_won else {}), **{kind: n for kind, n in own if kind in usual}}


def change(
    session: Session,
    account_id: int,
    channel: type[Channel] | Channel,
    amounts: Mapping[str, int],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Replace the price list of an account; messages sent from now on cost so. Audited.

    Raises :class:`InvalidInput` by kind.
    """
    known = {kind.id for kind in channel.kinds}
    wrong = {
        kind: f"A price is a whole number from 0 to {MOST:,}."
        for kind, amount in amounts.items()
        if not 0 <= amount <= MOST
    }
    wrong |= dict.fromkeys(amounts.keys() - known, "The channel has no such kind of message.")
    if wrong:
        raise InvalidInput(wrong)
    before = of_account(session, account_id, channel)
    session.execute(delete(Price).where(Price.account_id == account_id))
    session.add_all(
        Price(account_id=account_id, kind=kind, amount=amount) for kind, amount in amounts.items()
    )
    audit.record(
        session,
        at=now,
        actor=actor,
        action="prices.changed",
        kind="account",
        id=account_id,
        details={"before": before, "after": dict(amounts)},
    )


def spent(session: Session, campaign_id: int) -> int:
    """What a campaign's messages have cost so far, those that may have been sent among them."""
    total = session.scalar(
        select(func.sum(Statistic.cost)).where(Statistic.campaign_id == campaign_id)
    )
    return int(total or 0)
