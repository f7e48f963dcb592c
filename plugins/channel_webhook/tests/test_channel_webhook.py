import base64

import pytest
from marshmallow import ValidationError

from growthcore.api import (
    ConfigError,
    MessageClass,
    Outcome,
    OutgoingMessage,
    RetryableError,
)
from growthcore.testing.channels import channel_conformance
from growthcore.testing.fakes import FakeHttp, FakeResponse, context_for
from growthcore.testing.packages import check_plugin
from growthcore_channel_webhook import channel as module
from growthcore_channel_webhook.channel import WebhookChannel

SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"b" * 32).decode()
CONFIG = {"url": "https://crm.example/hooks", "secret": SECRET, "previous_secret": OLD}


def receiver(request):
    """Knows every customer but one."""
    body = request.json
    unknown = body["type"] == "message" and body["data"]["customer_id"] == "nobody"
    return FakeResponse(422 if unknown else 204)


def make_channel(http=None, **config):
    chosen = {**CONFIG, **config}
    return WebhookChannel(context_for(WebhookChannel, chosen, http=http or FakeHttp(receiver)))


def build():
    return make_channel()


def message(reference="gc-1", customer="member-1"):
    return OutgoingMessage(
        reference=reference,
        address=customer,
        message_class=MessageClass.INFORMATIONAL,
        rendered={"unsubscribe_url": "https://u.example/1", "content": {"name": "김하늘"}},
        campaign_id=7,
    )


def outcomes(receipts):
    return [(each.outcome.value, each.reason) for each in receipts]


@channel_conformance(
    build, content={"data": '{"title": "#{NAME}님", "items": "#{CART_ITEMS}", "n": [1, null]}'}
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("channel_webhook")


def test_a_body_says_what_the_readme_says():
    channel = make_channel()
    channel.send([message()])
    (request,) = channel.context.http.requests
    assert request.json == {
        "type": "message",
        "data": {
            "message_id": "gc-1",
            "campaign_id": 7,
            "message_class": "informational",
            "customer_id": "member-1",
            "unsubscribe_url": "https://u.example/1",
            "content": {"name": "김하늘"},
        },
    }
    assert request.headers["webhook-id"] == "gc-1"


def test_sent_again_a_message_has_the_same_id_and_body():
    channel = make_channel()
    channel.send([message()])
    channel.context.clock.at = channel.context.clock.at.replace(year=2027)
    channel.send([message()])
    first, second = channel.context.http.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


@pytest.mark.parametrize(("previous", "count"), [(OLD, 2), ("", 1)])
def test_each_secret_signs(previous, count):
    config = {} if previous else {"previous_secret": None}
    values = {k: v for k, v in {**CONFIG, **config}.items() if v}
    channel = WebhookChannel(context_for(WebhookChannel, values, http=FakeHttp(receiver)))
    channel.send([message()])
    (request,) = channel.context.http.requests
    assert len(request.headers["webhook-signature"].split(" ")) == count


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (200, "accepted", None),
        (204, "accepted", None),
        (400, "rejected", "http_400"),
        (413, "rejected", "http_413"),
        (422, "rejected", "http_422"),
        (408, "retry", "http_408"),
        (429, "retry", "http_429"),
        (500, "retry", "http_500"),
        (503, "retry", "http_503"),
    ],
)
def test_what_an_answer_means(status, outcome, reason):
    receipts = make_channel(FakeHttp().answer(status)).send([message()])
    assert outcomes(receipts) == [(outcome, reason)]


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 405, 410])
def test_an_answer_that_needs_a_person_stops_the_account(status):
    with pytest.raises(ConfigError):
        make_channel(FakeHttp().answer(status)).send([message()])


def test_a_retry_waits_as_long_as_it_was_asked_to():
    (receipt,) = make_channel(FakeHttp().answer(503, headers={"Retry-After": "77"})).send(
        [message()]
    )
    assert receipt.retry_after == 77


