"""Telling a customer what is known, and forgetting one."""

from __future__ import annotations

import json

from flask import Response, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.customers import by_hand, erasure
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.customers.area import blueprint, head_of
from growthcore.web.admin.downloads import download
from growthcore.web.current import core


@blueprint.post("/<int:customer_id>/export")
@allow(Role.MANAGER)
def export(customer_id: int) -> Response:
    """Everything held about a customer, as a JSON file."""
    shop = core()
    try:
        with shop.db.unit() as session:
            document = by_hand.export(
                session,
                customer_id,
                actor=actor(),
                now=shop.clock.now(),
                listeners=shop.listeners,
            )
    except InvalidInput:
        abort(404)
    content = json.dumps(document, ensure_ascii=False, indent=2)
    return download(content, f"customer-{customer_id}.json")


@blueprint.post("/<int:customer_id>/erase")
@allow(Role.MANAGER)
def erase(customer_id: int) -> BaseResponse:
    """Remove whatever tells who the customer is, once that was typed."""
    shop = core()
    with shop.db.read() as session:
        label = head_of(session, customer_id).label
    if request.form.get("typed", "").strip() != label:
        pages.toast(
            _("입력한 값이 ‘%(label)s’와(과) 달라 삭제하지 않았습니다.", label=label), "danger"
        )
        return pages.go("admin.customers.details", customer_id=customer_id)
    with shop.db.unit() as session:
        erasure.erase(
            shop,
            session,
            customer_id,
            actor=actor(),
            now=shop.clock.now(),
            listeners=shop.listeners,
        )
    pages.toast(_("고객 정보가 삭제되었습니다."))
    return pages.go("admin.customers.show", customer_id=customer_id)
