"""What the builder asks for: the conditions there are, and how many a definition finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.customers import attributes
from growthcore.events import vocabulary
from growthcore.plugins.forms import FieldView, form
from growthcore.segments import preview as previews
from growthcore.segments import saved
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.event_words import event_word
from growthcore.web.admin.formats import dt, num, text
from growthcore.web.admin.segments.area import blueprint, medium, sentence
from growthcore.web.admin.segments.editing import read_definition
from growthcore.web.current import core


@blueprint.get("/catalogue")
@allow(Role.EDITOR)
def catalogue() -> Response:
    """Every condition with its fields, what can be suggested for them, and the builder's words.

    ``suggestions`` and ``choices`` go by the name of a field, so a plugin's condition gets them too.
    """
    conditions = core().plugins.conditions
    with core().db.read() as session:
        return jsonify(
            conditions=[
                {
                    "id": id_,
                    "title": text(condition.title),
                    "help": text(condition.help),
                    "fields": [_field(view) for view in form(condition.Params)],
                }
                for id_, condition in sorted(
                    conditions.items(), key=lambda each: text(each[1].title)
                )
            ],
            suggestions=_suggestions(session),
            choices={"segment_id": saved.names(session)},
            words={**_labels(), **_sentences()},
        )


@blueprint.post("/preview")
@allow(Role.EDITOR)
def preview() -> tuple[Response, int]:
    """How many a definition finds now, how many of them each channel reaches, and a few of them."""
    try:
        definition = read_definition(request.form.get("definition", ""))
        with core().db.read() as session:
            found = previews.preview(core(), session, definition)
    except InvalidInput as error:
        return jsonify(errors=dict(pages.errors(error))), 422
    return jsonify(
        count=_("%(n)s명", n=num(found["count"])),
        at=_("%(at)s 기준", at=dt(core().clock.now())),
        reachable=[
            _("%(medium)s 발송 가능 %(n)s명", medium=medium(name), n=num(number))
            for name, number in found["reachable"].items()
        ],
        sample=[" · ".join(filter(None, _shown(each))) for each in found["sample"]],
        sentence=sentence(definition),
    ), 200


def _shown(customer: Mapping[str, Any]) -> Sequence[str | None]:
    return customer["name"], customer["email"] or customer["phone"]


def _field(view: FieldView) -> dict[str, Any]:
    return {
        "name": view.name,
        "kind": view.kind,
        "label": text(view.label),
        "help": text(view.help),
        "required": view.required,
        "choices": [[value, text(label)] for value, label in view.choices],
        "default": view.default,
        "fields": [_field(each) for each in view.fields],
        "item": _field(view.item) if view.item else None,
    }


def _suggestions(session: Session) -> dict[str, Sequence[tuple[str, str]]]:
    """What a field of this name is likely to hold, each with its label."""
    media = sorted({channel.medium for channel in core().plugins.channels.values()})
    attribute_names = [*{"name", "locale", *attributes.names(session)}]
    return {
        "event": [(name, text(event_word(name))) for name in vocabulary.known_names(session)],
        "attribute": [(name, "") for name in sorted(attribute_names)],
        "channel": [(name, medium(name)) for name in media],
    }


def _labels() -> dict[str, str]:
    return {
        "all": _("다음을 모두 만족"),
        "any": _("하나라도 만족"),
        "match": _("조건 조합"),
        "condition": _("조건 %(n)s", n="{n}"),
        "group": _("조건 묶음 %(n)s", n="{n}"),
        "kind": _("조건 종류"),
        "choose": _("조건을 선택하십시오"),
        "not": _("제외"),
        "addCondition": _("조건 추가"),
        "addGroup": _("조건 묶음 추가"),
        "duplicate": _("복제"),
        "remove": _("삭제"),
        "up": _("위로"),
        "down": _("아래로"),
        "undo": _("되돌리기"),
        "redo": _("다시 실행"),
        "add": _("추가"),
        "ever": _("전체 기간"),
        "last": _("지난"),
        "between": _("특정 기간"),
        "from": _("시작일"),
        "to": _("종료일"),
        "unit": _("단위"),
        "minutes": _("분"),
        "hours": _("시간"),
        "days": _("일"),
        "again": _("다시 시도"),
        "sample": _("고객 예시"),
        "audience": _("대상 고객"),
    }


def _sentences() -> dict[str, str]:
    return {
        "counting": _("계산 중…"),
        "failed": _("고객 수를 계산하지 못했습니다."),
        "empty": _("조건을 추가하면 대상 고객 수를 바로 보여줍니다."),
        "incomplete": _("조건을 마저 입력하십시오."),
        "removed": _("조건을 삭제했습니다."),
        "added": _("조건을 추가했습니다."),
        "moved": _("조건을 옮겼습니다."),
        "list": _("여러 값은 쉼표로 나눕니다."),
        "quote": _("숫자나 true·false로 비교합니다. 글자로 비교하려면 큰따옴표로 묶으십시오."),
    }
