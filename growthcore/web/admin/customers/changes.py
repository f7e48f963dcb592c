"""What a person changes about a customer by hand: consent, and addresses nothing is sent to."""

from __future__ import annotations

from collections.abc import Container

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.api.values import AddressKind
from growthcore.customers import by_hand, consent
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.customers.area import blueprint, media
from growthcore.web.admin.customers.profile import consents_page
from growthcore.web.current import core

_GRANTED = {"yes": True, "no": False}


@blueprint.post("/<int:customer_id>/consents")
@allow(Role.MANAGER)
def record_consent(customer_id: int) -> Response:
    """Keep what a customer said to somebody of the shop."""
    posted = request.form
    try:
        _require_choice("medium", posted.get("medium"), media())
        _require_choice("purpose", posted.get("purpose"), consent.PURPOSES)
        _require_choice("granted", posted.get("granted"), _GRANTED)
        with core().db.unit() as session:
            by_hand.record_consent(
                session,
                customer_id,
                channel=posted["medium"],
                purpose=posted["purpose"],
                granted=_GRANTED[posted["granted"]],
                source=posted.get("source", ""),
                actor=actor(),
                now=core().clock.now(),
                wording=posted.get("wording", "").strip() or None,
            )
    except InvalidInput as error:
        return consents_page(customer_id, posted, pages.errors(error))
    pages.toast(_("수신 동의 변경이 기록되었습니다."))
    return pages.go("admin.customers.consents", customer_id=customer_id)


@blueprint.post("/<int:customer_id>/suppressions")
@allow(Role.MANAGER)
def suppress(customer_id: int) -> Response:
    """Send nothing more to an address of the customer."""
    posted = request.form
    try:
        _require_choice("kind", posted.get("kind"), [*AddressKind])
        with core().db.unit() as session:
            by_hand.suppress(
                session,
                customer_id,
                AddressKind(posted["kind"]),
                reason=posted.get("reason", ""),
                actor=actor(),
                now=core().clock.now(),
            )
    except InvalidInput as error:
        return consents_page(customer_id, posted, pages.errors(error))
    pages.toast(_("발송 차단 목록에 추가되었습니다."))
    return pages.go("admin.customers.consents", customer_id=customer_id)


@blueprint.post("/<int:customer_id>/suppressions/<int:suppression_id>/release")
@allow(Role.MANAGER)
def release(customer_id: int, suppression_id: int) -> Response:
    """Let an address of the customer be sent to again."""
    try:
        with core().db.unit() as session:
            by_hand.release(
                session,
                customer_id,
                suppression_id,
                reason=request.form.get("reason", ""),
                actor=actor(),
                now=core().clock.now(),
            )
    except InvalidInput as error:
        pages.toast(" ".join(pages.errors(error).values()), "danger")
    else:
        pages.toast(_("발송 차단이 해제되었습니다."))
    return pages.go("admin.customers.consents", customer_id=customer_id)


def _require_choice(field: str, value: str | None, choices: Container[str | None]) -> None:
    """Raise :class:`InvalidInput` for what the form does not offer."""
    if value not in choices:
        raise InvalidInput({field: "Choose one of the choices."})
