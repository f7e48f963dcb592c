"""The conditions a rule's IF is made of: what each asks of a product, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ParamsSchema, Placement, Text, labelled
from growthcore.catalog.categories import LONGEST_PATH, normalise_path

Row = Mapping[str, Any]
"""A condition as its schema loaded it, with its ``type``."""
Names = Mapping[int, str]
"""Segments' names by id, for sentences."""

_DEAREST = 10**13
_MOST_IN_STOCK = 10**9
_LONGEST_LIFE = 3650
_WITH_PRODUCT = frozenset({Placement.PRODUCT, Placement.CART})


def _text(most: int, label: Text, help: Text | None = None) -> fields.String:  # noqa: A002
    told = f"Give 1 to {most} characters."
    return fields.String(
        required=True,
        validate=validate.Length(min=1, max=most, error=told),
        metadata=labelled(label, help),
    )


def _whole(least: int, most: int, label: Text, help: Text | None = None, **given: Any) -> Any:  # noqa: A002
    told = f"Give a whole number from {least:,} to {most:,}."
    return fields.Integer(
        strict=True,
        validate=validate.Range(min=least, max=most, error=told),
        metadata=labelled(label, help),
        **given,
    )


def _choice(choices: Mapping[str, Text], label: Text, default: str) -> fields.String:
    told = f"Choose one of: {', '.join(choices)}."
    return fields.String(
        load_default=default,
        validate=validate.OneOf(list(choices), error=told),
        metadata=labelled(label, choices=choices),
    )


class _Category(ParamsSchema):
    operator = _choice(
        {
            "within": Text("이 카테고리와 그 아래", "in it or below it"),
            "equals": Text("이 카테고리만", "exactly it"),
        },
        Text("비교", "Compare"),
        "within",
    )
    category = _text(
        LONGEST_PATH,
        Text("카테고리", "Category"),
        Text("경로로 적습니다. 예: 여성/상의/니트", "As a path, such as women/tops/knitwear"),
    )

    @validates_schema
    def _is_a_path(self, data: Row, **_options: Any) -> None:
        if normalise_path(data["category"]) != data["category"]:
            told = "Write the category as a path without blanks around /, such as women/tops."
            raise ValidationError(told, "category")


class _Band(ParamsSchema):
    """Numbers from ``least`` to ``most``; either end may be open."""

    @validates_schema
    def _is_a_band(self, data: Row, **_options: Any) -> None:
        least, most = data["least"], data["most"]
        if least is None and most is None:
            raise ValidationError("Give at least one end of the range.", "least")
        if least is not None and most is not None and least > most:
            raise ValidationError("The range ends before it begins.", "most")


def _end(most: int, label: Text) -> fields.Integer:
    end: fields.Integer = _whole(0, most, label, load_default=None, allow_none=True)
    return end


class _Price(_Band):
    least = _end(_DEAREST, Text("최저 판매가", "Lowest price"))
    most = _end(_DEAREST, Text("최고 판매가", "Highest price"))


class _Stock(_Band):
    least = _end(_MOST_IN_STOCK, Text("최소 재고", "Least stock"))
    most = _end(_MOST_IN_STOCK, Text("최대 재고", "Most stock"))


class _Discount(ParamsSchema):
    percent = _whole(1, 100, Text("할인율(%) 이상", "Discounted by at least (%)"), required=True)


class _Brand(ParamsSchema):
    brand = _text(100, Text("브랜드", "Brand"))


class _New(ParamsSchema):
    days = _whole(1, _LONGEST_LIFE, Text("등록 후 일수", "Days since it was added"), required=True)


class _Attribute(ParamsSchema):
    attribute = _text(100, Text("속성 이름", "Attribute"))
    value = _text(200, Text("속성 값", "Value"))


_ALIKE = {"same": Text("같음", "the same"), "other": Text("다름", "different")}
_COMPARED = {
    "category": Text("카테고리", "category"),
    "brand": Text("브랜드", "brand"),
    "attribute": Text("속성", "attribute"),
}


