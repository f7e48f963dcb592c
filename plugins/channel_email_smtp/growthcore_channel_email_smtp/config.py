"""What an operator configures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ConfigSchema, Secret, Text, labelled
from growthcore_channel_email_smtp.dkim import UnusableKey, private_key
from growthcore_channel_email_smtp.headers import ascii_address
from growthcore_channel_email_smtp.returning import Returning
from growthcore_channel_email_smtp.senders import aligned, senders_of

_SECURITY = {
    "starttls": Text("STARTTLS (보통 587 포트)", "STARTTLS (usually port 587)"),
    "tls": Text("TLS (보통 465 포트)", "TLS (usually port 465)"),
    "none": Text("없음 (내부 서버 전용)", "None (servers inside your network only)"),
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _address(value: str) -> None:
    if value and ascii_address(value) is None:
        raise ValidationError("Give one e-mail address, such as news@shop.example.")


def _signing_key(value: str) -> None:
    try:
        private_key(value)
    except UnusableKey as error:
        raise ValidationError(str(error)) from error


class AnotherSender(ConfigSchema):
    """A further address that a campaign may choose."""

    address = fields.String(
        required=True,
        validate=[validate.Length(min=1), _address],
        metadata=labelled(Text("추가 발신 주소", "Address")),
    )
    name = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata=labelled(Text("추가 발신자 이름", "Name")),
    )
    reply_to = fields.String(
        load_default="",
        validate=_address,
        metadata=labelled(Text("추가 회신 주소", "Replies to")),
    )


class Sending(ConfigSchema):
    """The server, whom mails come from, and what they are signed with."""

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
                "SPF와 DKIM이 설정된 도메인을 사용하세요. 반송 주소가 없으면 반송 메일도 이리로 옵니다.",
                "Use a domain with SPF and DKIM. Without a return path, bounces come here, too.",
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
    senders = fields.List(
        fields.Nested(AnotherSender),
        load_default=list,
        validate=validate.Length(max=50),
        metadata=labelled(
            Text("추가 발신자", "Further senders"),
            Text(
                "캠페인마다 골라 쓸 수 있습니다. 고르지 않으면 위의 발신 주소를 씁니다.",
                "A campaign may choose one of them; otherwise the sender above is used.",
            ),
        ),
    )
    dkim_domain = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63})?\Z",
            error="Give a domain, such as shop.example.",
        ),
        metadata=labelled(
            Text("DKIM 도메인", "DKIM domain"),
            Text(
                "메일 서버가 서명하지 않을 때만 입력하세요. 발신 주소의 도메인과 같아야 합니다.",
                "Only where the mail server does not sign. The domain of the sender addresses.",
            ),
        ),
    )
    dkim_selector = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?\Z",
            error="Give a selector of letters and digits, such as gc1.",
        ),
        metadata=labelled(
            Text("DKIM 선택자", "DKIM selector"),
            Text(
                "공개 키를 둘 DNS 이름의 앞부분입니다. 예: gc1",
                "The first part of the DNS name that holds the public key, such as gc1.",
            ),
        ),
    )
    dkim_key = Secret(
        validate=[validate.Length(max=10_000), _signing_key],
        metadata=labelled(
            Text("DKIM 개인 키 (PEM)", "DKIM private key (PEM)"),
            Text(
                "RSA 2048비트 또는 Ed25519 키입니다. $file:경로로 서버의 파일을 쓸 수 있습니다.",
                "RSA with 2,048 bits, or Ed25519. $file:/path refers to a file of the server.",
            ),
        ),
    )
    connections = fields.Integer(
        load_default=2,
        validate=validate.Range(min=1, max=10),
        metadata=labelled(
            Text("동시 연결 수", "Connections at once"),
            Text(
                "한 번에 여러 연결로 보냅니다. 메일 서버가 허용하는 수를 넘지 마십시오.",
                "How many each worker opens; not more than the mail server allows.",
            ),
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

    @validates_schema
    def _signature(self, data: Mapping[str, Any], **_options: Any) -> None:
        given = {name: data.get(name) for name in ("dkim_domain", "dkim_selector", "dkim_key")}
        missing = [name for name, value in given.items() if not value]
        if len(missing) in (1, 2):
            raise ValidationError(
                "Give DKIM domain, selector and key, or none of them.", missing[0]
            )

    @validates_schema
    def _senders(self, data: Mapping[str, Any], **_options: Any) -> None:
        senders = senders_of(data)
        if len(senders) <= len(data["senders"]):
            raise ValidationError("Every sender address may be entered only once.", "senders")
        signing = data["dkim_domain"]
        for position, sender in enumerate(senders.values()):
            if signing and not aligned(sender.domain, signing):
                raise ValidationError(
                    f"{sender.domain} is not the DKIM domain {signing}: receivers would take the "
                    "signature for a stranger's.",
                    "senders" if position else "sender_address",
                )


# Fields are shown in the order of these bases, from the last one on.
class Config(Returning, Sending):
    """Everything about an account."""
