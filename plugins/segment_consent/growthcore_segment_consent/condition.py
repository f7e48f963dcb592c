"""The condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, validate

from growthcore.api import Condition, ConditionQuery, Members, ParamsSchema, Text, labelled

_PURPOSES: Final[Mapping[str, Text]] = {
    "advertising": Text("광고", "advertising"),
    "night": Text("야간 광고", "advertising at night"),
}


class Params(ParamsSchema):
    """Which channel, what for, and what was said."""

    channel = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[a-z][a-z0-9_]{0,19}\Z",
            error="A channel has 1-20 small letters, digits or _, beginning with a letter.",
        ),
        metadata=labelled(Text("채널", "Channel")),
    )
    purpose = fields.String(
        load_default="advertising",
        validate=validate.OneOf(list(_PURPOSES)),
        metadata=labelled(Text("목적", "Purpose"), choices=_PURPOSES),
    )
    granted = fields.Boolean(
        load_default=True,
        metadata=labelled(
            Text("동의함", "Granted"),
            Text(
                "끄면 동의를 철회한 고객입니다. 답한 적이 없는 고객은 어느 쪽도 아닙니다.",
                "Off: those who withdrew it. Who never said anything is neither.",
            ),
        ),
    )


class ConsentGiven(Condition):
    """What a customer last said about messages of a channel."""

    id = "consent"
    title = Text("수신 동의", "Consent")
    help = Text(
        "채널별 수신 동의 또는 철회를 봅니다.",
        "Looks at consent to the messages of a channel, or its withdrawal.",
    )
    Params = Params

    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        """Those whose newest statement says so."""
        found = query.consent(params["channel"], params["purpose"], params["granted"])
        return Members(found, estimate=query.estimate(found))

    def describe(self, params: Mapping[str, Any]) -> Text:
        channel, purpose = params["channel"], _PURPOSES[params["purpose"]]
        said = Text("동의", "consented to") if params["granted"] else Text("동의 철회", "withdrew")
        return Text(
            f"‘{channel}’ 채널 {purpose.ko} 수신 {said.ko}",
            f"{said.en} {purpose.en} by “{channel}”",
        )
