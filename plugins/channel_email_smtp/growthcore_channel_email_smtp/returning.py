"""What an operator says of bounces: where they go, where they are read, and what they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ConfigSchema, Secret, ServerPath, SoftBounces, Text, labelled
from growthcore_channel_email_smtp.headers import ascii_address
from growthcore_channel_email_smtp.mailboxes import Imap, Mailbox, Maildir

_TOKEN = 42
_LONGEST_LOCAL = 64 - _TOKEN - 1
"""RFC 5321 §4.5.3.1.1 gives a local part 64 characters, of which ``+`` and the token need 43."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_MAILBOXES = {
    "": Text("읽지 않음", "Not read"),
    "imap": Text("IMAP 메일함", "IMAP mailbox"),
    "maildir": Text("서버의 Maildir 폴더", "Maildir folder of this server"),
}
_SECURITY = {
    "tls": Text("TLS (보통 993 포트)", "TLS (usually port 993)"),
    "starttls": Text("STARTTLS (보통 143 포트)", "STARTTLS (usually port 143)"),
    "none": Text("없음 (이 서버 안에서만)", "None (this machine only)"),
}


def _return_path(value: str) -> None:
    if not value:
        return
    address = ascii_address(value)
    if address is None:
        raise ValidationError("Give one e-mail address, such as bounce@shop.example.")
    if len(address.partition("@")[0]) > _LONGEST_LOCAL:
        raise ValidationError(
            f"Before the @ there may be at most {_LONGEST_LOCAL} characters: what tells the "
            "messages apart is put behind them."
        )


class Returning(ConfigSchema):
    """Bounces and complaints."""

    return_path = fields.String(
        load_default="",
        validate=[validate.Length(max=200), _return_path],
        metadata=labelled(
            Text("반송 주소", "Return path"),
            Text(
                "반송 메일이 돌아올 주소입니다. 예: bounce@shop.example. 메일마다 bounce+표식@… 형태가 "
                "되므로 이런 주소도 받는 메일함이어야 하고, 도메인에 SPF가 필요합니다.",
                "Where bounces go, such as bounce@shop.example. Each mail's has a mark, as in "
                "bounce+mark@…, which the mailbox must take too; its domain needs SPF.",
            ),
        ),
    )
    mailbox = fields.String(
        load_default="",
        validate=validate.OneOf(list(_MAILBOXES)),
        metadata=labelled(
            Text("반송 메일 읽기", "Bounces are read from"),
            Text(
                "반송과 스팸 신고를 몇 분마다 읽어 발송 차단 목록에 반영합니다. 다른 용도로 쓰지 않는 "
                "메일함을 지정하세요.",
                "Every few minutes; bounces and complaints lead to the suppression list. A mailbox "
                "that serves nothing else.",
            ),
            choices=_MAILBOXES,
        ),
    )
    mailbox_host = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"[A-Za-z0-9._:-]{0,253}\Z", error="Give a host name, such as imap.shop.example."
        ),
        metadata=labelled(Text("IMAP 서버", "IMAP host"), destination=True),
    )
    mailbox_port = fields.Integer(
        load_default=993,
        validate=validate.Range(min=1, max=65_535),
        metadata=labelled(Text("IMAP 포트", "IMAP port"), destination=True),
    )
    mailbox_security = fields.String(
        load_default="tls",
        validate=validate.OneOf(list(_SECURITY)),
        metadata=labelled(
            Text("IMAP 보안 연결", "IMAP encryption"), choices=_SECURITY, destination=True
        ),
    )
    mailbox_username = fields.String(
        load_default="",
        validate=validate.Length(max=320),
        metadata=labelled(Text("IMAP 사용자 이름", "IMAP user name")),
    )
    mailbox_password = Secret(
        validate=validate.Length(max=1_000),
        metadata=labelled(Text("IMAP 비밀번호", "IMAP password")),
    )
    mailbox_folder = fields.String(
        load_default="INBOX",
        validate=validate.Length(min=1, max=200),
        metadata=labelled(Text("IMAP 폴더", "IMAP folder")),
    )
    mailbox_done = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata=labelled(
            Text("읽은 메일을 옮길 IMAP 폴더", "IMAP folder for what was read"),
            Text("비워 두면 읽음으로만 표시합니다.", "Empty: only marked as read."),
        ),
    )
    maildir = ServerPath(
        load_default="",
        validate=validate.Length(max=1_000),
        metadata=labelled(
            Text("Maildir 폴더", "Maildir folder"),
            Text("예: /var/mail/bounce/Maildir", "Such as /var/mail/bounce/Maildir"),
        ),
    )
    soft_bounces = fields.Integer(
        load_default=SoftBounces().count,
        validate=validate.Range(min=0, max=20),
        metadata=labelled(
            Text("일시 반송 허용 횟수", "Soft bounces until suppressed"),
            Text(
                "그 사이에 열람이나 클릭 없이 이만큼 반송되면 주소를 차단합니다. 0이면 차단하지 않습니다.",
                "So many, with no open or click between them, and the address is suppressed. 0: never.",
            ),
        ),
    )
    soft_bounce_days = fields.Integer(
        load_default=SoftBounces().days,
        validate=validate.Range(min=1, max=365),
        metadata=labelled(Text("일시 반송을 세는 기간(일)", "Days in which they count")),
    )

    @validates_schema
    def _mailbox(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["mailbox"] == "maildir" and not Path(data["maildir"]).is_absolute():
            raise ValidationError("Give the whole path of the Maildir folder.", "maildir")
        if data["mailbox"] != "imap":
            return
        for name in ("mailbox_host", "mailbox_username", "mailbox_password"):
            if not data.get(name):
                raise ValidationError("Needed to read an IMAP mailbox.", name)
        if data["mailbox_security"] == "none" and data["mailbox_host"] not in _LOOPBACK:
            raise ValidationError(
                "A password must not travel unencrypted: choose TLS or STARTTLS.",
                "mailbox_security",
            )


def mailbox_of(config: Mapping[str, Any]) -> Mailbox | None:
    """Where an account's bounces are read; None where they are not."""
    if config["mailbox"] == "maildir":
        return Maildir(Path(config["maildir"]))
    if config["mailbox"] != "imap":
        return None
    return Imap(
        host=config["mailbox_host"],
        port=config["mailbox_port"],
        security=config["mailbox_security"],
        username=config["mailbox_username"],
        password=config["mailbox_password"],
        folder=config["mailbox_folder"],
        done=config["mailbox_done"],
        timeout=config["timeout"],
        verify_certificates=config["verify_certificates"],
    )


def soft_bounces_of(config: Mapping[str, Any]) -> SoftBounces:
    """After how many soft bounces an address is given up."""
    return SoftBounces(count=config["soft_bounces"], days=config["soft_bounce_days"])
