"""The law pack of Korea, and what follows from it for one message."""

import pytest

from growthcore.api import ConfigError, MessageClass
from growthcore.messaging import night
from growthcore.messaging.law import notices
from growthcore.messaging.law.pack import korea
from growthcore.operators import workspace
from growthcore.operators.models import Workspace

AD, INFO = MessageClass.ADVERTISING, MessageClass.INFORMATIONAL


def shop(**settings):
    told = {
        "name": "내 쇼핑몰",
        "locale": "ko",
        "business_name": "그로스샵",
        "contact_phone": "02-1234-5678",
        "contact_email": "help@shop.example",
        "postal_address": "서울시 중구 세종대로 110",
        "opt_out_number": "0808012345",
    }
    return Workspace(**told | settings)


@pytest.mark.parametrize("medium", ["email", "sms", "kakao", "push", "webhook"])
def test_the_pack_and_the_rule_of_the_night_say_the_same(medium):
    assert korea().night(medium) == night.binds(AD, medium)


def test_every_rule_names_its_source_and_what_could_not_be_read_is_marked():
    law = korea()
    for medium in (*law.media.values(), law.other):
        assert law.sources["marking"] in medium.sources
    unread = {name for name, source in law.sources.items() if not source.confirmed}
    assert unread == {"annex-6", "spellings"}
    assert all(source.url.startswith("https://") for source in law.sources.values())
    assert (law.confirm_every_years, law.report_within.days) == (2, 14)


def test_a_text_message_tells_the_free_number_the_channels_own_before_the_shops():
    said = notices.notice_for("sms", AD, shop())
    assert (said.label, said.sender, said.contact) == ("(광고)", "그로스샵", "02-1234-5678")
    assert said.opt_out == "무료수신거부 0808012345"
    own = notices.notice_for("sms", AD, shop(), "0801112222")
    assert (own.opt_out_number, own.opt_out) == ("0801112222", "무료수신거부 0801112222")


def test_a_mail_tells_address_telephone_and_mail_and_the_opt_out_in_both_languages():
    said = notices.notice_for("email", AD, shop())
    assert said.contact == "서울시 중구 세종대로 110 | 02-1234-5678 | help@shop.example"
    assert "수신거부" in said.opt_out
    assert "Unsubscribe" in said.opt_out


def test_an_informational_message_has_no_notice_and_needs_nothing():
    assert notices.notice_for("sms", INFO, shop()) is None
    assert notices.missing("email", INFO, Workspace(**workspace._DEFAULTS)) == {}


@pytest.mark.parametrize(
    ("medium", "settings", "number", "lacking"),
    [
        ("email", {}, None, []),
        ("email", {"postal_address": "", "contact_phone": ""}, None,
         ["contact_phone", "postal_address"]),
        ("email", {"opt_out_number": ""}, None, []),
        ("sms", {"contact_phone": ""}, None, []),
        ("sms", {"opt_out_number": ""}, None, ["opt_out_number"]),
        ("sms", {"opt_out_number": ""}, "0801112222", []),
        ("kakao", {"opt_out_number": "", "contact_phone": ""}, None, []),
        ("webhook", {"contact_phone": ""}, None, ["contact_phone"]),
        ("sms", {"business_name": ""}, None, ["business_name"]),
        ("sms", {"business_name": "", "name": "봄날"}, None, []),
    ],
)  # fmt: skip
def test_what_the_shop_lacks_is_named_by_setting(medium, settings, number, lacking):
    told = notices.missing(medium, AD, shop(**settings), number)
    assert sorted(told) == lacking
    assert all("Settings > Shop" in sentence for sentence in told.values())
    if lacking:
        with pytest.raises(ConfigError, match="Settings > Shop"):
            notices.require(medium, AD, shop(**settings), number)


@pytest.mark.parametrize(
    "text",
    [
        "[광고] 세일",
        "(광 고)세일",
        "(광/고)",
        " (광.고)",
        "( 광고 )",
        "【광고】",
        "（광고）",
        "(대출광고)",
    ],
)
def test_spellings_that_are_no_label_are_known(text):
    assert korea().is_disguised(text)


@pytest.mark.parametrize("text", ["(광고)세일", "광고 문의", "세일 [광고]", "(주)그로스", ""])
def test_the_label_itself_and_other_beginnings_are_not(text):
    assert not korea().is_disguised(text)


def test_words_of_advertising_are_found_once_in_order():
    text = "회원님께 쿠폰을 드립니다. 최대 50 % 쿠폰, 전 상품 할인"
    assert korea().advertising_words(text) == ["쿠폰", "최대 50 %", "할인"]
    assert korea().advertising_words("주문하신 상품의 배송이 시작되었습니다. 100% 면") == []
