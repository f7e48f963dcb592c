"""Whether webhooks are received, and the log of those that were sent."""

from __future__ import annotations

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.wire import Record

_READ, _WRITE = "mall.read_application", "mall.write_application"
_MOST = 10_000


def register(api: Api) -> None:
    """The endpoints."""
    api.add("GET", "/webhooks/setting", _READ, _setting)
    api.add("PUT", "/webhooks/setting", _WRITE, _change)
    api.add("GET", "/webhooks/logs", _READ, _logs)


def _setting(call: Call) -> Body:
    reception = "T" if call.mall.receives else "F"
    return {"webhook": {"scopes": list(call.settings.scopes), "reception_status": reception}}


def _change(call: Call) -> Body:
    status = call.body.choice("reception_status", "TF") or call.body.required("reception_status")
    call.mall.receives = status == "T"
    return _setting(call)


def _logs(call: Call) -> Body:
    query = call.query
    span = query.span("requested_start_date", "requested_end_date")
    success, kind = query.choice("success", "TF"), query.choice("log_type", "GRT")
    event = query.number("event_no", 0)
    found = (
        entry
        for entry in _since(call)
        if (not success or entry["success"] == success)
        and (not kind or entry["log_type"] == kind)
        and (not event or entry["event_no"] == event)
        and (span is None or span[0] <= entry["requested_time"] <= span[1])
    )
    return call.paged("logs", found, limit=(_MOST, _MOST), offset=0)


def _since(call: Call) -> list[Record]:
    log, last = call.mall.webhook_log, call.query.text("since_log_id")
    places = [place for place, entry in enumerate(log) if entry["log_id"] == last]
    if last and not places:
        raise call.query.invalid("since_log_id")
    return log[places[0] + 1 :] if places else list(log)
