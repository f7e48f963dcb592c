"""Who runs the mall, its storefronts, and the scripts that apps put into their pages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.wire import Record, Refused, iso

_TAGS = "/scripttags"
_INTEGRITY = re.compile(r"sha(384-[A-Za-z0-9+/]{64}|512-[A-Za-z0-9+/]{86}==)")


def register(api: Api) -> None:
    """The endpoints."""
    read, write = "mall.read_application", "mall.write_application"
    api.add(
        "GET", "/store", "mall.read_store", lambda call: {"store": call.fields(call.mall.store)}
    )
    api.add("GET", "/shops", "mall.read_store", _shops)
    api.add("GET", _TAGS, read, _tags)
    api.add("GET", f"{_TAGS}/count", read, lambda call: {"count": len(call.mall.script_tags)})
    api.add("POST", _TAGS, write, _create)
    api.add("GET", f"{_TAGS}/<script_no>", read, _one)
    api.add("PUT", f"{_TAGS}/<script_no>", write, _change)
    api.add("DELETE", f"{_TAGS}/<script_no>", write, _delete)


def _shops(call: Call) -> Body:
    return {"shops": [call.fields(each) for each in call.mall.shops]}


def _tags(call: Call) -> Body:
    source = call.query.text("src")
    tags = (each for each in call.mall.script_tags.values() if source in ("", each["src"]))
    return {"scripttags": [call.fields(each) for each in tags]}


def _tag(call: Call, script_no: str) -> Record:
    found = call.mall.script_tags.get(script_no)
    if found is None:
        raise Refused(404, call.settings.messages[404])
    return found


def _create(call: Call) -> Body:
    given = _given(call)
    for name in ("src", "display_location"):
        if not given.get(name):
            raise call.body.missing(name)
    micros = int(call.now.timestamp() * 1_000_000) + call.mall.next_number("script")
    tag = {
        "shop_no": 1,
        "script_no": str(micros),
        "client_id": call.settings.client_id,
        "src": "",
        "display_location": [],
        "exclude_path": None,
        "skin_no": None,
        "integrity": None,
        "created_date": iso(call.now),
        "updated_date": iso(call.now),
        **given,
    }
    call.mall.script_tags[tag["script_no"]] = tag
    return {"scripttag": tag}


def _one(call: Call, script_no: str) -> Body:
    return {"scripttag": call.fields(_tag(call, script_no))}


def _change(call: Call, script_no: str) -> Body:
    tag = _tag(call, script_no)
    given = _given(call)
    if given.items() <= tag.items():
        raise Refused(409, "The same content is there already.")
    tag.update(given, updated_date=iso(call.now))
    return {"scripttag": tag}


def _delete(call: Call, script_no: str) -> Body:
    del call.mall.script_tags[_tag(call, script_no)["script_no"]]
    return {"scripttag": {"script_no": script_no}}


def _given(call: Call) -> Record:
    """What the request sets."""
    request = call.body
    given: Record = {}
    if "src" in request.given:
        parts = urlsplit(request.text("src"))
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise request.invalid("src")
        given["src"] = request.text("src")
    if "integrity" in request.given:
        if not _INTEGRITY.fullmatch(request.text("integrity")):
            raise request.invalid("integrity")
        given["integrity"] = request.text("integrity")
    for name in ("display_location", "exclude_path"):
        if name in request.given:
            given[name] = request.texts(name)
    if "skin_no" in request.given:
        given["skin_no"] = _numbers(call)
    return given


def _numbers(call: Call) -> list[int]:
    numbers = call.body.given["skin_no"]
    if not isinstance(numbers, list) or not all(type(each) is int for each in numbers):
        raise call.body.invalid("skin_no")
    return numbers
