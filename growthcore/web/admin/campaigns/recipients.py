"""To whom a campaign's messages went, each again as it was sent, and why somebody got none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Response, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.campaigns import preview, why
from growthcore.campaigns.reports import standing
from growthcore.customers import lookup
from growthcore.messaging import recipients, recovery
from growthcore.messaging.states import PENDING, State
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.campaigns import frames, replay, words
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404, refused
from growthcore.web.admin.campaigns.detail import headings
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core


@blueprint.get("/<int:campaign_id>/recipients")
@allow(Role.VIEWER)
def recipient_list(campaign_id: int) -> Response:
    """A campaign's messages; names and addresses are masked for who may not see them."""
    asked = Listing.of_request(filters=("state", "reason"))
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        found = recipients.page(
            session,
            campaign_id,
            states=_states(asked.filters["state"]),
            reason=asked.filters["reason"],
            offset=asked.offset,
            limit=asked.size,
        )
        stands, above = standing(session, campaign_id), headings(session, campaign)
        again = replay.offer(session, campaign_id)
    return pages.page(
        "admin/campaigns/recipients.html",
        tab="recipients",
        listing=asked,
        found=found,
        reasons=sorted({reason for _state, reason in stands.reasons}),
        again=again,
        **above,
    )


def _states(asked: str) -> list[State]:
    if asked == "pending":
        return [*PENDING]
    return [State(asked)] if asked in words.MESSAGES else []


@blueprint.get("/messages/<int:message_id>")
@allow(Role.MANAGER)
def message(message_id: int) -> Response:
    """One message, what became of it, and how it looked."""
    with core().db.read() as session:
        found = recipients.of_message(session, message_id)
        if found is None:
            abort(404)
        campaign = campaign_or_404(session, found.message.campaign_id)
        try:
            shown = preview.as_sent(core(), session, message_id)
        except InvalidInput:
            shown = None
        again = replay.offer_of_message(session, found.message)
    return pages.page(
        "admin/campaigns/sent.html", found=found, campaign=campaign, shown=shown, again=again
    )


@blueprint.get("/messages/<int:message_id>/frame")
@allow(Role.MANAGER)
def message_frame(message_id: int) -> Response:
    """The message itself, in a frame where nothing runs."""
    try:
        with core().db.read() as session:
            shown = preview.as_sent(core(), session, message_id)
            found = recipients.of_message(session, message_id)
            return frames.framed(shown, found.message.channel if found else "")
    except InvalidInput as error:
        return frames.problem(error)


@blueprint.post("/messages/<int:message_id>/settle")
@allow(Role.MANAGER)
def settle(message_id: int) -> BaseResponse:
    """A person's word on a message of which nobody knows whether it went out."""
    with core().db.read() as session:
        found = recipients.of_message(session, message_id)
    if found is None:
        abort(404)
    try:
        with core().db.unit() as session:
            answer = request.form.get("answer", "")
            recovery.settle(core(), session, message_id, answer, actor=actor())
    except InvalidInput as error:
        refused(error)
    else:
        pages.toast(_("확인한 결과를 기록했습니다."))
    return pages.go(
        "admin.campaigns.recipient_list",
        campaign_id=found.message.campaign_id,
        state=State.UNCERTAIN.value,
    )


@blueprint.get("/<int:campaign_id>/why")
@allow(Role.VIEWER)
def explain(campaign_id: int) -> Response:
    """The ladder of checks for one customer, by ``id`` or what a person calls them."""
    asked, customer_id = request.args.get("customer", "").strip(), request.args.get("id", type=int)
    explanation, errors = None, cast("Mapping[str, str]", {})
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        try:
            if asked:
                customer_id = lookup.resolve(session, asked)
            if customer_id:
                explanation = why.explain(core(), session, campaign_id, customer_id)
        except InvalidInput as error:
            errors = pages.errors(error)
        above = headings(session, campaign)
    return pages.page(
        "admin/campaigns/why.html",
        422 if errors else 200,
        tab="why",
        asked=asked,
        explanation=explanation,
        errors=errors,
        **above,
    )
