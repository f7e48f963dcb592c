"""When messages may go out: the night-time send ban and the cooldown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput, MessageClass
from growthcore.messaging import send_policy
from growthcore.messaging.models import SendPolicy
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow, may
from growthcore.web.current import core

blueprint = Blueprint("policy", __name__, url_prefix="/settings/policy")

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_HOUR = 3600
MEDIA = {
    "email": _l("이메일"),
    "sms": _l("문자"),
    "kakao": _l("카카오 알림톡"),
    "onsite": _l("온사이트"),
}
"""What media are called; that of a plugin from elsewhere is shown by its id."""


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """The policy in force; whoever may change it gets a form."""
    policy = _policy()
    return _page(policy, _shown(policy))


@blueprint.post("/")
@allow(Role.MANAGER)
def save() -> Response:
    """Change it, with a reason; holding back less at night is for owners."""
    try:
        with core().db.unit() as session:
            policy = send_policy.get(session)
            if changes := _changes(policy):
                send_policy.change(
                    session,
                    changes,
                    reason=request.form.get("reason", ""),
                    actor=actor(),
                    now=core().clock.now(),
                    may_narrow=may(Role.OWNER),
                )
    except InvalidInput as error:
        given = {**request.form, "exempt": request.form.getlist("exempt")}
        return _page(_policy(), given, pages.errors(error), 422)
    if changes:
        pages.toast(_("저장되었습니다. 이미 대기 중인 발송에도 적용됩니다."))
    else:
        pages.toast(_("변경된 내용이 없습니다."), "info")
    return pages.go(".index")


def _policy() -> SendPolicy:
    with core().db.read() as session:
        return send_policy.get(session)


def _changes(policy: SendPolicy) -> dict[str, Any]:
    """What of the form differs from the policy. Raises :class:`InvalidInput`."""
    asked: dict[str, Any] = {
        "quiet_enabled": request.form.get("quiet_enabled") == "1",
        "quiet_from": _minutes("quiet_from"),
        "quiet_until": _minutes("quiet_until"),
        "cooldown_seconds": _seconds(),
    }
    changes: dict[str, Any] = {
        name: value for name, value in asked.items() if value != getattr(policy, name)
    }
    pairs = _pairs(policy)
    chosen = set(request.form.getlist("exempt")) & set(pairs)
    if chosen != {pair for pair in pairs if send_policy.exempts(policy, *pair.split(":"))}:
        changes["quiet_exempt"] = sorted(chosen)
    return changes


def _minutes(name: str) -> int:
    found = _TIME.fullmatch(request.form.get(name, "").strip())
    if found is None:
        raise InvalidInput({name: _("21:00과 같이 시각을 입력하십시오.")})
    return int(found[1]) * 60 + int(found[2])


def _seconds() -> int:
    text = request.form.get("cooldown_hours", "").strip()
    if not text.isascii() or not text.isdecimal() or int(text) > 90 * 24:
        raise InvalidInput({"cooldown_hours": _("0 이상 2,160 이하의 시간을 정수로 입력하십시오.")})
    return int(text) * _HOUR


def _media(policy: SendPolicy) -> Sequence[str]:
    """What messages go by here, also what a channel that is gone went by."""
    offered = {channel.medium for channel in core().plugins.channels.values()}
    return sorted(offered | {pair.split(":")[1] for pair in policy.quiet_exempt} - {"*"})


def _pairs(policy: SendPolicy) -> list[str]:
    return [f"{each}:{medium}" for medium in _media(policy) for each in MessageClass]


def _shown(policy: SendPolicy) -> dict[str, Any]:
    return {
        "quiet_enabled": policy.quiet_enabled,
        "quiet_from": _clock(policy.quiet_from),
        "quiet_until": _clock(policy.quiet_until),
        "cooldown_hours": policy.cooldown_seconds // _HOUR,
        "exempt": [
            pair for pair in _pairs(policy) if send_policy.exempts(policy, *pair.split(":"))
        ],
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _page(
    policy: SendPolicy,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.page(
        "admin/settings/policy.html",
        status,
        values=values,
        errors=errors or {},
        media=_media(policy),
        names=MEDIA,
        in_force=_shown(policy),
    )
