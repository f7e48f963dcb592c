"""Widgets: how a page shows a model's products, when, and to whom.

What the storefront script draws by is :func:`payload`. It holds nothing about a visitor, so that it
may be cached anywhere; its ``version`` is a digest of the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, ParamsSchema, Placement, Text, labelled
from growthcore.api.blocks import Colour
from growthcore.api.schema import flatten
from growthcore.core import Core
from growthcore.operators import audit
from growthcore.recommendations import service
from growthcore.recommendations.models import Model
from growthcore.segments import saved

ACCENT = "#0b6e5f"
MOST = 12
"""Products a widget shows at the most."""
_LONGEST = 300
PLACEMENTS: Mapping[Placement, Text] = {
    Placement.MAIN: Text("메인 페이지", "Main page"),
    Placement.PRODUCT: Text("상품 상세 페이지", "Product page"),
    Placement.CART: Text("장바구니", "Cart"),
    Placement.SEARCH: Text("검색 결과", "Search results"),
    Placement.ORDER: Text("주문 완료", "Order complete"),
    Placement.MESSAGE: Text("메시지(이메일 등)", "Messages such as e-mail"),
}
_LAYOUTS = {"grid": Text("그리드", "Grid"), "slide": Text("슬라이드", "Slides")}
_WHEN = {
    "immediately": Text("페이지 진입 즉시", "As soon as the page opens"),
    "delay": Text("머문 뒤", "After some seconds"),
    "scroll": Text("스크롤한 뒤", "After scrolling"),
    "leaving": Text("페이지를 떠나려 할 때", "When about to leave the page"),
}


def _count(least: int, most: int, default: int, label: Text) -> fields.Integer:
    return fields.Integer(
        load_default=default,
        strict=True,
        validate=validate.Range(
            min=least, max=most, error=f"Give a number from {least} to {most}."
        ),
        metadata=labelled(label),
    )


def _shown(default: bool, label: Text) -> fields.Boolean:
    return fields.Boolean(load_default=default, metadata=labelled(label))


def _line(most: int, label: Text, **given: Any) -> fields.String:
    least = 1 if given.get("required") else 0
    told = f"Write {least} to {most} characters." if least else f"Write at most {most} characters."
    return fields.String(
        validate=validate.Length(min=least, max=most, error=told), metadata=labelled(label), **given
    )


class Widget(ParamsSchema):
    """What a widget looks like. Counts are of products, columns of products beside each other."""

    title = _line(40, Text("위젯 타이틀", "Widget title"), load_default="이런 상품은 어떠세요?")
    message = _line(60, Text("안내 문구", "A line below the title"), load_default="")
    image = _shown(True, Text("상품 이미지", "Picture"))
    name = _shown(True, Text("상품명", "Name"))
    brand = _shown(False, Text("브랜드", "Brand"))
    price = _shown(True, Text("가격", "Price"))
    discount = _shown(True, Text("할인율", "Discount"))
    cta = _shown(True, Text("장바구니 담기 버튼", "Button to put it in the cart"))
    cta_text = _line(20, Text("버튼 문구", "Button text"), load_default="장바구니 담기")
    layout = fields.String(
        load_default="grid",
        validate=validate.OneOf(list(_LAYOUTS)),
        metadata=labelled(Text("배치", "Layout"), choices=_LAYOUTS),
    )
    pc_count = _count(1, MOST, 4, Text("노출 개수 (PC)", "Products on a desktop"))
    mobile_count = _count(1, MOST, 4, Text("노출 개수 (모바일)", "Products on a phone"))
    pc_columns = _count(1, 6, 4, Text("한 줄 상품 수 (PC)", "In a row on a desktop"))
    mobile_columns = _count(1, 3, 2, Text("한 줄 상품 수 (모바일)", "In a row on a phone"))
    accent = Colour(load_default=ACCENT, metadata=labelled(Text("강조색", "Accent colour")))
    radius = _count(0, 24, 8, Text("모서리 둥글기 (px)", "Round corners (px)"))

    @validates_schema
    def _something_is_shown(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not (data.get("image", True) or data.get("name", True)):
            raise ValidationError("Show the picture or the name, or both.", "name")
        if data.get("cta", True) and not data.get("cta_text", "-").strip():
            raise ValidationError("Write what the button says.", "cta_text")


class Appearing(ParamsSchema):
    """When a widget appears on its page."""

    when = fields.String(
        load_default="immediately",
        validate=validate.OneOf(list(_WHEN)),
        metadata=labelled(Text("트리거 조건", "Appears"), choices=_WHEN),
    )
    seconds = _count(1, 600, 5, Text("머문 시간(초)", "Seconds on the page"))
    percent = _count(1, 100, 50, Text("스크롤한 정도(%)", "Scrolled so far (%)"))


def look(model: Model) -> dict[str, Any]:
    """The widget of a model, whole."""
    return _load(Widget(), model.widget or {}, "")


def appearing(model: Model) -> dict[str, Any]:
    """When the widget of a model appears, whole."""
    return _load(Appearing(), model.appearing or {}, "")


def load(given: Mapping[str, Any]) -> dict[str, Any]:
    """A widget as it would be kept. Raises :class:`InvalidInput` by field."""
    return _load(Widget(), given, "")


def _load(schema: Schema, given: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages, prefix)) from error
    return loaded


def place(
    core: Core,
    session: Session,
    slug: str,
    *,
    placement: str,
    description: str = "",
    actor: str,
) -> Model:
    """Say where a model is shown, and what it is for.

    Raises :class:`InvalidInput` for a placement that its algorithm does not fit.
    """
    model = service.get(session, slug)
    check_placement(core, model.algorithm, placement)
    if len(description.strip()) > _LONGEST:
        raise InvalidInput({"description": f"Write at most {_LONGEST} characters."})
    model.placement, model.description = placement, description.strip()
    _changed(core, session, model, actor=actor, action="model.placed", placement=placement)
    return model


def check_placement(core: Core, algorithm_id: str, placement: str) -> None:
    """Raises :class:`InvalidInput` where the algorithm makes no sense in that place."""
    algorithm = core.plugins.algorithms.get(algorithm_id)
    if placement not in set(Placement):
        known = ", ".join(Placement)
        raise InvalidInput({"placement": f"Choose where it is shown, one of: {known}."})
    if algorithm is not None and placement not in algorithm.placements:
        fits = ", ".join(each for each in Placement if each in algorithm.placements)
        text = f"{algorithm_id} does not fit there; it fits: {fits}."
        raise InvalidInput({"placement": text})


def aim(
    core: Core,
    session: Session,
    slug: str,
    *,
    segment_id: int | None,
    appears: Mapping[str, Any],
    actor: str,
) -> Model:
    """Say to whom a model's widget is shown, and when. Raises :class:`InvalidInput` by field."""
    model = service.get(session, slug)
    if segment_id is not None:
        saved.get(session, segment_id)
    model.segment_id, model.appearing = segment_id, _load(Appearing(), appears, "")
    _changed(core, session, model, actor=actor, action="model.aimed", segment_id=segment_id)
    return model


def design(
    core: Core, session: Session, slug: str, given: Mapping[str, Any], *, actor: str
) -> Model:
    """Say what a model's widget looks like. Raises :class:`InvalidInput` by field."""
    model = service.get(session, slug)
    model.widget = load(given)
    _changed(core, session, model, actor=actor, action="model.designed")
    return model


def _changed(
    core: Core, session: Session, model: Model, *, actor: str, action: str, **told: object
) -> None:
    model.changed_at = core.clock.now()
    audit.record(
        session,
        at=model.changed_at,
        actor=actor,
        action=action,
        kind="model",
        id=model.id,
        details={"slug": model.slug, **told},
    )


def payload(model: Model) -> dict[str, Any]:
    """What the storefront script draws by: JSON, with its ``version``."""
    body = {
        "model": model.slug,
        "placement": model.placement,
        "enabled": model.enabled,
        "targeted": model.segment_id is not None,
        "appearing": appearing(model),
        "widget": look(model),
    }
    text = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    return {**body, "version": hashlib.sha256(text).hexdigest()[:16]}
