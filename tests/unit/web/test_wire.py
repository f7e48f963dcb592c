"""What a storefront's body may hold, and what not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from growthcore.web.storefront import wire
from growthcore.web.strict_json import Unreadable

GOOD = {"id": "e-1", "name": "view_item", "time": "2026-03-02T10:00:00+09:00"}


def event(**parts):
    return wire.read_event(Raw(json.dumps(GOOD | parts).encode()))


def test_an_event_keeps_what_it_says():
    read = event(value=30_000, currency="KRW", items=[{"product_id": "P-1", "price": 30_000}])
    assert (read.value, read.items[0].product_id, read.items[0].quantity) == (30_000, "P-1", 1)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"value": 12.5}, "$.value"),
        ({"value": 30_000.0}, "$.value"),
        ({"value": "30000"}, "$.value"),
        ({"value": True}, "$.value"),
        ({"value": 2**60}, "$.value"),
        ({"id": "x" * 65}, "$.id"),
        ({"id": "a b"}, "$.id"),
        ({"id": "a\n"}, "$.id"),
        ({"name": ""}, "$.name"),
        ({"name": "n" * 51}, "$.name"),
        ({"time": "2026-03-02T10:00:00"}, "$.time"),
        ({"time": "yesterday"}, "$.time"),
        ({"time": 1_700_000_000}, "$.time"),
        ({"currency": "won"}, "$.currency"),
        ({"order_id": "o" * 101}, "$.order_id"),
        ({"items": [{"product_id": "P", "quantity": 0}]}, "$.items[0].quantity"),
        ({"items": [{"product_id": "P", "price": -1}]}, "$.items[0].price"),
        ({"items": [{"product_id": "P"}] * 201}, "$.items"),
        ({"items": [{"product_id": "P", "colour": "red"}]}, "colour"),
        ({"properties": {str(n): n for n in range(101)}}, "$.properties"),
        ({"properties": {"a": "\0"}}, "\\u0000"),
        ({"properties": {"\0": "a"}}, "\\u0000"),
        ({"proprties": {}}, "proprties"),
    ],
)
def test_an_event_that_does_not_fit_is_told_where(parts, told):
    with pytest.raises(Unreadable) as caught:
        event(**parts)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"id":NaN}',
        b'{"id":Infinity}',
        b'{"id":"\\ud800"}',
        b'{"id":"a\x00"}',
        b'{"id":"\xff"}',
        b"",
    ],
)
def test_json_that_is_none_is_refused(raw):
    with pytest.raises(Unreadable):
        wire.read_event(Raw(raw))


def test_bottomless_nesting_is_refused():
    deep = b"[" * 30_000 + b"]" * 30_000
    raw = json.dumps(GOOD).encode()[:-1] + b',"properties":{"a":' + deep + b"}}"
    with pytest.raises(Unreadable):
        wire.read_event(Raw(raw))


def test_an_envelope_of_bottomless_nesting_is_refused():
    deep = b"[" * 30_000 + b"]" * 30_000
    body = b'{"visitor":"visitor-1","sent_at":"2026-03-02T10:00:00Z","events":' + deep + b"}"
    with pytest.raises(Unreadable, match="nested"):
        wire.read_envelope(body)


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert event(properties={"path": "C:\\u0000"}).properties == {"path": "C:\\u0000"}


def test_a_refused_event_is_known_by_the_id_it_claims():
    assert wire.claimed_id(Raw(b'{"id":"e-1","name":5}')) == "e-1"
    assert wire.claimed_id(Raw(b'{"id":5}')) is None
    assert wire.claimed_id(Raw(b"[]")) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    for read in (wire.read_envelope, wire.read_event, wire.read_consent):
        with pytest.raises(Unreadable):
            read(data)
