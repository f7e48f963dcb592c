"""The step that says who gets a campaign, by which account, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from flask import Response, request
from marshmallow import fields, validate
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import DurationField, EventName, InvalidInput, ParamsSchema, Text, labelled
from growthcore.campaigns import drafts
from growthcore.campaigns.models import Campaign
from growthcore.plugins.forms import FieldView, form
from growthcore.segments import saved
from growthcore.segments.preview import preview
from growthcore.web.admin import forms, pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.campaigns import steps
from growthcore.web.admin.campaigns.accounts import senders
from growthcore.web.admin.campaigns.area import blueprint
from growthcore.web.admin.campaigns.detail import segment_of
from growthcore.web.admin.formats import local
from growthcore.web.admin.shop import workspace
from growthcore.web.current import core

Posted: TypeAlias = MultiDict[str, str]
SEGMENTS = 500
"""Saved segments there are to choose from."""


class WaitingSchema(ParamsSchema):
    """What may happen between a trigger and its message."""

    delay = DurationField(
        load_default=timedelta(),
        metadata=labelled(
            Text("지연", "Delay"),
            Text("트리거가 충족된 때부터 셉니다.", "Counted from when the trigger is met."),
        ),
    )
    exceptions = fields.List(
        EventName(metadata=labelled(Text("이벤트", "Event"))),
        load_default=list,
        validate=validate.Length(max=20),
        metadata=labelled(
            Text("예외 이벤트", "Exception events"),
            Text(
                "기다리는 동안 발생하면 보내지 않습니다. 한 줄에 하나씩, 예: purchase",
                "If one happens while waiting, nothing is sent. One a line, e.g. purchase",
            ),
        ),
    )


@blueprint.get("/<int:campaign_id>/edit/target")
@allow(Role.EDITOR)
def edit_target(campaign_id: int) -> Response:
    """Who, by which account, when."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        return _show(session, campaign, _entered(campaign))


@blueprint.post("/<int:campaign_id>/edit/target")
@allow(Role.EDITOR)
def save_target(campaign_id: int) -> BaseResponse:
    """Keep who, by which account, when."""
    values = _read(request.form)
    try:
        return steps.save(campaign_id, "target", _changes(values))
    except InvalidInput as error:
        with core().db.read() as session:
            campaign = steps.draft_or_refuse(session, campaign_id)
            return _show(session, campaign, values, error)


@blueprint.post("/audience/count")
@allow(Role.EDITOR)
def count() -> Response:
    """How many the audience at hand is, and how many each medium reaches."""
    found, errors = None, cast("Mapping[str, str]", {})
    try:
        audience = _audience(_read(request.form))
        if audience is not None:
            with core().db.read() as session:
                found = preview(core(), session, audience)
    except InvalidInput as error:
        errors = pages.errors(error)
    return pages.fragment(
        "admin/campaigns/_count.html", count=found, problems=errors, at=core().clock.now()
    )


def waiting_views() -> Sequence[FieldView]:
    """The fields of what may happen while a message waits."""
    return form(WaitingSchema)


def trigger_views() -> Mapping[str, Sequence[FieldView]]:
    """The fields of every installed trigger, by its id."""
    return {id_: form(trigger.Params) for id_, trigger in core().plugins.triggers.items()}


def _show(
    session: Session,
    campaign: Campaign,
    values: Mapping[str, Any],
    error: InvalidInput | None = None,
) -> Response:
    return steps.show(
        "target",
        campaign,
        _by_field(error, values),
        values=values,
        senders=senders(session),
        segments=saved.page(session, limit=SEGMENTS),
        triggers=core().plugins.triggers,
        trigger_views=trigger_views(),
        waiting_views=waiting_views(),
        today=local(core().clock.now()).date(),
    )


