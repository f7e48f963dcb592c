import pytest

from growthcore_channel_kakao_ncp import sms


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("가", 2), ("똠뷁힣쓩", 8), ("“★☎→℃”", 12), ("a\r\nb", 3),
        ("(광고)그로스샵 겨울세일 최대 50%\n무료수신거부 0808012345", 56),
    ],
)  # fmt: skip
def test_bytes_are_those_of_the_carriers(text, size):
    assert sms.size(sms.sendable(text)) == size


def test_look_alikes_are_put_in_and_what_can_not_be_sent_is_told():
    assert sms.sendable("₩1,000 – 하늘\u200b🌸") == "￦1,000 - 하늘"
    assert sms.sendable("\u1112\u1161\u11ab") == "한"
    assert sms.unsendable("₩ – © 하늘🌸") == ["©", "🌸"]


def test_ninety_bytes_are_an_sms_and_one_more_is_an_lms():
    assert sms.kind("가" * 45) == "SMS"
    assert sms.kind("가" * 45 + "a") == "LMS"
