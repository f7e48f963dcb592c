"""What an operator configures, and what a marketer writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ConfigSchema, ParamsSchema, Secret, TemplateField, Text, labelled
from growthcore_channel_email_smtp.headers import ascii_address

HTML_BYTES = 100 * 1024
"""Gmail cuts off what is longer, with it the opt-out and the open pixel."""

_SECURITY = {
    "starttls": Text("STARTTLS (보통 587 포트)", "STARTTLS (usually port 587)"),
    "tls": Text("TLS (보통 465 포트)", "TLS (usually port 465)"),
    "none": Text("없음 (내부 서버 전용)", "None (servers inside your network only)"),
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _address(value: str) -> None:
    if value and ascii_address(value) is None:
        raise ValidationError("Give one e-mail address, such as news@shop.example.")


class Config(ConfigSchema):
    """The server, and whom mails come from."""

    host = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[A-Za-z0-9._:-]{1,253}\Z", error="Give a host name, such as smtp.shop.example."
        ),
        metadata=labelled(Text("SMTP 서버", "SMTP host"), destination=True),
    )
    port = fields.Integer(
        load_default=587,
        validate=validate.Range(min=1, max=65_535),
        metadata=labelled(Text("포트", "Port"), destination=True),
    )
    security = fields.String(
        load_default="starttls",
        validate=validate.OneOf(list(_SECURITY)),
        metadata=labelled(Text("보안 연결", "Encryption"), choices=_SECURITY, destination=True),
    )
    username = fields.String(
        load_default="",
        validate=validate.Length(max=320),
        metadata=labelled(
            Text("사용자 이름", "User name"),
            Text("로그인이 필요 없으면 비워 두세요.", "Empty where no login is needed."),
        ),
    )
    password = Secret(
        validate=validate.Length(max=1_000),
        metadata=labelled(Text("비밀번호", "Password")),
    )
    sender_address = fields.String(
        required=True,
        validate=[validate.Length(min=1), _address],
        metadata=labelled(
            Text("발신 이메일 주소", "Sender address"),
            Text(
                "반송 메일도 이 주소로 돌아옵니다. SPF와 DKIM이 설정된 도메인을 사용하세요.",
                "Bounces come back here, too. Use a domain with SPF and DKIM.",
            ),
        ),
    )
    sender_name = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata=labelled(Text("발신자 이름", "Sender name")),
    )
    reply_to = fields.String(
        load_default="",
        validate=_address,
        metadata=labelled(
            Text("회신 주소", "Reply to"),
            Text("비워 두면 발신 주소로 회신됩니다.", "Empty: replies go to the sender."),
        ),
    )
    timeout = fields.Integer(
        load_default=30,
        validate=validate.Range(min=1, max=60),
        metadata=labelled(
            Text("응답 대기 시간(초)", "Seconds to wait for an answer"),
        ),
    )
    verify_certificates = fields.Boolean(
        load_default=True,
        metadata=labelled(
            Text("인증서 확인", "Check the certificate"),
            Text(
                "끄면 비밀번호와 메일을 다른 서버가 가로챌 수 있습니다.",
                "Without it, another server could read password and mails.",
            ),
            destination=True,
        ),
    )

    @validates_schema
    def _login(self, data: Mapping[str, Any], **_options: Any) -> None:
        if bool(data["username"]) != bool(data.get("password")):
            missing = "password" if data["username"] else "username"
            raise ValidationError("Give both user name and password, or neither.", missing)
        if data["username"] and data["security"] == "none" and data["host"] not in _LOOPBACK:
            raise ValidationError(
                "A password must not travel unencrypted: choose STARTTLS or TLS.", "security"
            )


class Content(ParamsSchema):
    """One mail."""

    subject = TemplateField(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata=labelled(
            Text("제목", "Subject"),
            Text(
                "광고성 메시지에는 (광고)가 자동으로 붙습니다.",
                "(광고) is put before it in advertising.",
            ),
        ),
    )
    preheader = TemplateField(
        load_default="",
        validate=validate.Length(max=200),
        metadata=labelled(
            Text("미리보기 문구", "Preview text"),
            Text("받은편지함에서 제목 옆에 보입니다.", "Shown beside the subject in the inbox."),
        ),
    )
    html = TemplateField(
        required=True,
        multiline=True,
        validate=validate.Length(min=1, max=HTML_BYTES),
        metadata=labelled(
            Text("HTML 본문", "HTML"),
            Text(
                "#{CART_ITEMS}, #{RECO:모델} 자리에 상품이 들어갑니다. "
                "수신거부 링크는 #{UNSUBSCRIBE_URL}입니다.",
                "#{CART_ITEMS} and #{RECO:model} are laid out as products. "
                "#{UNSUBSCRIBE_URL} is the opt-out.",
            ),
        ),
    )
    text = TemplateField(
        load_default="",
        multiline=True,
        validate=validate.Length(max=HTML_BYTES),
        metadata=labelled(
            Text("텍스트 본문", "Plain text"),
            Text("비워 두면 HTML에서 만듭니다.", "Empty: made from the HTML."),
        ),
    )
