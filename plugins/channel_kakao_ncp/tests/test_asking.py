import pytest

from growthcore.api import Delivery, Report, RetryableError
from growthcore.sandbox.faults import Answer

TEXT = {"template": "ORDER01", "values": {"고객명": "#{NAME}", "주문번호": "7"}, "failover": "on"}


def sent(sandbox, *numbers, content=TEXT, **faults):
    channel = sandbox.channel(failover_sender="0212345678")
    messages = [
        sandbox.message(channel, number, f"gc-{place}", content, NAME=f"손님{place}")
        for place, number in enumerate(numbers)
    ]
    sandbox.faults.set(**faults)
    receipts = channel.send(messages)
    sandbox.faults.set()
    return channel, messages, receipts


def lost(sandbox, *numbers, **options):
    channel, messages, receipts = sent(sandbox, *numbers, where="POST", **options)
    assert {each.outcome.value for each in receipts} == {"uncertain"}
    handed = [sandbox.handed(each) for each in messages]
    sandbox.pass_time(seconds=90)
    return channel, handed


def test_what_was_taken_is_found_and_never_sent_again(sandbox):
    channel, handed = lost(sandbox, "01011110000", "01022220000", drop_after=1)
    receipts = channel.settle(handed)
    assert [receipts[each.reference].outcome.value for each in handed] == ["accepted"] * 2
    assert channel.sens.message(receipts["gc-1"].provider_id).to == "01022220000"
    assert len(sandbox.posts()) == 1


def test_what_is_not_listed_is_open_for_two_minutes_and_then_was_not_taken(sandbox):
    channel, handed = lost(sandbox, "01011110000", drop_before=1)
    assert channel.settle(handed) == {}
    sandbox.pass_time(seconds=31)
    assert sandbox.outcomes(channel.settle(handed).values()) == [("retry", "not_taken")]


def test_messages_to_one_number_are_told_apart_by_their_text(sandbox):
    channel, messages, _ = sent(sandbox, "01011110000")
    other = {"template": "WELCOME01", "values": {"고객명": "김", "가입일": "오늘"}}
    welcome = sandbox.message(channel, "01011110000", "gc-9", other)
    handed = [sandbox.handed(welcome), sandbox.handed(messages[0])]
    sandbox.pass_time(minutes=3)
    assert sandbox.outcomes(channel.settle(handed[:1]).values()) == [("retry", "not_taken")]
    both = channel.settle(handed)
    assert (both["gc-9"].reason, both["gc-0"].outcome.value) == ("not_taken", "accepted")


def test_of_two_alike_one_that_is_listed_counts_once(sandbox):
    channel, messages, _ = sent(sandbox, "01011110000")
    twin = sandbox.message(channel, "01011110000", "gc-8", TEXT, NAME="손님0")
    handed = [sandbox.handed(messages[0]), sandbox.handed(twin)]
    sandbox.pass_time(minutes=3)
    found = channel.settle(handed)
    assert sandbox.outcomes(found.values()) == [("accepted", None), ("retry", "not_taken")]


def test_one_that_can_not_be_rendered_any_more_stays_open_when_something_was_sent(sandbox):
    channel, messages, _ = sent(sandbox, "01011110000")
    handed = [sandbox.handed(messages[0], rendered=False)]
    sandbox.pass_time(minutes=3)
    assert channel.settle(handed) == {}


def test_after_a_month_nothing_can_be_told(sandbox):
    channel, handed = lost(sandbox, "01011110000", drop_before=1)
    sandbox.pass_time(days=30)
    assert channel.settle(handed) == {}


def test_while_sens_can_not_be_asked_messages_stay_open(sandbox):
    channel, handed = lost(sandbox, "01011110000", "01022220000", drop_before=1)
    sandbox.pass_time(minutes=3)
    sandbox.http.answer(404).fail(RetryableError("cannot connect"))
    assert list(channel.settle(handed)) == ["gc-0"]


