import pytest

from growthcore.api import ConfigError, Outcome, RetryableError
from growthcore.sandbox.faults import Answer
from growthcore.testing.channels import channel_conformance
from growthcore.testing.packages import check_plugin

CONTENT = {
    "template": "ORDER01",
    "values": {"고객명": "#{NAME}", "주문번호": "7"},
    "failover": "on",
    "failover_text": "#{NAME}님, 발송되었습니다.",
}


@pytest.fixture
def account(sandbox):
    return sandbox.channel


@channel_conformance(
    lambda sandbox: sandbox.channel(),
    content=CONTENT,
    outbox=lambda sandbox: "\n".join((each.body or b"").decode() for each in sandbox.posts()),
    refused="+8212",
    expected_failures={
        "every_attempt_has_the_same_reference": "SENS has no field for a reference of ours; what is "
        "uncertain is settled by asking"
    },
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("channel_kakao_ncp")


def batch(sandbox, channel, *numbers):
    return [
        sandbox.message(channel, number, f"gc-{place}", NAME=f"손님{place}")
        for place, number in enumerate(numbers)
    ]


def test_a_request_is_what_the_api_asks_for(sandbox):
    channel = sandbox.channel(failover=True)
    (receipt,) = channel.send(batch(sandbox, channel, "01012345678"))
    (request,) = sandbox.posts()
    sent = request.json
    assert (sent["plusFriendId"], sent["templateCode"]) == ("@growthcore", "ORDER01")
    (message,) = sent["messages"]
    assert (message["countryCode"], message["to"]) == ("82", "01012345678")
    assert message["useSmsFailover"] is True
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert receipt.provider_id


@pytest.mark.parametrize("in_order", [True, False])
def test_a_good_answer_may_refuse_some(sandbox_with, in_order):
    sandbox = sandbox_with(answers_in_order=in_order)
    channel = sandbox.channel()
    numbers = ["01011110000", "01022229004", "01011110000", "12", "01033330000"]
    receipts = channel.send(batch(sandbox, channel, *numbers))
    assert sandbox.outcomes(receipts) == [
        ("accepted", None), ("retry", "B004"), ("accepted", None),
        ("rejected", "number_not_korean"), ("accepted", None),
    ]  # fmt: skip
    assert len({each.provider_id for each in receipts if each.provider_id}) == 3
    for place in (0, 2):
        found = channel.sens.message(receipts[place].provider_id)
        assert f"손님{place}님" in found.content


def test_half_a_batch_that_sens_refuses_costs_the_other_half_nothing(sandbox):
    channel = sandbox.channel()
    sandbox.faults.set(failing_share=0.5)
    receipts = channel.send(batch(sandbox, channel, *[f"010{n:08}" for n in range(20)]))
    counts = {outcome: [r.outcome for r in receipts].count(outcome) for outcome in Outcome}
    assert counts[Outcome.ACCEPTED] + counts[Outcome.REJECTED] == 20
    assert 0 < counts[Outcome.REJECTED] < 20


def test_what_must_not_go_is_never_sent(sandbox):
    channel = sandbox.channel()
    message = sandbox.message(channel, NAME="가" * 1000)
    assert sandbox.outcomes(channel.send([message])) == [("rejected", "text_too_long")]
    assert not sandbox.posts()


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RetryableError), (401, ConfigError), (403, ConfigError), (404, ConfigError)],
)
def test_a_refusal_of_the_whole_is_raised(sandbox, status, error):
    channel = sandbox.channel()
    sandbox.faults.set(answers=(Answer(status=status),))
    with pytest.raises(error):
        channel.send(batch(sandbox, channel, "01012345678"))


@pytest.mark.parametrize("status", [500, 503, 504])
def test_after_a_failure_of_the_server_nobody_knows(sandbox, status):
    channel = sandbox.channel()
    sandbox.faults.set(answers=(Answer(status=status, taken=True),))
    receipts = channel.send(batch(sandbox, channel, "01012345678"))
    assert sandbox.outcomes(receipts) == [("uncertain", f"http_{status}")]


def test_a_dropped_connection_leaves_the_batch_uncertain(sandbox):
    channel = sandbox.channel()
    sandbox.faults.set(drop_after=1)
    receipts = channel.send(batch(sandbox, channel, "01012345678", "01022223333"))
    assert sandbox.outcomes(receipts) == [("uncertain", "answer_lost")] * 2


def test_an_unreachable_server_took_nothing(sandbox):
    channel = sandbox.channel()
    sandbox.http.fail(RetryableError("cannot connect"))
    with pytest.raises(RetryableError):
        channel.send(batch(sandbox, channel, "01012345678"))


def test_one_bad_message_costs_the_others_of_its_request_nothing(sandbox, monkeypatch):
    channel = sandbox.channel()
    messages = batch(sandbox, channel, *[f"010{n:08}" for n in range(9)])
    del messages[5].rendered.body["content"]
    receipts = channel.send(messages)
    assert sandbox.outcomes(receipts)[5] == ("rejected", "http_400")
    assert [each.outcome for each in receipts].count(Outcome.ACCEPTED) == 8


def test_what_stops_half_way_is_tried_again_and_not_raised(sandbox):
    channel = sandbox.channel()
    other = {"template": "WELCOME01", "values": {"고객명": "#{NAME}", "가입일": "오늘"}}
    messages = [
        sandbox.message(channel, NAME="김"),
        sandbox.message(channel, "01022223333", "gc-2", other, NAME="이"),
    ]
    taken = sandbox.http.request

    def once(method, url, **options):
        if len(sandbox.posts()) == 1:
            sandbox.faults.set(answers=(Answer(status=429),))
        return taken(method, url, **options)

    sandbox.http.request = once
    assert sandbox.outcomes(channel.send(messages)) == [("accepted", None), ("retry", "http_429")]


def test_a_blocked_channel_is_for_a_person(sandbox_with):
    sandbox = sandbox_with(refused_suffixes={"5678": "1021"})
    channel = sandbox.channel()
    with pytest.raises(ConfigError, match="1021"):
        channel.send(batch(sandbox, channel, "01012345678"))


def test_the_preview_shows_title_text_and_buttons(sandbox):
    channel = sandbox.channel()
    preview = channel.preview(sandbox.rendered(channel, NAME="김하늘"))
    assert preview.text == "김하늘님, 주문 20260101-0000001이(가) 발송되었습니다."
    assert preview.buttons == ["주문 확인", "배송 조회"]
    length, leads = preview.notes
    assert length.ko.startswith("본문 38자")
    assert leads.ko == "주문 확인 → https://shop.example/orders/20260101-0000001"
    assert channel.kind_of(sandbox.rendered(channel, NAME="김하늘")) == "ALIMTALK"
