"""What ties the shop's own site to this installation: keys and allowed domains."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.operators import keys, origins
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.current import core

blueprint = Blueprint("integration", __name__, url_prefix="/settings/integration")


@blueprint.get("/")
@allow(Role.EDITOR)
def index() -> Response:
    """The keys and the domains."""
    return _page()


@blueprint.post("/key")
@allow(Role.OWNER)
def issue() -> Response:
    """The shop's first public key."""
    with core().db.unit() as session:
        keys.issue_public(session, now=core().clock.now(), actor=actor())
    pages.toast(_("API Key가 발급되었습니다."))
    return pages.go(".index")


@blueprint.post("/key/reissue")
@allow(Role.OWNER)
def reissue() -> Response:
    """Another public key; the one before it goes on for the chosen time."""
    chosen = request.form.get("grace", "")
    if chosen not in {each.value for each in keys.Grace}:
        raise InvalidInput({"grace": _("기존 키의 유예 기간을 선택하십시오.")})
    with core().db.unit() as session:
        now = core().clock.now()
        keys.reissue_public(session, grace=keys.Grace(chosen), now=now, actor=actor())
    pages.toast(_("API Key가 재발급되었습니다. 설치 스크립트의 키를 새 키로 바꾸십시오."))
    return pages.go(".index")


@blueprint.post("/secrets")
@allow(Role.OWNER)
def add_secret() -> Response:
    """A secret key, whose value is on the answer to this and nowhere else."""
    label = request.form.get("label", "")
    try:
        with core().db.unit() as session:
            now = core().clock.now()
            _key, value = keys.issue_secret(session, label=label, now=now, actor=actor())
    except InvalidInput as error:
        return _page(pages.errors(error), {"label": label}, status=422)
    return _page(issued=value)


@blueprint.post("/secrets/<int:key_id>/revoke")
@allow(Role.OWNER)
def revoke(key_id: int) -> Response:
    """End a key at once."""
    with core().db.unit() as session:
        keys.revoke(session, key_id, now=core().clock.now(), actor=actor())
    pages.toast(_("키가 폐기되었습니다."))
    return pages.go(".index")


@blueprint.post("/domains")
@allow(Role.MANAGER)
def add_domain() -> Response:
    """Allow the pages of a domain to send events."""
    url = request.form.get("origin", "")
    try:
        with core().db.unit() as session:
            added = origins.add(session, url, now=core().clock.now(), actor=actor())
    except InvalidInput as error:
        return _page(pages.errors(error), {"origin": url}, status=422)
    pages.toast(_("%(domain)s 도메인이 추가되었습니다.", domain=added.origin))
    return pages.go(".index")


@blueprint.post("/domains/remove")
@allow(Role.MANAGER)
def remove_domain() -> Response:
    """Allow them no longer."""
    with core().db.unit() as session:
        now = core().clock.now()
        origins.remove(session, request.form.get("origin", ""), now=now, actor=actor())
    pages.toast(_("도메인이 삭제되었습니다."))
    return pages.go(".index")


def _page(
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    *,
    issued: str | None = None,
    status: int = 200,
) -> Response:
    now = core().clock.now()
    with core().db.read() as session:
        found, domains = keys.list_keys(session), origins.list_origins(session)
    valid = [key for key in found if keys.is_valid(key, now)]
    return pages.page(
        "admin/settings/integration.html",
        status,
        public=[key for key in valid if key.kind == keys.PUBLIC],
        secrets=[key for key in valid if key.kind == keys.SECRET],
        domains=domains,
        issued=issued,
        errors=errors or {},
        values=values or {},
    )