@pytest.mark.parametrize(
    ("number", "delivery", "reason", "kind"),
    [
        ("01011110000", "delivered", None, "ALIMTALK"),
        ("01011113016", "delivered", None, "SMS"),
        ("01011113019", "delivered", None, "SMS"),
        ("01030013019", "undelivered", "sms_3001", "SMS"),
        ("01011119004", "undelivered", "B004", "ALIMTALK"),
    ],
)
def test_a_fallback_is_part_of_one_message(sandbox_with, number, delivery, reason, kind):
    sandbox = sandbox_with(refused_at="result")
    channel, (message,), (receipt,) = sent(sandbox, number)
    handed = [sandbox.handed(message, receipt)]
    assert channel.results(handed) == {}
    sandbox.pass_time(minutes=1)
    report = channel.results(handed)["gc-0"]
    assert (report.delivery, report.reason, report.kind) == (delivery, reason, kind)


def test_a_long_text_message_is_reported_as_lms(sandbox):
    content = {**TEXT, "failover_text": "가" * 46}
    channel, (message,), (receipt,) = sent(sandbox, "01011113018", content=content)
    sandbox.pass_time(minutes=1)
    assert channel.results([sandbox.handed(message, receipt)])["gc-0"].kind == "LMS"


def test_without_fallback_a_failure_is_the_end(sandbox):
    content = {**TEXT, "failover": "off"}
    channel, (message,), (receipt,) = sent(sandbox, "01011113020", content=content)
    sandbox.pass_time(minutes=1)
    report = channel.results([sandbox.handed(message, receipt)])["gc-0"]
    assert (report.delivery, report.reason) == (Delivery.UNDELIVERED, "3020")


@pytest.mark.parametrize("number", ["01011119999", "01011114000", "01011114001", "01011113005"])
def test_what_is_not_known_yet_is_asked_again(sandbox, number):
    channel, (message,), (receipt,) = sent(sandbox, number)
    sandbox.pass_time(hours=1)
    assert channel.results([sandbox.handed(message, receipt)]) == {}


def test_a_hundred_messages_are_asked_about_in_two_calls(sandbox):
    channel, messages, receipts = sent(sandbox, *[f"010{n:04}0000" for n in range(100)])
    handed = [sandbox.handed(*pair) for pair in zip(messages, receipts, strict=True)]
    sandbox.pass_time(minutes=1)
    sandbox.http.requests.clear()
    reports = channel.results(handed)
    assert {each.delivery for each in reports.values()} == {Delivery.DELIVERED}
    assert len(reports) == 100
    assert len(sandbox.http.requests) == 2


def test_results_that_were_read_before_a_failure_are_kept(sandbox):
    channel, messages, receipts = sent(sandbox, "01011110000", "01022220000")
    first = sandbox.handed(messages[0], receipts[0])
    sandbox.pass_time(seconds=1)
    second = sandbox.handed(messages[1], receipts[1])
    sandbox.pass_time(minutes=1)
    seen = sandbox.http.request

    def once(method, url, **options):
        if sandbox.http.requests[-1].method == "GET":
            sandbox.faults.set(answers=(Answer(status=429),))
        return seen(method, url, **options)

    sandbox.http.request = once
    assert list(channel.results([first, second])) == ["gc-0"]


def test_messages_sens_has_forgotten_stay_unknown(sandbox):
    channel, (message,), (receipt,) = sent(sandbox, "01011110000")
    sandbox.pass_time(days=31)
    assert channel.results([sandbox.handed(message, receipt)]) == {}


def test_a_failure_whose_fallback_never_begins_is_told_after_an_hour(sandbox):
    body = {
        "messageId": "m", "requestId": "r", "requestStatusCode": "A000", "useSmsFailover": True,
        "messageStatusCode": "3019", "completeTime": "2026-03-02T10:00:00.000",
    }  # fmt: skip
    channel, (message,), _ = sent(sandbox, "01011110000")
    handed = sandbox.handed(message, type("R", (), {"provider_id": "m"}))
    sandbox.http.answer(200, json_body=body)
    assert channel.results([handed]) == {}
    sandbox.pass_time(hours=1, seconds=1)
    sandbox.http.answer(200, json_body=body)
    report = channel.results([handed])["gc-0"]
    assert isinstance(report, Report)
    assert (report.delivery, report.reason) == (Delivery.UNDELIVERED, "3019")
