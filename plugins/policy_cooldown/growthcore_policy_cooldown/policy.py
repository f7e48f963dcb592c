"""Cooldown and caps: rolling windows, to the second, over what a customer was sent by any campaign.

A window never begins at midnight: two messages at 23:00 and 00:00 are an hour apart, not a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from growthcore.api import (
    SEND,
    Decision,
    DurationField,
    Intent,
    MessageClass,
    ParamsSchema,
    Policy,
    Sent,
    Text,
    labelled,
)

_INFORMATIONAL: Final[Mapping[str, Text]] = {
    "held": Text("광고성과 똑같이 제한", "Held like advertising"),
    "free": Text("제한하지 않고 횟수에는 포함", "Not held, but counted"),
    "uncounted": Text("제한하지 않고 횟수에도 넣지 않음", "Neither held nor counted"),
}
_LONGEST = timedelta(days=90)
_DAY = 24 * 60


def _short(value: timedelta) -> None:
    if value > _LONGEST:
        raise ValidationError("The longest is 90 days.")


def _some(value: timedelta) -> None:
    _short(value)
    if not value:
        raise ValidationError("Give at least one minute.")


class Cap(ParamsSchema):
    """At most so many messages in a window that rolls."""

    most = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 1_000),
        metadata=labelled(Text("최대 횟수", "At most")),
    )
    window = DurationField(required=True, validate=_some, metadata=labelled(Text("기간", "Within")))
    channel = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"([a-z][a-z0-9_]{0,19})?\Z", error="Write a medium such as sms, or leave it empty."
        ),
        metadata=labelled(
            Text("채널", "Medium"),
            Text(
                "sms, kakao, email과 같이 적습니다. 비우면 모든 채널을 합쳐 셉니다.",
                "Such as sms, kakao or email; empty for all of them together.",
            ),
        ),
    )


class Params(ParamsSchema):
    """How long the pause is, and which caps there are."""

    pause = DurationField(
        load_default=timedelta(hours=24),
        validate=_short,
        metadata=labelled(
            Text("중복 발송 방지(쿨다운) 시간", "Cooldown"),
            Text(
                "같은 고객에게 보낸 뒤 이 시간이 지나야 다음 메시지를 보냅니다. 0은 제한 없음입니다.",
                "A customer is written to again only after this long. 0 is no pause.",
            ),
        ),
    )
    per_channel = fields.Boolean(
        load_default=False,
        metadata=labelled(
            Text("쿨다운을 채널마다 따로 적용", "A cooldown for each medium of its own"),
        ),
    )
    caps = fields.List(
        fields.Nested(Cap, metadata=labelled(Text("횟수 제한", "Cap"))),
        load_default=list,
        validate=validate.Length(max=10),
        metadata=labelled(
            Text("횟수 제한", "Caps"),
            Text(
                "자정이 아니라 보낸 때부터 셉니다. 예: 7일에 3회.",
                "Counted back from each moment, not from midnight; such as 3 within 7 days.",
            ),
        ),
    )
    informational = fields.String(
        load_default="held",
        validate=validate.OneOf(list(_INFORMATIONAL)),
        metadata=labelled(
            Text("정보성 메시지", "Informational messages"),
            Text(
                "주문·배송 안내처럼 고객이 기다리는 메시지를 제한에서 뺄 수 있습니다.",
                "What customers wait for, such as notices of their orders, can be let through.",
            ),
            choices=_INFORMATIONAL,
        ),
    )


class Cooldown(Policy):
    """A pause after each message, and caps on how many go in a window."""

    id = "cooldown"
    title = Text("중복 발송 방지(쿨다운)", "Cooldown and caps")
    help = Text(
        "한 고객이 여러 캠페인의 메시지를 짧은 기간에 너무 많이 받지 않게 합니다. "
        "제한에 걸린 메시지는 버리지 않고 미룹니다.",
        "Keeps one customer from getting too much of several campaigns. "
        "What is held is not lost: it waits.",
    )
    Params = Params

    def window(self, params: Mapping[str, Any]) -> timedelta:
        """As long as the longest of its limits."""
        return max((window for _, window, _, _ in _limits(params)), default=timedelta())

    def decide(
        self,
        candidate: Intent,
        sends: Sequence[Sent],
        at: datetime,
        params: Mapping[str, Any],
    ) -> Decision:
        free = params["informational"] != "held"
        if free and candidate.message_class is MessageClass.INFORMATIONAL:
            return SEND
        latest = SEND
        for most, window, medium, reason in _limits(params, candidate.channel):
            used = [
                each.at
                for each in sends
                if each.at > at - window and medium in ("", each.channel) and _counts(each, params)
            ]
            if len(used) >= most:
                until = sorted(used)[len(used) - most] + window
                if latest.until is None or until > latest.until:
                    latest = Decision.defer(until, reason)
        return latest

    def describe(self, params: Mapping[str, Any]) -> Text:
        parts = [_limit_in_words(*limit) for limit in _limits(params)]
        if not parts:
            return Text("제한하지 않습니다.", "There is no limit.")
        informational = _INFORMATIONAL[params["informational"]]
        return Text(
            f"{', '.join(part.ko for part in parts)}. 정보성 메시지: {informational.ko}.",
            f"{', '.join(part.en for part in parts)}. Informational messages: {informational.en}.",
        )


def _limits(
    params: Mapping[str, Any], channel: str | None = None
) -> Iterator[tuple[int, timedelta, str, str | None]]:
    """Most, window, medium counted ("" for all together) and reason, of all or of one medium."""
    if params["pause"]:
        yield 1, params["pause"], (channel or "*") if params["per_channel"] else "", None
    for cap in params["caps"]:
        if channel is None or cap["channel"] in ("", channel):
            yield cap["most"], cap["window"], cap["channel"], "cap"


def _counts(each: Sent, params: Mapping[str, Any]) -> bool:
    uncounted = params["informational"] == "uncounted"
    return not (uncounted and each.message_class is MessageClass.INFORMATIONAL)


def _limit_in_words(most: int, window: timedelta, channel: str, _reason: str | None) -> Text:
    medium = {"": Text("모든 채널", "all media"), "*": Text("채널마다", "each medium")}
    by, within = medium.get(channel, Text(channel, channel)), _span_in_words(window)
    return Text(f"{by.ko} {within.ko}에 {most}회", f"{most} within {within.en} by {by.en}")


def _span_in_words(span: timedelta) -> Text:
    minutes = int(span.total_seconds()) // 60
    if minutes % _DAY == 0 and minutes > _DAY:
        return Text(f"{minutes // _DAY}일", f"{minutes // _DAY} days")
    if minutes % 60 == 0:
        return Text(f"{minutes // 60}시간", f"{minutes // 60} h")
    return Text(f"{minutes}분", f"{minutes} min")
