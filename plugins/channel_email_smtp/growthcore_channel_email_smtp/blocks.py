"""The blocks a mail is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import UNSUBSCRIBE_URL, ParamsSchema, TemplateField, Text, labelled
from growthcore.api.blocks import BlockKind, BlocksField, Colour, ImageAddress, ModelField
from growthcore_channel_email_smtp.rich import SafeText

ACCENT = "#0b6e5f"
_LINK = re.compile(r"(https?://|mailto:|tel:|#\{[^{}]+\})", re.IGNORECASE)
_NO_LINK = "Begin the link with https://, or with a variable such as #{MALL_URL}."
_ALIGN = {
    "left": Text("왼쪽", "Left"),
    "center": Text("가운데", "Centre"),
    "right": Text("오른쪽", "Right"),
}
_SIZES = {
    "large": Text("크게", "Large"),
    "medium": Text("보통", "Medium"),
    "small": Text("작게", "Small"),
}


def _link(value: str) -> None:
    if value and not _LINK.match(value.strip()):
        raise ValidationError(_NO_LINK)


def _text(label: Text, *, most: int = 200, help: Text | None = None, **given: Any) -> TemplateField:  # noqa: A002
    least = 1 if given.get("required") else 0
    length = validate.Length(min=least, max=most)
    return TemplateField(validate=length, metadata=labelled(label, help), **given)


def _address(label: Text, **given: Any) -> TemplateField:
    length = validate.Length(min=1 if given.get("required") else 0, max=2000)
    return TemplateField(validate=[length, _link], metadata=labelled(label), **given)


def _choice(label: Text, choices: Mapping[Any, Text], default: Any) -> fields.String:
    return fields.String(
        load_default=default,
        validate=validate.OneOf(list(choices)),
        metadata=labelled(label, choices=choices),
    )


def _alias() -> fields.String:
    told = Text("보고서에 보이는 이름입니다.", "What reports call the link.")
    return fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata=labelled(Text("링크 이름", "Link name"), told),
    )


def _align(default: str) -> fields.String:
    return _choice(Text("정렬", "Alignment"), _ALIGN, default)


def _columns() -> fields.Integer:
    return fields.Integer(
        load_default=1,
        validate=validate.OneOf([1, 2, 3]),
        metadata=labelled(Text("한 줄에 놓을 상품 수", "Products in a row")),
    )


class Heading(ParamsSchema):
    """A heading."""

    text = _text(Text("제목", "Heading"), required=True)
    size = _choice(Text("크기", "Size"), _SIZES, "large")
    align = _align("left")


class Paragraphs(ParamsSchema):
    """Formatted text."""

    html = SafeText(
        required=True,
        validate=validate.Length(min=1, max=20_000),
        metadata=labelled(Text("내용", "Text")),
    )


class Picture(ParamsSchema):
    """An image; one that says nothing is marked as decoration, so that nothing reads it out."""

    src = ImageAddress(
        required=True,
        validate=[validate.Length(min=1, max=2000), _link],
        metadata=labelled(Text("이미지", "Image")),
    )
    alt = _text(
        Text("대체 텍스트", "Alternative text"),
        load_default="",
        help=Text(
            "이미지가 보이지 않을 때와 화면 낭독기에 대신 쓰입니다.",
            "Shown where images are off, and read out.",
        ),
    )
    decorative = fields.Boolean(
        load_default=False,
        metadata=labelled(Text("장식용 이미지 (대체 텍스트 없음)", "Decoration, without one")),
    )
    url = _address(Text("링크", "Link"), load_default="")
    alias = _alias()
    width = fields.Integer(
        load_default=100,
        validate=validate.Range(min=10, max=100),
        metadata=labelled(Text("너비 (%)", "Width (%)")),
    )
    align = _align("center")

    @validates_schema
    def _described(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not data["alt"].strip() and not data["decorative"]:
            text = "Describe the image, or mark it as decoration."
            raise ValidationError(text, "alt")


class Button(ParamsSchema):
    """A button."""

    text = _text(Text("버튼 이름", "Label"), most=60, required=True)
    url = _address(Text("링크", "Link"), required=True)
    alias = _alias()
    colour = Colour(load_default=ACCENT, metadata=labelled(Text("버튼 색", "Colour")))
    align = _align("center")
    wide = fields.Boolean(
        load_default=False, metadata=labelled(Text("너비를 가득 채움", "As wide as the mail"))
    )


class Divider(ParamsSchema):
    """A line."""

    colour = Colour(load_default="#e4e7ec", metadata=labelled(Text("선 색", "Colour")))


class Spacer(ParamsSchema):
    """Empty room."""

    height = fields.Integer(
        load_default=24,
        validate=validate.Range(min=4, max=120),
        metadata=labelled(Text("높이 (픽셀)", "Height (pixels)")),
    )


class Cart(ParamsSchema):
    """What is left in the cart; nothing of it is shown where that is empty."""

    title = _text(Text("제목", "Heading"), load_default="")
    columns = _columns()


class Recommended(ParamsSchema):
    """Recommended products; nothing of it is shown where there are none."""

    model = ModelField(required=True, metadata=labelled(Text("추천 모델", "Model")))
    title = _text(Text("제목", "Heading"), load_default="")
    columns = _columns()


class Coupon(ParamsSchema):
    """A coupon's code in a frame."""

    title = _text(Text("제목", "Heading"), required=True)
    code = _text(Text("쿠폰 번호", "Code"), most=100, required=True)
    note = _text(Text("안내 문구", "Note"), load_default="")


