"""Reserved requests of AlimTalk and SMS (api.ncloud-docs.com/docs/sens-alimtalk-reservation-delete)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from growthcore.sandbox.sens.errors import RefusedError
from growthcore.sandbox.sens.messages import Message
from growthcore.sandbox.sens.state import sens, service

blueprint = Blueprint(
    "reservations", __name__, url_prefix="/<any(alimtalk, sms):room>/v2/services/<service>"
)


@blueprint.get("/reservations/<reserve_id>/reserve-status")
def status(reserve_id: str) -> Response:
    """How far a reserved request is."""
    return jsonify({"reserveId": reserve_id, "reserveStatus": _status(_found(reserve_id))})


@blueprint.delete("/reservations/<reserve_id>")
def cancel(reserve_id: str) -> Response:
    """Take a reserved request back, while its time has not come."""
    found = _found(reserve_id)
    if (state := _status(found)) != "READY":
        raise RefusedError(
            sens().settings.unreserved_cancel, details=f"The reservation is {state}."
        )
    sens().messages.cancel(found)
    return Response(status=204)


def _found(reserve_id: str) -> list[Message]:
    found = sens().messages.of_request(service(), reserve_id, sens().now())
    reserved = [message for message in found if message.reserved]
    if not reserved:
        raise RefusedError(404)
    return reserved


def _status(messages: list[Message]) -> str:
    now, settings = sens().now(), sens().settings
    first = messages[0]
    if first.cancelled:
        return "CANCELED"
    if now < first.due_at:
        return "READY"
    return "DONE" if now >= first.due_at + settings.unreported else "PROCESSING"
