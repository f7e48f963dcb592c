"""What an operator configures, and what a marketer writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import (
    ConfigSchema,
    Fillings,
    ParamsSchema,
    Secret,
    TemplateCode,
    TemplateField,
    Text,
    labelled,
)

BASE_URL = "https://sens.apigw.ntruss.com"
_LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")
# A path would be signed without being meant; the address is only where the API is.
_URL = r"https?://[A-Za-z0-9._\[\]:-]+\Z"
_NO_SPACES = r"[!-~]+\Z"


def _service(kind: str) -> validate.Regexp:
    example = f"ncp:{kind}:kr:1234567:project"
    return validate.Regexp(
        rf"ncp:{kind}:[a-z]+:[0-9]+:[a-z0-9_-]+\Z",
        error=f"A service id is like {example}: copy it from the project in the console.",
    )


def _number(value: str) -> None:
    if value and not (value.isascii() and value.isdecimal() and 8 <= len(value) <= 12):
        raise ValidationError("Give the number in digits only, such as 0212345678.")


class SensConfig(ConfigSchema):
    """A sender profile: a Kakao channel, the SENS project it is linked with, and a key for it."""

    channel_id = fields.String(
        required=True,
        validate=validate.Regexp(
            r"@[^\s@]{1,50}\Z", error="A channel id begins with @, such as @growthcore."
        ),
        metadata=labelled(
            Text("카카오 채널 ID", "Kakao channel id"),
            Text("@로 시작하는 검색용 아이디입니다.", "The search id; it begins with @."),
        ),
    )
    service_id = fields.String(
        required=True,
        validate=_service("kkobizmsg"),
        metadata=labelled(
            Text("서비스 ID", "Service id"),
            Text(
                "NCP 콘솔 SENS 프로젝트의 Biz Message 서비스 ID입니다. 예: ncp:kkobizmsg:kr:1234567:project",
                "Of the project's Biz Message in the NCP console, such as "
                "ncp:kkobizmsg:kr:1234567:project.",
            ),
        ),
    )
    access_key = Secret(
        required=True,
        validate=validate.Regexp(_NO_SPACES, error="An access key has no spaces."),
        metadata=labelled(
            Text("Access Key", "Access key"),
            Text("NCP 마이페이지 > 인증키 관리", "NCP: My page > Authentication keys"),
        ),
    )
    secret_key = Secret(
        required=True,
        validate=validate.Regexp(_NO_SPACES, error="A secret key has no spaces."),
        metadata=labelled(Text("Secret Key", "Secret key")),
    )
    calls_per_second = fields.Integer(
        load_default=10,
        validate=validate.Range(min=1, max=100),
        metadata=labelled(
            Text("초당 요청 수", "Calls a second"),
            Text(
                "작업자 하나가 1초에 보내는 요청 수. 요청 하나에 100명까지 담깁니다.",
                "Of one worker. A call carries up to 100 recipients.",
            ),
        ),
    )
    base_url = fields.String(
        load_default=BASE_URL,
        validate=validate.Regexp(_URL, error=f"Give an address such as {BASE_URL}."),
        metadata=labelled(
            Text("API 주소", "API address"),
            Text(
                "보통 바꾸지 않습니다. 공공 클라우드는 https://sens.apigw.gov-ntruss.com 입니다.",
                "Usually left alone; the government cloud has https://sens.apigw.gov-ntruss.com.",
            ),
            destination=True,
            advanced=True,
        ),
    )

    @validates_schema
    def _encrypted(self, data: Mapping[str, Any], **_options: Any) -> None:
        url = data["base_url"]
        if not url.startswith("https://") and not f"{url}:".startswith(_LOOPBACK):
            raise ValidationError(
                "Give an https address; http is for a sandbox on this machine.", "base_url"
            )


class AlimTalkConfig(SensConfig):
    """A sender profile, and the text messages for whom it can't reach."""

    failover = fields.Boolean(
        load_default=False,
        metadata=labelled(
            Text("문자 대체 발송", "Fall back to text messages"),
            Text(
                "카카오톡으로 받지 못한 사람에게 SMS나 LMS를 보냅니다. 캠페인마다 바꿀 수 있습니다.",
                "Whom KakaoTalk can't reach gets an SMS or LMS. Each campaign may choose otherwise.",
            ),
        ),
    )
    failover_sender = fields.String(
        load_default="",
        validate=_number,
        metadata=labelled(
            Text("대체 발송 발신번호", "Number of the text messages"),
            Text(
                "SENS에 등록된 발신번호입니다. 비우면 카카오 채널에 설정된 번호를 씁니다.",
                "One registered with SENS. When empty, the one set for the Kakao channel is used.",
            ),
        ),
    )
    sms_service_id = fields.String(
        load_default="",
        validate=lambda value: value and _service("sms")(value),
        metadata=labelled(
            Text("SMS 서비스 ID", "SMS service id"),
            Text(
                "대체 발송이 SMS인지 LMS인지 확인할 때 씁니다. 예: ncp:sms:kr:1234567:project",
                "Tells whether a text message went as SMS or LMS; such as "
                "ncp:sms:kr:1234567:project.",
            ),
        ),
    )


class AlimTalkContent(ParamsSchema):
    """A template and what it is filled with."""

    template = TemplateCode(
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata=labelled(
            Text("알림톡 템플릿", "AlimTalk template"),
            Text("승인된 템플릿만 보낼 수 있습니다.", "Only approved ones can be sent."),
        ),
    )
    revision = fields.String(
        load_default="",
        validate=validate.Length(max=64),
        metadata=labelled(
            Text("템플릿 버전", "Revision of the template"),
            Text("저장할 때 자동으로 채워집니다.", "Filled in when the message is saved."),
            automatic=True,
        ),
    )
    approved = fields.Dict(
        keys=fields.String(),
        load_default=None,
        allow_none=True,
        metadata=labelled(
            Text("승인된 템플릿", "Approved template"),
            Text("저장할 때 자동으로 채워집니다.", "Filled in when the message is saved."),
            automatic=True,
        ),
    )
    values = Fillings(
        of="template",
        load_default=dict,
        metadata=labelled(
            Text("템플릿 변수", "Variables of the template"),
            Text(
                "템플릿의 변수마다 채울 값을 정합니다.",
                "What stands in place of each variable of the template.",
            ),
        ),
    )
    failover = fields.String(
        load_default="account",
        validate=validate.OneOf(["account", "on", "off"]),
        metadata=labelled(
            Text("문자 대체 발송", "Fall back to text messages"),
            choices={
                "account": Text("발신 프로필의 설정대로", "As the sender profile says"),
                "on": Text("사용", "On"),
                "off": Text("사용 안 함", "Off"),
            },
        ),
    )
    failover_text = TemplateField(
        load_default="",
        multiline=True,
        validate=validate.Length(max=2000),
        metadata=labelled(
            Text("대체 문자 내용", "Text of the text message"),
            Text(
                "비우면 알림톡 본문을 보냅니다. 90바이트까지 SMS, 2,000바이트까지 LMS입니다.",
                "When empty, that of the AlimTalk. Up to 90 bytes go as SMS, up to 2,000 as LMS.",
            ),
        ),
    )
