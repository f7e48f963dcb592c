import pytest

from growthcore.api import ConfigError, MessageClass, OutgoingMessage
from growthcore.testing.channels import channel_conformance
from growthcore.testing.fakes import FakeHttp, FakeResponse, context_for
from growthcore.testing.packages import check_plugin
from growthcore_channel_notice.channel import NoticeChannel

CONFIG = {"url": "https://texts.example/send", "token": "s3cret"}


def service(request):
    """Answers like the real one: numbers that are too short are refused."""
    return FakeResponse(202 if len(request.json["to"]) > 5 else 422)


def make_channel():
    return NoticeChannel(context_for(NoticeChannel, CONFIG, http=FakeHttp(service)))


@channel_conformance(make_channel, content={"text": "#{NAME}님, 안녕하세요"})
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("channel_notice")


def message():
    return OutgoingMessage(
        reference="gc-1",
        address="+821012345678",
        message_class=MessageClass.INFORMATIONAL,
        rendered="안녕하세요",
    )


@pytest.mark.parametrize(
    ("status", "outcome"), [(429, "retry"), (500, "uncertain"), (504, "uncertain")]
)
def test_an_answer_that_is_no_answer_is_told(status, outcome, http):
    channel = NoticeChannel(context_for(NoticeChannel, CONFIG, http=http.answer(status)))
    (receipt,) = channel.send([message()])
    assert receipt.outcome == outcome


def test_a_wrong_token_stops_the_account(http):
    channel = NoticeChannel(context_for(NoticeChannel, CONFIG, http=http.answer(401)))
    with pytest.raises(ConfigError, match="current one"):
        channel.send([message()])