class Footer(ParamsSchema):
    """The end of a mail, with the opt-out."""

    text = TemplateField(
        load_default="",
        multiline=True,
        validate=validate.Length(max=2000),
        metadata=labelled(Text("안내 문구", "Text")),
    )
    opt_out = _text(
        Text("수신거부 링크 문구", "Opt-out"),
        load_default="수신거부 Unsubscribe",
        help=Text(f"#{{{UNSUBSCRIBE_URL}}}로 연결됩니다.", f"Leads to #{{{UNSUBSCRIBE_URL}}}."),
    )


SIMPLE: Mapping[str, BlockKind] = {
    "heading": BlockKind(title=Text("제목", "Heading"), schema=Heading, icon="letter-case"),
    "text": BlockKind(title=Text("텍스트", "Text"), schema=Paragraphs, icon="align-left"),
    "image": BlockKind(title=Text("이미지", "Image"), schema=Picture, icon="photo"),
    "button": BlockKind(title=Text("버튼", "Button"), schema=Button, icon="click"),
    "divider": BlockKind(title=Text("구분선", "Divider"), schema=Divider, icon="minus"),
    "spacer": BlockKind(title=Text("여백", "Spacer"), schema=Spacer, icon="arrows-vertical"),
}


class Columns(ParamsSchema):
    """Two columns, below each other on a phone."""

    left = BlocksField(
        SIMPLE, most=10, load_default=list, metadata=labelled(Text("왼쪽 단", "Left"))
    )
    right = BlocksField(
        SIMPLE, most=10, load_default=list, metadata=labelled(Text("오른쪽 단", "Right"))
    )


KINDS: Mapping[str, BlockKind] = {
    **SIMPLE,
    "columns": BlockKind(title=Text("2단", "Two columns"), schema=Columns, icon="columns-2"),
    "cart": BlockKind(title=Text("장바구니 상품", "Cart"), schema=Cart, icon="shopping-cart"),
    "recommended": BlockKind(
        title=Text("추천 상품", "Recommended"), schema=Recommended, icon="package"
    ),
    "coupon": BlockKind(title=Text("쿠폰", "Coupon"), schema=Coupon, icon="ticket"),
    "footer": BlockKind(title=Text("푸터", "Footer"), schema=Footer, icon="layout-bottombar"),
}
