import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.testing.fakes import FakeHttp
from growthcore_channel_webhook.client import Answer, Endpoint, key, signed, wait

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# The vector that the reference libraries of Standard Webhooks test themselves with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

keys = st.binary(min_size=24, max_size=64)
ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=60)
times = st.integers(0, 2**33)


def verifies(secret, headers, body):
    """As a receiver does it, written from the specification."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(base64.b64decode(secret[6:]), content, hashlib.sha256).digest()
    return any(
        version == "v1" and hmac.compare_digest(base64.b64decode(signature), expected)
        for version, signature in (
            each.split(",") for each in headers["webhook-signature"].split(" ")
        )
    )


def secret_of(raw):
    return "whsec_" + base64.b64encode(raw).decode()


def test_the_published_vector_holds():
    assert signed([key(SECRET)], ID, TIMESTAMP, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


@given(keys, ids, times, st.binary())
def test_every_signature_verifies(raw, id_, timestamp, body):
    secret = secret_of(raw)
    assert verifies(secret, signed([key(secret)], id_, timestamp, body), body)


@given(keys, ids, times, st.binary(min_size=1), st.data())
def test_one_changed_byte_is_noticed(raw, id_, timestamp, body, data):
    headers = signed([raw], id_, timestamp, body)
    place = data.draw(st.integers(0, len(body) - 1))
    changed = bytearray(body)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert not verifies(secret_of(raw), headers, bytes(changed))
    later = {**headers, "webhook-timestamp": str(timestamp + 1)}
    assert not verifies(secret_of(raw), later, body)


@given(st.lists(keys, min_size=2, max_size=2, unique=True), ids, times, st.binary())
def test_while_the_secret_changes_both_verify(both, id_, timestamp, body):
    headers = signed(both, id_, timestamp, body)
    assert all(verifies(secret_of(raw), headers, body) for raw in both)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        SECRET.removeprefix("whsec_"),
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa Sw",
        "whsec_비밀",
    ],
)
def test_a_secret_that_is_none_is_refused_without_being_quoted(secret):
    with pytest.raises(ValueError, match="24 to 64 bytes") as raised:
        key(secret)
    rest = secret.removeprefix("whsec_")
    assert not rest or rest not in str(raised.value)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("9" * 400, 86_400),
        ("Mon, 02 Mar 2026 01:01:30 GMT", 90),
        ("Mon, 02 Mar 2026 00:00:00 GMT", 0),
        ("Mon, 02 Mar 2126 00:00:00 GMT", 86_400),
    ],
)
def test_how_long_a_receiver_wants_to_be_left_alone(said, seconds):
    assert wait(said, AT) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_sending(said):
    found = wait(said, AT)
    assert found is None or 0 <= found <= timedelta(days=1).total_seconds()


def test_a_request_is_a_signed_post():
    http = FakeHttp().answer(429, headers={"Retry-After": "3"})
    endpoint = Endpoint(
        http=http, url="https://a.example/h", keys=[key(SECRET)], timeout=4, public_only=True
    )
    assert endpoint.post("msg-1", b"{}", AT) == Answer(429, 3)
    (request,) = http.requests
    assert (request.method, request.url, request.body) == ("POST", "https://a.example/h", b"{}")
    assert (request.timeout, request.public_only) == (4, True)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert verifies(SECRET, request.headers, b"{}")
