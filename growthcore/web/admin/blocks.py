"""What the editor of blocks asks for: its words, the models there are, and blocks as HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from growthcore.api import InvalidInput, MessageClass
from growthcore.api.blocks import BlocksField
from growthcore.api.schema import flatten
from growthcore.messaging.law import notices
from growthcore.operators import workspace
from growthcore.operators.models import Workspace
from growthcore.plugins.forms import FieldView
from growthcore.recommendations import serving
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.formats import text
from growthcore.web.admin.settings import accounts, editing
from growthcore.web.current import core

blueprint = Blueprint("blocks", __name__, url_prefix="/blocks")


@blueprint.get("/catalogue")
@allow(Role.EDITOR)
def catalogue() -> Response:
    """The recommendation models to choose from, where images are, and the editor's words."""
    with core().db.read() as session:
        models = sorted(serving.known(session))
        shop = workspace.get(session)
    return jsonify(
        models=models,
        footer=_sender(shop),
        images=url_for("admin.images.choices"),
        upload=url_for("admin.images.upload"),
        words={**_words(), **_sentences(), **_rich_words()},
    )


def _sender(shop: Workspace) -> str:
    """Who sends a mail, in the words the law asks for, as far as the shop has entered them."""
    notice = notices.notice_for("email", MessageClass.ADVERTISING, shop)
    return "\n".join(filter(None, (notice.sender, notice.contact))) if notice else ""


@blueprint.post("/source/<int:account_id>/<name>")
@allow(Role.EDITOR)
def source(account_id: int, name: str) -> tuple[Response, int]:
    """The blocks that were posted, as the text somebody may go on with by hand."""
    channel = editing.account_of(accounts.AREA, account_id).provider
    offered = core().plugins.channels.get(channel) or abort(404)
    field = offered.Content().load_fields.get(name)
    if not isinstance(field, BlocksField) or field.write is None:
        abort(404)
    try:
        blocks = field.deserialize(json.loads(request.form.get("blocks", "")))
    except ValidationError as error:
        told = pages.errors(InvalidInput(flatten(error.messages)))
        return jsonify(errors=dict(told)), 422
    except ValueError:
        abort(400)
    with core().plugins.guarded("channel", channel):
        return jsonify(source=field.write(blocks)), 200


@blueprint.app_template_filter("block_kinds")
def shown_kinds(view: FieldView) -> Sequence[Mapping[str, Any]]:
    """The kinds of a ``blocks`` field with their forms, in the reader's language."""
    return [
        {
            "type": kind.type,
            "title": text(kind.title),
            "icon": kind.icon,
            "fields": [_field(each) for each in kind.fields],
        }
        for kind in view.kinds
    ]


@blueprint.app_template_filter("json_text")
def json_text(value: Any) -> str:
    """JSON that people can read, a block a line."""
    if not isinstance(value, list) or not value:
        return "" if value in (None, []) else str(value)
    lines = ",\n".join("  " + json.dumps(each, ensure_ascii=False) for each in value)
    return f"[\n{lines}\n]"


def _field(view: FieldView) -> dict[str, Any]:
    return {
        "name": view.name,
        "kind": view.kind,
        "label": text(view.label),
        "help": text(view.help),
        "required": view.required,
        "choices": [[value, text(label)] for value, label in view.choices],
        "default": view.default,
        "multiline": view.multiline,
        "kinds": shown_kinds(view),
    }


def _words() -> dict[str, str]:
    return {
        "blocks": _("블록 편집"),
        "html": _("HTML 직접 작성"),
        "add": _("블록 추가"),
        "addFooter": _("푸터 추가"),
        "up": _("위로"),
        "down": _("아래로"),
        "duplicate": _("복제"),
        "remove": _("삭제"),
        "undo": _("되돌리기"),
        "redo": _("다시 실행"),
        "cancel": _("취소"),
        "choose": _("선택"),
        "handle": _("‘%(name)s’ 옮기기", name="{name}"),
        "image": _("이미지 선택"),
        "upload": _("이미지 올리기"),
        "close": _("닫기"),
    }


def _sentences() -> dict[str, str]:
    return {
        "empty": _("아래의 ‘블록 추가’를 눌러 메일을 구성하십시오."),
        "lifted": _(
            "‘%(name)s’을(를) 들었습니다. 화살표 키로 옮기고 스페이스로 내려놓으십시오.",
            name="{name}",
        ),
        "moved": _(
            "‘%(name)s’, %(total)s개 중 %(place)s번째",
            name="{name}",
            total="{total}",
            place="{place}",
        ),
        "added": _("블록을 추가했습니다."),
        "removed": _("블록을 삭제했습니다. 되돌리기로 복구할 수 있습니다."),
        "toHtml": _(
            "HTML로 바꾸면 블록 편집으로 되돌아올 수 없습니다. 지금까지의 내용은 HTML로 옮겨집니다."
        ),
        "toBlocks": _("작성한 HTML을 지우고 빈 블록부터 다시 시작합니다."),
        "toHtmlDo": _("HTML로 바꾸기"),
        "toBlocksDo": _("HTML을 지우고 블록으로 시작"),
        "failed": _("처리하지 못했습니다. 잠시 후 다시 시도하십시오."),
        "noModels": _("추천 모델이 없습니다. 모델을 먼저 만드십시오."),
        "noImages": _("아직 올린 이미지가 없습니다."),
        "limits": _("PNG, JPEG, GIF, WebP, 5MB 이하"),
    }


def _rich_words() -> dict[str, str]:
    return {
        "bold": _("굵게"),
        "italic": _("기울임"),
        "underline": _("밑줄"),
        "size": _("글자 크기"),
        "normal": _("보통"),
        "colour": _("글자 색"),
        "align": _("정렬"),
        "left": _("왼쪽"),
        "center": _("가운데"),
        "right": _("오른쪽"),
        "bullet": _("글머리 기호"),
        "ordered": _("번호 목록"),
        "link": _("링크"),
        "address": _("링크 주소"),
        "alias": _("링크 이름"),
        "apply": _("적용"),
        "unlink": _("링크 해제"),
        "format": _("서식"),
    }