class _Alike(ParamsSchema):
    what = _choice(_COMPARED, Text("비교할 것", "What to compare"), "category")
    attribute = fields.String(
        load_default="",
        validate=validate.Length(max=100, error="Give at most 100 characters."),
        metadata=labelled(
            Text("속성 이름", "Attribute"),
            Text("속성을 비교할 때만 적습니다.", "Only when an attribute is compared."),
        ),
    )
    operator = _choice(_ALIKE, Text("비교", "Compare"), "same")

    @validates_schema
    def _names_its_attribute(self, data: Row, **_options: Any) -> None:
        if data["what"] == "attribute" and not data["attribute"]:
            raise ValidationError("Name the attribute that is compared.", "attribute")


class _Segment(ParamsSchema):
    segment_id = _whole(1, 2**62, Text("세그먼트", "Segment"), required=True)


def _band(row: Row, ko: str, en: str, unit: str = "") -> Text:
    least, most = (None if row[end] is None else f"{row[end]:,}{unit}" for end in ("least", "most"))
    if most is None:
        return Text(f"{ko} {least} 이상", f"{en} is at least {least}")
    if least is None:
        return Text(f"{ko} {most} 이하", f"{en} is at most {most}")
    return Text(f"{ko} {least}~{most}", f"{en} is {least} to {most}")


def _says_category(row: Row, _names: Names) -> Text:
    path = row["category"]
    if row["operator"] == "equals":
        return Text(f"상품 카테고리 = {path}", f"product category = {path}")
    return Text(f"상품 카테고리 = {path}(하위 포함)", f"product category = {path} or below it")


def _says_alike(row: Row, _names: Names) -> Text:
    compared = _COMPARED[row["what"]]
    name = f" {row['attribute']}" if row["what"] == "attribute" else ""
    how = "the same as" if row["operator"] == "same" else "different from"
    return Text(
        f"보고 있는 상품과 {compared.ko}{name} {_ALIKE[row['operator']].ko}",
        f"{compared.en}{name} is {how} that of the product looked at",
    )


def _says_segment(row: Row, names: Names) -> Text:
    name = names.get(row["segment_id"], f"#{row['segment_id']}")
    return Text(f"고객 세그먼트 = {name}", f"customer segment = {name}")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of condition. ``says`` puts one in words; it makes sense on ``pages`` only."""

    title: Text
    schema: type[ParamsSchema]
    says: Callable[[Row, Names], Text]
    pages: frozenset[Placement] = frozenset({Placement.MAIN, *_WITH_PRODUCT})


KINDS: Mapping[str, Kind] = {
    "category": Kind(
        title=Text("상품 카테고리", "Product category"), schema=_Category, says=_says_category
    ),
    "brand": Kind(
        title=Text("브랜드", "Brand"),
        schema=_Brand,
        says=lambda row, _: Text(f"브랜드 = {row['brand']}", f"brand = {row['brand']}"),
    ),
    "price": Kind(
        title=Text("판매가", "Price"),
        schema=_Price,
        says=lambda row, _: _band(row, "판매가", "price"),
    ),
    "discount": Kind(
        title=Text("할인율", "Discount"),
        schema=_Discount,
        says=lambda row, _: Text(
            f"할인율 {row['percent']}% 이상", f"discount is at least {row['percent']}%"
        ),
    ),
    "stock": Kind(
        title=Text("재고", "Stock"),
        schema=_Stock,
        says=lambda row, _: _band(row, "재고", "stock"),
    ),
    "new": Kind(
        title=Text("신상품", "New product"),
        schema=_New,
        says=lambda row, _: Text(
            f"등록 {row['days']}일 이내", f"added in the last {row['days']} days"
        ),
    ),
    "attribute": Kind(
        title=Text("상품 속성(태그 등)", "Product attribute, such as a tag"),
        schema=_Attribute,
        says=lambda row, _: Text(
            f"{row['attribute']} = {row['value']}", f"{row['attribute']} = {row['value']}"
        ),
    ),
    "alike": Kind(
        title=Text("보고 있는 상품과 비교", "Compared with the product looked at"),
        schema=_Alike,
        says=_says_alike,
        pages=_WITH_PRODUCT,
    ),
    "segment": Kind(
        title=Text("고객 세그먼트", "Customer segment"), schema=_Segment, says=_says_segment
    ),
}
"""By the ``type`` a condition has."""
