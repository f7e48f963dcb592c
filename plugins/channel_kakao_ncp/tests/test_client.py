from datetime import UTC, datetime

import pytest

from growthcore.testing.fakes import FakeHttp
from growthcore_channel_kakao_ncp.client import Refused, Sens, Unreadable
from growthcore_channel_kakao_ncp.messages import Message, instant
from growthcore_channel_kakao_ncp.pace import Pace

AT = datetime(2026, 1, 1, tzinfo=UTC)


def sens(http):
    return Sens(
        http=http,
        base_url="https://sens.apigw.ntruss.com",
        service_id="ncp:kkobizmsg:kr:1234567:growthcore",
        access_key="ExampleAccessKey0001",
        secret_key="ExampleSecretKey000000000000000000000001",
        now=lambda: AT,
        pace=Pace(100),
    )


def test_the_url_that_is_sent_is_the_one_that_is_signed():
    http = FakeHttp().answer(200, json_body={"messages": []})
    found = sens(http).sent_to(
        "@growthcore", "01012345678", AT, datetime(2026, 1, 1, 1, tzinfo=UTC)
    )
    assert found == []
    (request,) = http.requests
    assert request.url == (
        "https://sens.apigw.ntruss.com/alimtalk/v2/services/ncp:kkobizmsg:kr:1234567:growthcore/messages"
        "?requestStartTime=2026-01-01%2009%3A00%3A00&requestEndTime=2026-01-01%2010%3A00%3A00"
        "&plusFriendId=%40growthcore&to=01012345678&pageSize=100"
    )
    assert request.headers["x-ncp-apigw-timestamp"] == "1767225600000"


def test_the_key_is_in_no_repr():
    assert "ExampleSecretKey" not in repr(sens(FakeHttp()))


def test_half_an_emoji_goes_out_as_a_question_mark():
    http = FakeHttp().answer(202, json_body={"messages": []})
    sens(http).send({"messages": [{"content": "반값 \ud83d"}]})
    (request,) = http.requests
    assert request.json == {"messages": [{"content": "반값 ?"}]}


def test_a_message_tells_no_number_and_no_text_in_its_repr():
    shown = repr(Message.read({"messageId": "m", "to": "01012345678", "content": "안녕하세요"}))
    assert "0101234" not in shown
    assert "안녕" not in shown


def test_pages_are_followed_and_an_empty_404_is_an_empty_list():
    http = FakeHttp()
    http.answer(200, json_body={"messages": [{"messageId": "1"}], "nextToken": "t"})
    http.answer(200, json_body={"messages": [{"messageId": "2"}]})
    assert [each.id for each in sens(http).of_request("r")] == ["1", "2"]
    assert http.requests[1].url.endswith("requestId=r&pageSize=100&nextToken=t")
    assert sens(FakeHttp().answer(404)).of_request("r") == []
    assert sens(FakeHttp().answer(404)).message("m") is None


@pytest.mark.parametrize("code", ["210", 210])
def test_a_refusal_tells_its_code_as_text_or_number(code):
    body = {"error": {"errorCode": code, "message": "Permission Denied"}}
    http = FakeHttp().answer(401, json_body=body, headers={"Date": "Thu, 01 Jan 2026 00:10:00 GMT"})
    with pytest.raises(Refused) as raised:
        sens(http).channels()
    refused = raised.value
    assert (refused.status, refused.code, refused.details) == (401, "210", "Permission Denied")
    assert refused.skew == 600


def test_a_success_that_can_not_be_read_is_told_apart():
    with pytest.raises(Unreadable):
        sens(FakeHttp().answer(202, data=b"<html>")).send({})
    with pytest.raises(Unreadable):
        sens(FakeHttp().answer(202, json_body={"statusCode": "202"})).send({})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-01T09:00:00.000", AT), ("2026-01-01 09:00:00", AT),
        ("2026-01-01T00:00:00Z", AT), ("soon", None), (None, None),
    ],
)  # fmt: skip
def test_times_are_korean_unless_they_say_otherwise(text, expected):
    assert instant(text) == expected


def test_flags_may_be_text():
    assert Message.read({"useSmsFailover": "true"}).falls_back
    assert not Message.read({"useSmsFailover": False}).falls_back


def test_so_many_calls_go_in_a_second_and_the_next_one_waits():
    seconds, waits = [0.0], []

    def sleep(wait):
        waits.append(wait)
        seconds[0] += wait

    pace = Pace(2, clock=lambda: seconds[0], sleep=sleep)
    for _ in range(5):
        pace.wait()
    assert sum(waits) == 2
    assert seconds[0] == 2
