"""The last rungs of a why: the night, each send policy, and who goes first."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Customer, Decision, Intent, Sent, Text
from growthcore.campaigns import checks, listing
from growthcore.core import Core
from growthcore.messaging import arbitration, gate, handover, night, send_policy, tally
from growthcore.messaging.arbitration import Waiting
from growthcore.messaging.rules import Rules

_RECENT = 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """One check. ``passed`` is None where there is nothing to pass; ``seen`` is what was found."""

    check: Text
    passed: bool | None
    seen: Text


def steps(
    core: Core,
    session: Session,
    campaign_id: int,
    loaded: dict[str, Any],
    customer: Customer,
    *,
    now: datetime,
) -> list[Step]:
    """What the send policies say of a message of the campaign to one customer now."""
    channel = checks.channel_of(core, session, loaded["account_id"])
    rules = send_policy.rules(core, session)
    facts = gate.Facts.gather(session, channel, loaded["message_class"], [customer])
    intent = facts.intent(customer.id, campaign_id, rules.zone)
    sends = tally.sends(session, [customer.id], now - rules.window).get(customer.id, [])
    found = []
    if night.binds(intent.message_class, intent.channel):
        found.append(_night(intent, rules, now))
    found += [_policy(name, said, sends, rules) for name, said in rules.each(intent, sends, now)]
    rivals = handover.ahead(
        session,
        rules,
        campaign_id=campaign_id,
        others=[id_ for id_ in listing.running(session) if id_ != campaign_id],
        customer_ids=[customer.id],
        now=now,
    ).get(customer.id, [])
    return [*found, _priority(intent, sends, rivals, rules, now)]


def _night(intent: Intent, rules: Rules, now: datetime) -> Step:
    until = night.until(intent, now)
    consented = Text("야간 수신 동의함", "consents to advertising at night")
    return Step(
        check=Text(
            "야간 광고 제한(21:00~08:00)에 해당하지 않음", "The law's night does not hold it"
        ),
        passed=until is None,
        seen=consented if intent.night_consent else _when(until, rules),
    )


def _policy(title: Text, said: Decision, sends: Sequence[Sent], rules: Rules) -> Step:
    recent = [
        Text(
            f"캠페인 {each.campaign_id}: {_local(each.at, rules)} 발송",
            f"campaign {each.campaign_id} at {_local(each.at, rules)}",
        )
        for each in sends[-_RECENT:]
    ]
    if said.sends:
        verdict = _when(None, rules)
    elif said.until is None:
        verdict = Text("발송하지 않음", "is not sent")
    else:
        verdict = _when(said.until, rules)
    lines = [verdict] if said.sends else [verdict, *recent]
    return Step(
        check=title,
        passed=said.sends,
        seen=Text("\n".join(line.ko for line in lines), "\n".join(line.en for line in lines)),
    )


def _priority(
    intent: Intent, sends: Sequence[Sent], rivals: Sequence[Waiting], rules: Rules, now: datetime
) -> Step:
    own = Waiting(id=0, rank=sys.maxsize, intent=intent, due_at=now)
    slot = arbitration.plan([*rivals, own], sends, rules.decide)[own.id]
    seen = Text("먼저 보낼 캠페인 없음", "no campaign goes first")
    if slot.winner is not None:
        local = _local(slot.at, rules) if slot.at else "–"
        seen = Text(
            f"캠페인 {slot.winner}이(가) 먼저 발송됨 · {local} 이후 발송",
            f"campaign {slot.winner} goes first; held until {local}",
        )
    return Step(
        check=Text(
            "우선순위가 높은 캠페인에 밀리지 않음", "No campaign of higher priority goes first"
        ),
        passed=slot.winner is None,
        seen=seen,
    )


def _when(until: datetime | None, rules: Rules) -> Text:
    if until is None:
        return Text("발송 가능", "may go")
    local = _local(until, rules)
    return Text(f"{local} 이후 발송", f"held until {local}")


def _local(at: datetime, rules: Rules) -> str:
    return f"{at.astimezone(rules.zone):%Y-%m-%d %H:%M}"
