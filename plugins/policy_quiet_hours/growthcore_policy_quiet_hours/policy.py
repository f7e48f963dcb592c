"""Quiet hours: what would go meanwhile waits for their end.

They are the shop's own, in the shop's zone, and by default hold every campaign message from 21:00 to
08:00. The law's night (advertising by anything but e-mail, without a separate consent) is the core's:
it holds whether this plugin is there or not, so that nothing said here can let such a message out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from marshmallow import fields

from growthcore.api import (
    SEND,
    Decision,
    Intent,
    MessagesField,
    ParamsSchema,
    Policy,
    Sent,
    Text,
    labelled,
    messages_in_words,
)

_DAY = 24 * 60


class Params(ParamsSchema):
    """When they begin and end, and what goes all the same."""

    begins = fields.Time(
        format="%H:%M",
        load_default=time(21),
        metadata=labelled(Text("시작 시각", "Begins at")),
    )
    ends = fields.Time(
        format="%H:%M",
        load_default=time(8),
        metadata=labelled(Text("종료 시각", "Ends at")),
    )
    exempt = MessagesField(
        load_default=list,
        metadata=labelled(
            Text("금지 시간에도 보내는 메시지", "Messages that go all the same"),
            Text(
                "이메일이 아닌 광고성 메시지는 여기서 선택하더라도 21:00~08:00(한국 시간)에는 "
                "야간 수신에 따로 동의한 고객에게만 발송됩니다.",
                "Advertising other than e-mail goes between 21:00 and 08:00 Korean time only to "
                "customers who consented to it separately, also when it is chosen here.",
            ),
        ),
    )


class QuietHours(Policy):
    """No campaign messages from one time of the day to another, over midnight if need be."""

    id = "quiet_hours"
    title = Text("야간 발송 금지", "Quiet hours")
    help = Text(
        "이 시간에는 캠페인 메시지를 보내지 않고 끝나는 시각까지 미룹니다.",
        "Campaign messages wait until these hours are over.",
    )
    Params = Params

    def decide(
        self,
        candidate: Intent,
        sends: Sequence[Sent],
        at: datetime,
        params: Mapping[str, Any],
    ) -> Decision:
        if _exempts(params, candidate.message_class, candidate.channel):
            return SEND
        local = at.astimezone(candidate.zone)
        begins, length = _span(params)
        if (_minute(local.time()) - begins) % _DAY >= length:
            return SEND
        ends: time = params["ends"]
        day = local.date() + timedelta(days=local.time() >= ends)
        until = datetime.combine(day, ends, candidate.zone)
        if until.astimezone(UTC) <= at:  # The clocks went back: the end comes once more.
            until = until.replace(fold=1)
        return Decision.defer(until)

    def narrows(self, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> bool:
        """Holding back less is for owners: it is how most shops keep the law's night."""
        if after is None:
            return bool(_hours(before))
        return bool(_hours(before) - _hours(after)) or not all(
            _exempts(before, *pair.split(":")) for pair in after["exempt"]
        )

    def describe(self, params: Mapping[str, Any]) -> Text:
        begins, ends = (f"{params[name]:%H:%M}" for name in ("begins", "ends"))
        exempt = messages_in_words(params["exempt"])
        if not exempt.ko:
            return Text(
                f"{begins}~{ends}에는 보내지 않고 {ends}까지 미룹니다.",
                f"Nothing goes from {begins} to {ends}; it waits until {ends}.",
            )
        return Text(
            f"{begins}~{ends}에는 보내지 않고 {ends}까지 미룹니다. 예외: {exempt.ko}",
            f"Nothing goes from {begins} to {ends}; it waits until {ends}. Exempt: {exempt.en}",
        )


def _exempts(params: Mapping[str, Any], message_class: str, channel: str) -> bool:
    pairs = {f"{c}:{m}" for c in (message_class, "*") for m in (channel, "*")}
    return not pairs.isdisjoint(params["exempt"])


def _minute(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _span(params: Mapping[str, Any]) -> tuple[int, int]:
    """When they begin, and how long they are; nothing when they end as they begin. In minutes."""
    begins = _minute(params["begins"])
    return begins, (_minute(params["ends"]) - begins) % _DAY


def _hours(params: Mapping[str, Any]) -> set[int]:
    """The quiet minutes of the day."""
    begins, length = _span(params)
    return {minute % _DAY for minute in range(begins, begins + length)}
