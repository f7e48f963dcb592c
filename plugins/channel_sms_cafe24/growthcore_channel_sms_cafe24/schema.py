"""What an operator configures, and what a marketer writes."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from growthcore.api import (
    ConfigSchema,
    ConnectionField,
    ParamsSchema,
    SenderField,
    TemplateField,
    Text,
    labelled,
)
from growthcore_channel_sms_cafe24.phones import digits
from growthcore_channel_sms_cafe24.text import LMS_BYTES, TITLE_BYTES

AS_LMS, REFUSE = "lms", "refuse"
_LONG = {
    AS_LMS: Text("LMS(장문)로 자동 전환", "Send it as LMS"),
    REFUSE: Text("발송하지 않음", "Don't send it"),
}


def _free_number(value: str) -> None:
    if value and not (digits(value).startswith("080") and 10 <= len(digits(value)) <= 11):
        raise ValidationError("Give an 080 number, such as 080-801-2345.")


class Config(ConfigSchema):
    """The mall, and what is used unless a campaign says otherwise."""

    connection = ConnectionField(
        "cafe24",
        required=True,
        metadata=labelled(
            Text("카페24 연결", "Cafe24 connection"),
            Text(
                "문자를 보낼 쇼핑몰의 연결",
                "The connection of the mall that sends.",
            ),
        ),
    )
    sender = SenderField(
        load_default="",
        validate=validate.Length(max=20),
        metadata=labelled(
            Text("기본 발신번호", "Usual sending number"),
            Text(
                "카페24에 등록되어 승인된 번호입니다. 발신번호 동기화 뒤에 고를 수 있습니다.",
                "A number approved at Cafe24; can be chosen after the senders were synced.",
            ),
        ),
    )
    opt_out_number = fields.String(
        load_default="",
        validate=[validate.Length(max=20), _free_number],
        metadata=labelled(
            Text("080 수신거부 번호", "080 number for refusals"),
            Text(
                "비워 두면 카페24 SMS 설정의 080 번호를 씁니다.",
                "Empty: the one of the mall's SMS settings at Cafe24.",
            ),
        ),
    )


class Content(ParamsSchema):
    """What a marketer writes."""

    sender = SenderField(
        load_default="",
        validate=validate.Length(max=20),
        metadata=labelled(
            Text("발신번호", "Sending number"),
            Text("비워 두면 계정의 기본 발신번호", "Empty: the account's usual one."),
        ),
    )
    body = TemplateField(
        required=True,
        multiline=True,
        validate=validate.Length(min=1, max=LMS_BYTES),
        metadata=labelled(
            Text("메시지 내용", "Text"),
            Text(
                "90byte(한글 45자)까지 SMS, 넘으면 LMS입니다. "
                "광고성이면 (광고), 상호, 무료수신거부 문구는 자동으로 들어갑니다.",
                "SMS up to 90 bytes (45 Hangul), LMS beyond. In advertising (광고), the shop's name and "
                "the line on refusing are put in.",
            ),
        ),
    )
    title = TemplateField(
        load_default="",
        validate=validate.Length(max=TITLE_BYTES * 2),
        metadata=labelled(
            Text("제목 (LMS)", "Title (LMS)"),
            Text("40byte까지. SMS에는 쓰이지 않습니다.", "Up to 40 bytes. Not used in an SMS."),
        ),
    )
    long = fields.String(
        load_default=AS_LMS,
        validate=validate.OneOf(list(_LONG)),
        metadata=labelled(Text("90byte를 넘으면", "Over 90 bytes"), choices=_LONG),
    )
