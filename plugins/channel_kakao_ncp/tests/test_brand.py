from datetime import UTC, datetime, timedelta

import pytest
from marshmallow import ValidationError

from growthcore.api import ConfigError, MessageClass, OutgoingMessage, RetryableError, Severity
from growthcore.testing.channels import channel_conformance
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_kakao_ncp.brand import BrandContent, BrandMessageChannel

CONTENT = {
    "text": "#{NAME}님, 겨울 세일이 시작되었어요.",
    "buttons": [{"name": "보러 가기", "url": "https://shop.example/sale?who=#{NAME}"}],
}


@pytest.fixture
def brand(sandbox):
    return lambda **config: sandbox.build(BrandMessageChannel, synced=False, **config)


@pytest.fixture
def channel(brand):
    return brand()


def message(channel, number="01012345678", reference="gc-1", name="김하늘"):
    compiled = channel.compile(BrandContent().load(CONTENT))
    return OutgoingMessage(
        reference=reference,
        address=f"+82{number[1:]}",
        message_class=MessageClass.ADVERTISING,
        rendered=compiled.render(FakeRecipient(values={"NAME": name})),
    )


@channel_conformance(
    lambda brand: brand(),
    content={"text": CONTENT["text"]},
    outbox=lambda sandbox: "\n".join((each.body or b"").decode() for each in sandbox.posts()),
    refused="+8212",
    expected_failures={
        "every_attempt_has_the_same_reference": "SENS has no field for a reference of ours",
    },
)
def test_conformance(check):
    check()


def test_only_advertising_is_carried(channel):
    assert channel.capabilities.classes == {MessageClass.ADVERTISING}


def test_a_request_is_a_free_text_to_friends(sandbox, channel):
    (receipt,) = channel.send([message(channel)])
    sent = sandbox.posts()[0].json
    assert "/brandmessage/v2/services/ncp:kkobizmsg:" in sandbox.posts()[0].url
    assert (sent["messageType"], sent["targeting"]) == ("TEXT", "I")
    (each,) = sent["messages"]
    assert each["content"] == "김하늘님, 겨울 세일이 시작되었어요."
    link = "https://shop.example/sale?who=%EA%B9%80%ED%95%98%EB%8A%98"
    assert each["buttons"] == [
        {"type": "WL", "name": "보러 가기", "linkMobile": link, "linkPc": link}
    ]
    assert receipt.provider_id


@pytest.mark.parametrize(
    ("at", "wait"),
    [
        (datetime(2026, 3, 2, 11, 50, tzinfo=UTC), timedelta(hours=11, minutes=10)),
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), timedelta(minutes=1)),
    ],
)
def test_at_night_everything_waits_for_the_morning(sandbox, channel, at, wait):
    sandbox.clock.at = at
    with pytest.raises(RetryableError) as raised:
        channel.send([message(channel)])
    assert raised.value.after == wait.total_seconds()
    assert not sandbox.posts()


def test_a_refusal_for_the_hour_is_tried_again_in_the_morning(sandbox, channel):
    refused = {"to": "01012345678", "requestStatusCode": "3022"}
    sandbox.http.answer(202, json_body={"messages": [refused]})
    (receipt,) = channel.send([message(channel)])
    assert (receipt.outcome.value, receipt.reason) == ("retry", "3022")
    assert receipt.retry_after == timedelta(hours=22).total_seconds()


def test_targeting_without_approval_is_for_a_person(sandbox, brand):
    channel = brand(targeting="N")
    batch = [message(channel, f"010{n:08}", f"gc-{n}") for n in range(50)]
    with pytest.raises(ConfigError, match="needs Kakao's approval"):
        channel.send(batch)
    assert len(sandbox.posts()) < 20


def test_text_that_grew_too_long_is_a_problem_of_this_recipient(channel):
    assert message(channel, name="가" * 1290).rendered.problem == "text_too_long"


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "javascript:alert(1)"])
def test_a_link_that_is_none_blocks_the_launch(channel, url):
    content = BrandContent().load({"text": "안녕", "buttons": [{"name": "가기", "url": url}]})
    (found,) = channel.check(content, MessageClass.ADVERTISING)
    assert (found.severity, found.path) == (Severity.BLOCKING, "buttons[0].url")


def test_six_buttons_are_too_many():
    with pytest.raises(ValidationError):
        BrandContent().load({"text": "안녕", "buttons": CONTENT["buttons"] * 6})
