"""What an operator configures of Brand Message, and what a marketer writes."""

from __future__ import annotations

from marshmallow import fields, validate

from growthcore.api import ParamsSchema, TemplateField, Text, labelled
from growthcore_channel_kakao_ncp.schema import SensConfig

LONGEST = 1300


class BrandConfig(SensConfig):
    """A sender profile, and whom of the recipients it may reach."""

    targeting = fields.String(
        load_default="I",
        validate=validate.OneOf(["I", "M", "N"]),
        metadata=labelled(
            Text("발송 대상", "Whom it reaches"),
            Text(
                "M과 N은 카카오의 승인이 필요합니다: 채널 친구 5만 명 이상, 사업자 정보와 고객센터 "
                "번호 등록, "
                "광고 수신 동의 증빙, 080 무료수신거부 번호.",
                "M and N need Kakao's approval: 50,000 friends or more, the business and its customer "
                "centre registered, proof of consent, and an 080 number to opt out.",
            ),
            choices={
                "I": Text("대상 가운데 채널 친구 (I)", "Friends of the channel among them (I)"),
                "M": Text("광고 수신에 동의한 모두 (M)", "All who consented (M)"),
                "N": Text("동의했지만 친구가 아닌 사람 (N)", "Who consented and is no friend (N)"),
            },
        ),
    )


class WebButton(ParamsSchema):
    """A button that opens a page."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=14),
        metadata=labelled(Text("버튼 이름", "Name of the button")),
    )
    url = TemplateField(
        required=True,
        validate=validate.Length(min=1, max=1000),
        metadata=labelled(
            Text("버튼 링크", "Link of the button"),
            Text(
                "https://로 시작합니다. 변수를 쓸 수 있습니다.",
                "Begins with https://; may hold variables.",
            ),
        ),
    )


class BrandContent(ParamsSchema):
    """A text and its buttons."""

    text = TemplateField(
        required=True,
        multiline=True,
        validate=validate.Length(min=1, max=LONGEST),
        metadata=labelled(
            Text("메시지 내용", "Text"),
            Text(
                "변수를 채운 뒤 1,300자까지입니다. 광고 표시는 카카오톡이 붙입니다.",
                "Up to 1,300 characters once filled. KakaoTalk marks it as advertising.",
            ),
        ),
    )
    buttons = fields.List(
        fields.Nested(WebButton),
        load_default=list,
        validate=validate.Length(max=5),
        metadata=labelled(Text("버튼", "Buttons")),
    )