def _by_field(error: InvalidInput | None, values: Mapping[str, Any]) -> InvalidInput | None:
    """What is wrong with parts of a draft, by the fields they were read from."""
    if error is None or isinstance(error, drafts.Outdated):
        return error
    audience = "segment_id" if values["who"] == "segment" else "conditions"
    places = (
        ("delivery.trigger.params", f"trigger.{values['trigger']}"),
        ("delivery.trigger", "trigger"),
        ("delivery.delay", "waiting.delay"),
        ("delivery.exceptions", "waiting.exceptions"),
        ("audience", audience),
    )
    told: dict[str, str] = {}
    for path, text in error.errors.items():
        head, field = next((each for each in places if path.startswith(each[0])), (path, path))
        whole = field in ("segment_id", "waiting.exceptions")
        told.setdefault(field if whole else field + path[len(head) :], text)
    return InvalidInput(told)


def _entered(campaign: Campaign) -> dict[str, Any]:
    """What the draft holds, as the form's fields."""
    parts = campaign.definition
    delivery, audience = parts.get("delivery", {}), parts.get("audience")
    trigger = delivery.get("trigger", {})
    segment_id = segment_of(audience)
    at = local(campaign.scheduled_for) if campaign.scheduled_for else None
    begun = "delivery" in parts
    when = "triggered" if delivery.get("kind") == "triggered" else "at" if at else "now"
    chosen = "segment" if segment_id else "conditions" if audience else "everyone"
    return {
        "account_id": parts.get("account_id", ""),
        "who": chosen if begun else "segment",
        "segment_id": segment_id or "",
        "conditions": json.dumps(audience, ensure_ascii=False) if audience else "",
        "when": when,
        "date": f"{at:%Y-%m-%d}" if at else "",
        "time": f"{at:%H:%M}" if at else "",
        "trigger": trigger.get("id", ""),
        "params": {trigger.get("id", ""): trigger.get("params", {})},
        "waiting": {name: delivery.get(name) for name in ("delay", "exceptions")},
    }


def _read(posted: Posted) -> dict[str, Any]:
    names = ("account_id", "who", "segment_id", "conditions", "when", "date", "time", "trigger")
    values: dict[str, Any] = {name: posted.get(name, "").strip() for name in names}
    values["params"] = {
        id_: forms.read(views, posted, f"trigger.{id_}.") for id_, views in trigger_views().items()
    }
    values["waiting"] = forms.read(waiting_views(), posted, "waiting.")
    return values


def _changes(values: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields as parts of a draft. Raises :class:`InvalidInput` by field."""
    if not values["account_id"].isdecimal():
        raise InvalidInput({"account_id": "Choose the account the messages go out by."})
    return {
        "account_id": int(values["account_id"]),
        "audience": _audience(values),
        "delivery": _delivery(values),
        "scheduled_for": _scheduled_for(values),
    }


def _audience(values: Mapping[str, Any]) -> Any:
    match values["who"]:
        case "segment":
            if not values["segment_id"].isdecimal():
                raise InvalidInput({"segment_id": "Choose a segment."})
            params = {"segment_id": int(values["segment_id"])}
            return {"condition": "in_segment", "params": params}
        case "conditions":
            try:
                return json.loads(values["conditions"])
            except ValueError:
                raise InvalidInput({"conditions": "Add at least one condition."}) from None
    if values["when"] != "triggered":
        raise InvalidInput({"who": "Choose a segment, or conditions of this campaign's own."})
    return None


def _delivery(values: Mapping[str, Any]) -> dict[str, Any]:
    if values["when"] != "triggered":
        return {"kind": "once"}
    if values["trigger"] not in values["params"]:
        raise InvalidInput({"trigger": "Choose what makes a customer enter."})
    chosen = {"id": values["trigger"], "params": values["params"][values["trigger"]]}
    return {"kind": "triggered", "trigger": chosen, **values["waiting"]}


def _scheduled_for(values: Mapping[str, Any]) -> datetime | None:
    """The wished instant, read in the shop's zone."""
    if values["when"] != "at":
        return None
    try:
        local_time = datetime.fromisoformat(f"{values['date']}T{values['time']}")
        return local_time.replace(tzinfo=ZoneInfo(workspace().zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput({"scheduled_for": "Give the day and the time to begin."}) from None
