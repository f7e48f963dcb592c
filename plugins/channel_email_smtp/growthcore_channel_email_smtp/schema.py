"""What a marketer writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from growthcore.api import (
    FilesField,
    ParamsSchema,
    SenderField,
    TemplateField,
    Text,
    labelled,
)
from growthcore.api.blocks import BlocksField
from growthcore_channel_email_smtp import blocks, mjml

HTML_BYTES = 100 * 1024
"""Gmail cuts off what is longer, with it the opt-out and the open pixel."""


class Content(ParamsSchema):
    """One mail."""

    sender = SenderField(
        load_default="",
        validate=validate.Length(max=254),
        metadata=labelled(
            Text("발신자", "Sender"),
            Text(
                "비워 두면 계정의 기본 발신 주소로 보냅니다.",
                "Empty: the account's default sender.",
            ),
        ),
    )

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
    blocks = BlocksField(
        blocks.KINDS,
        source="html",
        write=mjml.html_of,
        load_default=list,
        metadata=labelled(Text("본문", "Body")),
    )
    html = TemplateField(
        load_default="",
        multiline=True,
        validate=validate.Length(max=HTML_BYTES),
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
            Text("비워 두면 본문에서 만듭니다.", "Empty: made from the body."),
        ),
    )

    attachments = FilesField(
        load_default=list,
        metadata=labelled(
            Text("첨부 파일", "Attachments"),
            Text(
                "5개까지, 모두 합해 10 MB까지 붙일 수 있습니다. 첨부가 있는 메일은 스팸으로 분류되기 쉬우니 "
                "링크로 대신할 수 있으면 링크를 쓰세요.",
                "Up to 5, 10 MB in all. Mails with attachments are taken for spam more easily: use a "
                "link where one will do.",
            ),
        ),
    )

    @validates_schema
    def _one_body(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["blocks"] and data["html"]:
            text = "A mail is made of blocks or of HTML: empty one of them."
            raise ValidationError(text, "html")
        if not data["blocks"] and not data["html"].strip():
            raise ValidationError("Write the mail: add a block, or HTML.", "blocks")
