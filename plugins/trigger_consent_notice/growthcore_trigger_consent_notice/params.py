"""What both triggers ask for, and how they page through statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from marshmallow import fields, validate

from growthcore.api import ConsentStatement, ParamsSchema, Text, TriggerPorts, labelled

MEDIA: Final[Mapping[str, Text]] = {
    "email": Text("이메일", "e-mail"),
    "sms": Text("문자", "text message"),
    "kakao": Text("카카오톡", "KakaoTalk"),
    "push": Text("앱 푸시", "app push"),
    "webhook": Text("웹훅", "webhook"),
}
_PAGE = 1_000


class Params(ParamsSchema):
    """Which medium's consents it is about."""

    channel = fields.String(
        load_default="email",
        validate=validate.OneOf(list(MEDIA)),
        metadata=labelled(
            Text("동의한 매체", "Medium consented to"),
            Text(
                "이 매체로 받는 광고에 대한 동의를 안내합니다. 안내는 캠페인의 발신 계정으로 나갑니다.",
                "The consents it tells of. The notice itself goes by the campaign's own account.",
            ),
            choices=MEDIA,
        ),
    )


def stated(
    ports: TriggerPorts, channel: str, since: datetime, until: datetime
) -> Iterator[ConsentStatement]:
    """The statements of that time that hold, page by page."""
    after = 0
    while page := ports.consents.stated(channel, since, until, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id
