import json
from decimal import Decimal

import pytest

from growthcore.api import Approval, ConfigError, MessageClass
from growthcore.testing.channels import channel_conformance
from growthcore.testing.packages import check_plugin
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_sms_cafe24.channel import SmsCafe24


def build(make):
    return make()


def outbox(connection):
    return json.dumps(connection.sent, ensure_ascii=False) if connection.sent else ""


@channel_conformance(
    build,
    content={"body": "#{NAME}님, 두고 가신 상품이 있어요 https://shop.example"},
    outbox=outbox,
    value="김하늘 ★",
    expected_failures={
        "every_attempt_has_the_same_reference": "Cafe24 takes no reference with a text."
    },
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("channel_sms_cafe24")


def test_senders_are_synced_with_their_states(channel, mall):
    for number in range(7, 130):
        mall.mall.senders[number] = {
            "sender_no": number, "sender": "01000000000", "auth_status": "99",
        }  # fmt: skip
    found = {each.key: each for each in channel.sync_senders()}
    assert len(found) == 129
    assert [(found[key].label, found[key].approval) for key in "123456"] == [
        ("02-123-0001", Approval.STOPPED),
        ("02-123-0002", Approval.PENDING),
        ("070-0000-0003", Approval.APPROVED),
        ("02-123-0004", Approval.PENDING),
        ("02-123-0005", Approval.REJECTED),
        ("1588-0006", Approval.APPROVED),
    ]
    assert found["5"].detail == "통신서비스 이용증명원의 명의가 다릅니다."
    assert found["7"].approval is Approval.PENDING
    assert channel.context.state.read() == {"unsubscribe_phone": "0800000024"}


def test_the_balance_says_how_many_of_each_kind_it_pays(channel):
    balance = channel.balance()
    assert (balance.amount, balance.left) == (Decimal(1_000), {"SMS": 1_000, "LMS": 333})


def test_verifying_asks_the_mall(channel):
    channel.verify()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda mall: setattr(mall, "balance", Decimal(0)), "no SMS credit"),
        (lambda mall: mall.sms_setting.update(use_sms="F"), "does not use SMS"),
        (lambda mall: mall.senders[3].update(auth_status="40"), "070-0000-0003 is not approved"),
        (lambda mall: mall.senders.pop(3), "not registered"),
    ],
)
def test_verifying_tells_what_is_wrong(channel, mall, change, told):
    change(mall.mall)
    with pytest.raises(ConfigError, match=told):
        channel.verify()


def codes(channel, body, message_class=MessageClass.ADVERTISING, **content):
    loaded = SmsCafe24.Content().load({"body": body, **content})
    return {each.code: each for each in channel.check(loaded, message_class)}


@pytest.mark.parametrize(
    ("body", "content", "expected"),
    [
        ("겨울세일", {}, {}),
        ("세일 #{NAME", {}, {"variable_unclosed": "blocking"}),
        ("세일 🌸", {}, {"character_unsendable": "blocking"}),
        ("세일", {"title": "é"}, {"character_unsendable": "blocking"}),
        ("똠양꿍 세일", {}, {"character_doubtful": "warning"}),
        ("[광고] 세일", {}, {"label_disguised": "blocking"}),
        ("세일", {"sender": "4"}, {"sender": "blocking"}),
        ("세일", {"sender": "99"}, {"sender": "blocking"}),
        ("세일", {"title": "가" * 21}, {"title_too_long": "blocking"}),
        ("가" * 1_000, {}, {"text_too_long": "blocking"}),
        ("가" * 35, {}, {"goes_as_lms": "info"}),
        ("가" * 45, {"long": "refuse"}, {"text_too_long": "blocking"}),
        ("#{NAME}" * 12, {"long": "refuse"}, {"text_too_long": "warning"}),
    ],
)
def test_what_is_told_before_a_launch(channel, body, content, expected):
    found = codes(channel, body, **content)
    assert {code: each.severity.value for code, each in found.items()} == expected


def test_a_character_is_named_with_its_place_and_a_substitute(channel):
    found = codes(channel, "첫 줄\n카페 Zoé")["character_unsendable"]
    assert found.text == ("'é' at line 2, character 6 can't be sent by SMS. Write 'e' instead.")


def test_the_price_of_an_lms_is_told(channel):
    found = codes(channel, "가" * 46, MessageClass.INFORMATIONAL)["goes_as_lms"]
    assert "takes 92 bytes" in found.text
    assert "about 60 won a message instead of 20" in found.text


def test_the_mall_s_own_number_to_refuse_by_is_told(channel):
    known = channel.opt_out_number()
    assert known.startswith("080")
    channel.context.state.update(dict.clear)
    assert channel.opt_out_number() is None


def test_an_informational_text_that_says_it_is_advertising_is_doubtful(channel):
    found = codes(channel, "(광고)세일", MessageClass.INFORMATIONAL)
    assert set(found) == {"labelled_advertising"}


@pytest.mark.parametrize(
    ("body", "values", "told"),
    [
        ("안녕하세요", {}, ["10 / 90byte · SMS"]),
        ("가" * 46, {}, ["92 / 2,000byte · LMS"]),
        (
            "#{NAME}님",
            {"NAME": "张伟们"},
            ["8 / 90byte · SMS", "문자로 보낼 수 없는 글자: 张 伟 们"],
        ),
        (
            "#{NAME}",
            {"NAME": "가" * 1_001},
            ["2,002 / 2,000byte · LMS", "너무 길어 발송되지 않습니다."],
        ),
    ],
)
def test_a_preview_says_how_long_a_text_is_and_what_it_goes_as(channel, body, values, told):
    compiled = channel.compile(SmsCafe24.Content().load({"body": body}))
    preview = channel.preview(compiled.render(FakeRecipient(values)))
    assert preview.sender == "070-0000-0003"
    assert [note.ko for note in preview.notes] == told