@pytest.mark.parametrize(
    ("error", "reason"),
    [(RetryableError("cannot connect"), "unreachable"), (ConnectionError("lost"), "answer_lost")],
)
def test_without_an_answer_a_message_is_tried_again(error, reason):
    receipts = make_channel(FakeHttp().fail(error)).send([message()])
    assert outcomes(receipts) == [("retry", reason)]


def test_a_busy_receiver_gets_no_more_of_the_batch():
    http = FakeHttp().answer(200).answer(429, headers={"Retry-After": "9"})
    receipts = make_channel(http).send([message(f"gc-{n}") for n in range(4)])
    assert outcomes(receipts) == [
        ("accepted", None), ("retry", "http_429"), ("retry", "held_back"), ("retry", "held_back"),
    ]  # fmt: skip
    assert {each.retry_after for each in receipts[1:]} == {9}
    assert [each.held for each in receipts] == [False, False, True, True], "two were not tried"
    assert len(http.requests) == 2


def test_a_slow_receiver_gets_the_rest_later(monkeypatch):
    seconds = iter(range(0, 1000, 25))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(seconds))
    channel = make_channel()
    receipts = channel.send([message(f"gc-{n}") for n in range(5)])
    assert [each.reason for each in receipts] == [None, None, None, "held_back", "held_back"]


def test_one_message_that_fails_holds_nobody_back():
    http = FakeHttp().answer(500).fail(ConnectionError()).answer(200)
    receipts = make_channel(http).send([message(f"gc-{n}") for n in range(3)])
    assert [each.outcome for each in receipts] == [Outcome.RETRY, Outcome.RETRY, Outcome.ACCEPTED]


def test_an_account_that_breaks_within_a_batch_keeps_what_was_taken():
    http = FakeHttp().answer(200).answer(401)
    receipts = make_channel(http).send([message(f"gc-{n}") for n in range(3)])
    assert outcomes(receipts) == [
        ("accepted", None), ("retry", "unreachable"), ("retry", "held_back"),
    ]  # fmt: skip


def test_private_addresses_are_refused_unless_allowed():
    for allowed in (False, True):
        channel = make_channel(allow_private=allowed)
        channel.send([message()])
        assert channel.context.http.requests[0].public_only is not allowed


def test_verifying_posts_a_signed_test_event():
    channel = make_channel()
    channel.verify()
    (request,) = channel.context.http.requests
    assert request.json == {"type": "test", "data": {}}
    assert request.headers["webhook-id"].startswith("test-")
    assert request.headers["webhook-signature"].startswith("v1,")


@pytest.mark.parametrize(
    ("status", "error"), [(401, ConfigError), (422, ConfigError), (500, RetryableError)]
)
def test_verifying_tells_what_is_wrong(status, error):
    with pytest.raises(error):
        make_channel(FakeHttp().answer(status)).verify()


def test_verifying_tells_that_nobody_answered():
    with pytest.raises(RetryableError, match="did not answer"):
        make_channel(FakeHttp().fail(ConnectionError("timed out"))).verify()


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/hooks",
        "HTTP://crm.example/hooks",
        "ftp://crm.example/",
        "https://user:word@crm.example/",
        "https://crm.example/#top",
        "https://crm.example/한글",
        "crm.example",
        "https://crm.example/\n",
    ],
)
def test_an_address_that_would_not_do_is_refused(url):
    with pytest.raises(ValidationError) as raised:
        make_channel(url=url)
    assert set(raised.value.messages) == {"url"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/h", "http://crm/h", "https://crm.example"])
def test_inside_the_network_http_is_allowed(url):
    assert make_channel(url=url, allow_private=True).context.config["url"] == url


def test_a_secret_that_is_none_is_refused_without_being_quoted():
    with pytest.raises(ValidationError) as raised:
        make_channel(secret="whsec_tooshort")
    assert "tooshort" not in str(raised.value.messages)
