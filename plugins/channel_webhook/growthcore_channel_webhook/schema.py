"""What an operator configures, and what a marketer writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import (
    ConfigSchema,
    OwnerSwitch,
    ParamsSchema,
    Secret,
    TemplateField,
    Text,
    labelled,
)
from growthcore_channel_webhook import client
from growthcore_channel_webhook.body import JsonTemplate

LONGEST_TIMEOUT = 20
# Requests go to the address byte for byte: no user name, no fragment, percent-encoded.
_URL = r"(?i:https?)://[A-Za-z0-9._:\[\]-]+(/[!\"$-~]*)?\Z"


def _secret(value: str) -> None:
    try:
        client.key(value)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _json(value: str) -> None:
    try:
        JsonTemplate(value)
    except ValueError as error:
        raise ValidationError(str(error)) from None


class Config(ConfigSchema):
    """The receiver, and what it knows us by."""

    url = fields.Url(
        required=True,
        schemes={"http", "https"},
        require_tld=False,
        validate=validate.Regexp(
            _URL,
            error="Give an address such as https://shop.example/hooks/growthcore, without a user name "
            "or #, in ASCII.",
        ),
        metadata=labelled(
            Text("주소", "Address"),
            Text(
                "메시지를 받을 시스템의 주소. https로 시작합니다.",
                "Where messages are posted to. It begins with https.",
            ),
        ),
    )
    secret = Secret(
        required=True,
        validate=_secret,
        metadata=labelled(
            Text("서명 비밀키", "Signing secret"),
            Text(
                "whsec_로 시작하는 비밀키. 받는 시스템과 같은 값이어야 합니다.",
                "Begins with whsec_; the receiver has the same.",
            ),
        ),
    )
    previous_secret = Secret(
        validate=_secret,
        metadata=labelled(
            Text("이전 비밀키", "Previous secret"),
            Text(
                "비밀키를 바꾸는 동안 두 비밀키로 모두 서명합니다. 바꾼 뒤에는 지우세요.",
                "While you change the secret, both sign. Remove it when the receiver has the new one.",
            ),
        ),
    )
    allow_private = OwnerSwitch(
        load_default=False,
        metadata=labelled(
            Text("내부망 주소 허용", "Allow private addresses"),
            Text(
                "이 서버나 사내망의 주소와 암호화되지 않은 http를 허용합니다.",
                "This machine, its private network and unencrypted http are allowed.",
            ),
        ),
    )
    timeout = fields.Integer(
        load_default=10,
        validate=validate.Range(min=1, max=LONGEST_TIMEOUT),
        metadata=labelled(Text("응답 대기 시간(초)", "Seconds to wait for an answer")),
    )

    @validates_schema
    def _encrypted(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not data["allow_private"] and not data["url"].lower().startswith("https://"):
            raise ValidationError(
                "Give an https address; http needs private addresses to be allowed.", "url"
            )


class Content(ParamsSchema):
    """What is said of each customer."""

    data = TemplateField(
        required=True,
        multiline=True,
        validate=[validate.Length(min=2, max=20_000), _json],
        metadata=labelled(
            Text("데이터(JSON)", "Data (JSON)"),
            Text(
                '예: {"name": "#{NAME|고객}", "items": "#{CART_ITEMS}"}. '
                "변수는 따옴표 안에 쓰고, 상품 목록은 따옴표 안에 혼자 있어야 합니다.",
                'Such as {"name": "#{NAME|customer}", "items": "#{CART_ITEMS}"}. Variables stand in '
                "quotes; a list of products stands alone in its quotes.",
            ),
        ),
    )
