import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from growthcore.api import ConfigError, MessageClass, OutgoingMessage, RetryableError
from growthcore.testing.fakes import FakeResponse
from growthcore_channel_sms_cafe24.composing import Sms
from growthcore_channel_sms_cafe24.handover import PATIENCE, REST, Handover


def sms(text="안녕하세요", kind="SMS", **changes):
    usual = Sms(kind=kind, text=text, title=None, sender="3", size=10, problem=None)
    return replace(usual, **changes)


def batch(*messages):
    """Messages to numbers of their own, unless one is given."""
    pairs = [m if isinstance(m, tuple) else (m, f"+82101234{n:04}") for n, m in enumerate(messages)]
    return [
        OutgoingMessage(
            reference=f"gc-{n}",
            address=phone,
            message_class=MessageClass.ADVERTISING,
            rendered=message,
        )
        for n, (message, phone) in enumerate(pairs)
    ]


def outcomes(receipts):
    return [(each.outcome.value, each.reason) for each in receipts]


def refused(message="Invalid parameter.", status=422):
    error = {"error": {"code": status, "message": message, "more_info": {}}}
    return FakeResponse(status, json.dumps(error).encode())


def test_a_text_arrives_as_it_was_rendered(channel, phones):
    (receipt,) = channel.send(batch(sms("가" * 50, "LMS", title="겨울세일")))
    (arrived,) = phones
    assert (arrived.kind, arrived.text, arrived.title) == ("LMS", "가" * 50, "겨울세일")
    assert (arrived.sender, arrived.recipient) == ("07000000003", "01012340000")
    assert receipt.provider_id == arrived.provider_id


def test_a_request_says_what_cafe24_wants(channel, connection):
    channel.send(batch(sms()))
    assert connection.sent == [
        {
            "sender_no": 3,
            "content": "안녕하세요",
            "recipients": ["010-1234-0000"],
            "exclude_unsubscriber": "T",
            "type": "SMS",
        }
    ]


def test_the_same_text_goes_to_a_hundred_at_once(channel, connection):
    receipts = channel.send(batch(*[sms()] * 250))
    assert [len(each["recipients"]) for each in connection.sent] == [100, 100, 50]
    assert Counter(outcomes(receipts)) == {("accepted", None): 250}


def test_different_texts_go_alone_in_their_order(channel, phones):
    texts = [f"{n}번 고객님" for n in range(5)]
    receipts = channel.send(batch(*map(sms, texts)))
    assert [(each.text, each.recipient) for each in phones] == [
        (text, f"0101234{n:04}") for n, text in enumerate(texts)
    ]
    assert [each.provider_id for each in receipts] == [each.provider_id for each in phones]


def test_one_number_twice_gets_two_texts(channel, phones):
    same = "+821012345678"
    receipts = channel.send(batch((sms(), same), (sms(), same)))
    assert len({each.provider_id for each in receipts}) == len(phones) == 2


def test_what_can_not_go_costs_the_others_nothing(channel, phones):
    messages = batch((sms(), "+14155552671"), sms(problem="text_too_long"), sms())
    assert outcomes(channel.send(messages)) == [
        ("rejected", "address_invalid"), ("rejected", "text_too_long"), ("accepted", None),
    ]  # fmt: skip
    assert len(phones) == 1


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (RetryableError("busy", after=0.5), ("retry", "unreachable")),
        (ConnectionError("lost"), ("uncertain", "answer_lost")),
        (FakeResponse(503), ("uncertain", "answer_lost")),
        (FakeResponse(429), ("retry", "unreachable")),
        (ConfigError("connect again"), ("retry", "account")),
    ],
)
def test_what_went_wrong_holds_the_rest_back(channel, connection, problem, outcome):
    connection.problems = [None, problem]
    receipts = channel.send(batch(sms("1"), sms("2"), sms("3")))
    assert outcomes(receipts) == [("accepted", None), outcome, ("retry", "held_back")]
    assert len(connection.sent) == 2
    assert receipts[2].held
    assert receipts[2].retry_after == getattr(problem, "after", REST)


def test_an_account_that_is_broken_from_the_start_stops(channel, connection):
    connection.problems = [ConfigError("connect again")]
    with pytest.raises(ConfigError, match="connect again"):
        channel.send(batch(sms("1"), sms("2")))


def test_a_refused_text_is_rejected_with_cafe24s_words(channel, connection):
    connection.problems = [refused("Invalid parameter. (parameter.content)"), None]
    first, second = channel.send(batch(sms("1"), sms("2")))
    assert outcomes([first, second]) == [("rejected", "http_422"), ("accepted", None)]
    assert first.detail == "Invalid parameter. (parameter.content)"


def test_one_refused_number_is_found_among_the_others(channel, connection, phones):
    connection.problems = [refused(), None, refused(), refused(), None]
    receipts = channel.send(batch(*[sms()] * 4))
    assert outcomes(receipts) == [
        ("accepted", None), ("accepted", None), ("rejected", "http_422"), ("accepted", None),
    ]  # fmt: skip
    assert len(phones) == 3


@pytest.mark.parametrize("key", ["4", "99", ""])
def test_only_an_approved_number_sends(channel, connection, key):
    with pytest.raises(ConfigError, match=r"approved|not registered|Choose the number"):
        channel.send(batch(sms(sender=key)))
    assert not connection.calls


def test_a_number_that_lost_its_approval_stops_the_account(channel, mall):
    mall.mall.senders[3]["auth_status"] = "40"
    with pytest.raises(ConfigError, match="no longer approved"):
        channel.send(batch(sms()))


def test_credit_that_is_used_up_stops_the_account(channel, mall):
    mall.mall.balance = Decimal(5)
    with pytest.raises(ConfigError, match="enough for 1 LMS"):
        channel.send(batch(*[sms(kind="LMS")] * 2))


def test_a_mall_without_sms_stops_the_account(channel, connection):
    connection.problems = [refused("No API found.", 404)]
    with pytest.raises(ConfigError, match="Korean malls only"):
        channel.send(batch(sms()))


def test_advertising_that_nobody_can_refuse_stops_the_account(channel, connection):
    with pytest.raises(ConfigError, match="080 number"):
        channel.send(batch(sms(), sms(problem="opt_out_missing")))
    assert not connection.calls


def test_a_slow_mall_gets_the_rest_later(channel):
    seconds = iter([0, 0, PATIENCE, PATIENCE + 1])
    handover = Handover(channel._api, batch(sms("1"), sms("2"), sms("3")))
    receipts = handover.run(lambda: next(seconds))
    assert [each.reason for each in receipts] == [None, None, "held_back"]
    assert (receipts[2].held, receipts[2].retry_after) == (True, 0)


def test_without_its_connection_the_account_needs_a_person(channel):
    channel.context.connections.clear()
    with pytest.raises(ConfigError, match="switched off or gone"):
        channel.send(batch(sms()))
