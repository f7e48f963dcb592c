import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore_channel_sms_cafe24 import text
from growthcore_channel_sms_cafe24.phones import hyphenated, recipient

sendable = st.text(st.sampled_from("가힣똠뷁쓩각aZ09 ~(광고)…·※“①★☎♥→℃㈜™€\n"), max_size=80)
anything = st.text(
    st.one_of(st.characters(), st.sampled_from("₩–—•\u00a0\u200b\r\n\té한🌸👩‍👧")), max_size=60
)


@pytest.mark.parametrize(
    ("character", "encoded", "in_euc_kr"),
    [
        ("가", "b0a1", True),
        ("쓩", "beb1", True),
        ("똠", "8c63", False),
        ("뷁", "94ee", False),
        ("힣", "c652", False),
        ("￦", "a3dc", True),
    ],
)
def test_hangul_counts_two_bytes_and_what_euc_kr_lacks_is_told(character, encoded, in_euc_kr):
    assert character.encode("cp949").hex() == encoded
    assert (text.size(character), text.is_sendable(character)) == (2, True)
    assert bool(text.doubtful(character)) is not in_euc_kr


@pytest.mark.parametrize("character", "…·※“”‘’①★☎♥▶→℃°㈜№™€")
def test_these_can_be_sent_in_two_bytes(character):
    assert (text.size(character), text.unsendable(character)) == (2, [])


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("₩9,900", "￦9,900"),
        ("10–20—30−40‐50", "10-20-30-40-50"),
        ("• 니트", "· 니트"),
        ("a\u00a0b\tc", "a b c"),
        ("무료\u200b배송\ufeff", "무료배송"),
        ("1〜2", "1～2"),
        ("한 줄\r\n두 줄\r세 줄\u2028네 줄", "한 줄\n두 줄\n세 줄\n네 줄"),
        (unicodedata.normalize("NFD", "겨울 세일"), "겨울 세일"),
        ("a\x00b\x1b", "ab"),
    ],
)
def test_lookalikes_are_replaced(written, sent):
    assert text.normalised(written) == sent
    assert text.is_sendable(sent)


@pytest.mark.parametrize(
    ("character", "suggestion"),
    [
        ("©", "(c)"),
        ("✓", "√"),
        ("✔", "√"),
        ("é", "e"),
        ("❤", "♥"),
        ("🌸", ""),
        ("们", ""),
        ("ﬁ", "fi"),
    ],
)
def test_what_can_not_be_sent_is_named_with_what_to_write_instead(character, suggestion):
    (found,) = text.unsendable(f"첫째 줄\n둘째 {character}")
    assert (found.character, found.line, found.column) == (character, 2, 4)
    assert found.suggestion == suggestion


def test_the_measured_example_takes_56_bytes():
    example = "(광고)그로스샵 겨울세일 최대 50%\n무료수신거부 0808012345"
    assert (text.size(example), text.kind(example)) == (56, "SMS")


@pytest.mark.parametrize(
    ("written", "kind"), [("가" * 45, "SMS"), ("가" * 45 + "!", "LMS"), ("a" * 91, "LMS")]
)
def test_a_text_over_90_bytes_is_an_lms(written, kind):
    assert text.kind(written) == kind


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("김하늘 🌸", "김하늘"),
        ("José Núñez", "Jose Nunez"),
        ("👨‍👩‍👧", ""),
        ("마리 ❤️", "마리 ♥"),
        ("สมชาย", "สมชาย"),
        ("张伟们", "张伟们"),
    ],
)
def test_a_customers_own_text_loses_emoji_but_no_letters(value, sent):
    assert text.plain(value) == sent


@given(sendable)
def test_the_counted_bytes_are_those_that_are_sent(written):
    assert text.size(written) == len(written.encode("cp949"))


@given(anything)
def test_what_is_not_named_can_be_sent(written):
    normal = text.normalised(written)
    assert text.normalised(normal) == normal
    assert text.is_sendable(normal) is not bool(text.unsendable(normal))
    rest = normal
    for each in text.unsendable(normal):
        rest = rest.replace(each.character, each.suggestion)
    assert text.size(rest) == len(rest.encode("cp949"))


@given(anything)
def test_plain_text_is_plain(value):
    plain = text.plain(value)
    assert text.plain(plain) == plain
    assert all(
        unicodedata.category(each)[0] in "LN" for each in plain if not text.is_sendable(each)
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("021234567", "02-123-4567"),
        ("02-1234-5678", "02-1234-5678"),
        ("15880000", "1588-0000"),
        ("07000000003", "070-0000-0003"),
        ("0808012345", "080-801-2345"),
        ("+82 10 1234 5678", "010-1234-5678"),
        ("ABC", "ABC"),
    ],
)
def test_numbers_are_hyphenated(written, shown):
    assert hyphenated(written) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+821012345678", "010-1234-5678"),
        ("+82212345678", "02-1234-5678"),
        ("+14155552671", None),
        ("01012345678", None),
        ("+8212", None),
        ("", None),
    ],
)
def test_recipients_are_korean_numbers(address, shown):
    assert recipient(address) == shown
