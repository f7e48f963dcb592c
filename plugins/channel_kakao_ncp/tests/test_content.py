import pytest
from marshmallow import ValidationError

from growthcore.api import ConfigError, MessageClass, MissingValue, Severity
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_kakao_ncp.schema import AlimTalkConfig, AlimTalkContent

ORDER01 = {"template": "ORDER01", "values": {"고객명": "#{NAME}", "주문번호": "7"}}
ORDER02 = {
    "template": "ORDER02",
    "values": {
        "고객명": "#{NAME}",
        "주문번호": "7",
        "결제금액": "#{PRICE}",
        "링크": "https://shop.example/o/#{NAME}",
    },
}
ORDER03 = {
    "template": "ORDER03",
    "values": {
        "고객명": "#{NAME}",
        "상품명": "니트",
        "수량": "2",
        "주문번호": "7",
        "배송지": "서울",
        "결제금액": "32,000원",
    },
}


def having(content, **values):
    return {**content, "values": {**content["values"], **values}}


def falling_back(text):
    return {**ORDER01, "failover": "on", "failover_text": text}


class Tracked(FakeRecipient):
    def link(self, url, alias=None):
        return f"https://t.example/{alias}?{url}"


def compiled(channel, content):
    return channel.compile(AlimTalkContent().load(content))


def found(channel, content, message_class=MessageClass.INFORMATIONAL):
    return {
        (each.code, each.path): each.severity
        for each in channel.check(AlimTalkContent().load(content), message_class)
    }


def test_only_the_variables_of_the_approved_text_are_filled(sandbox):
    body = sandbox.rendered(sandbox.channel(), ORDER01, NAME="김하늘").body
    assert body["content"] == "김하늘님, 주문 7이(가) 발송되었습니다."
    assert body["buttons"] == [
        {
            "type": "WL",
            "name": "주문 확인",
            "linkMobile": "https://shop.example/orders/7",
            "linkPc": "https://shop.example/orders/7",
        },
        {"type": "DS", "name": "배송 조회"},
    ]


def test_every_part_of_a_template_is_laid_out(sandbox):
    body = sandbox.rendered(sandbox.channel(), ORDER03, NAME="김하늘").body
    assert body["headerContent"] == "배송 안내"
    assert body["itemHighlight"] == {"title": "니트", "description": "2개"}
    assert body["item"]["list"][1] == {"title": "배송지", "description": "서울"}
    assert body["item"]["summary"] == {"title": "합계", "description": "32,000원"}


def test_a_link_is_tracked_only_where_the_approved_one_is_a_variable(sandbox):
    channel = sandbox.channel()
    values = {"NAME": "김 하늘", "PRICE": "9,000원"}
    (button,) = compiled(channel, ORDER02).render(Tracked(values=values)).body["buttons"]
    assert button["linkMobile"] == (
        "https://t.example/자세히 보기?https://shop.example/o/%EA%B9%80%20%ED%95%98%EB%8A%98"
    )
    first, _ = compiled(channel, ORDER01).render(Tracked(values=values)).body["buttons"]
    assert first["linkMobile"] == "https://shop.example/orders/7"


def test_a_tracked_link_keeps_the_approved_scheme(sandbox):
    class Plain(FakeRecipient):
        def link(self, url, alias=None):
            return "http://127.0.0.1:8000/t/c/x"

    content = having(ORDER02, 링크="shop.example/o")
    rendered = compiled(sandbox.channel(), content).render(
        Plain(values={"NAME": "김", "PRICE": "9"})
    )
    assert rendered.body["buttons"][0]["linkMobile"] == "https://shop.example/o"
    assert rendered.problem is None


def test_words_of_a_customer_begin_no_other_piece_of_an_address(sandbox):
    content = {"template": "ORDER01", "values": {"고객명": "x", "주문번호": "a/#{NAME}"}}
    body = sandbox.rendered(sandbox.channel(), content, NAME="b/?c=1").body
    assert body["buttons"][0]["linkMobile"] == "https://shop.example/orders/a/b%2F%3Fc%3D1"
    assert "a/b/?c=1" in body["content"]


@pytest.mark.parametrize(
    ("content", "values", "problem"),
    [
        (ORDER01, {"NAME": "가" * 990}, "text_too_long"),
        (ORDER01, {"NAME": "#{PHONE}"}, "template_mismatch"),
        (ORDER02, {"NAME": "김", "PRICE": "9" * 50}, "title_too_long"),
        (ORDER03, {"NAME": "김" * 641}, "text_too_long"),
        (having(ORDER03, 배송지="서" * 24), {"NAME": "김"}, "item_too_long"),
        (having(ORDER02, 링크="a b"), {"NAME": "김", "PRICE": "9"}, "link_invalid"),
        (falling_back("#{NAME}" * 2), {"NAME": "가" * 900}, "failover_too_long"),
    ],
)  # fmt: skip
def test_what_kakao_would_refuse_is_a_problem_of_this_recipient(sandbox, content, values, problem):
    assert sandbox.rendered(sandbox.channel(), content, **values).problem == problem


def test_a_missing_value_is_told(sandbox):
    with pytest.raises(MissingValue):
        sandbox.rendered(sandbox.channel(), ORDER01)
    with pytest.raises(MissingValue):
        sandbox.rendered(sandbox.channel(), {"template": "ORDER01"}, NAME="김")


@pytest.mark.parametrize(
    ("account", "campaign", "falls_back"),
    [(True, "account", True), (False, "account", False), (False, "on", True), (True, "off", False)],
)
def test_the_campaign_may_choose_otherwise_than_the_account(sandbox, account, campaign, falls_back):
    channel = sandbox.channel(failover=account, failover_sender="0212345678")
    body = sandbox.rendered(channel, {**ORDER01, "failover": campaign}, NAME="김하늘 🌸").body
    assert body.get("useSmsFailover", False) is falls_back
    if falls_back:
        text = "김하늘 님, 주문 7이(가) 발송되었습니다."
        assert body["failoverConfig"] == {"type": "SMS", "content": text, "from": "0212345678"}


def test_a_long_text_message_goes_as_lms(sandbox):
    content = {**ORDER01, "failover": "on", "failover_text": "가" * 40 + "#{NAME}"}
    body = sandbox.rendered(sandbox.channel(), content, NAME="나" * 6).body
    assert body["failoverConfig"] == {"type": "LMS", "content": "가" * 40 + "나" * 6}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"template": "ORDER01"}, ("value_missing", "values")),
        (having(ORDER01, 이름="x"), ("value_unknown", "values.이름")),
        (having(ORDER01, 고객명="#{NAME"), ("variable_unclosed", "values.고객명")),
        (having(ORDER01, 고객명="가" * 999), ("text_too_long", "values")),
        (falling_back("안녕 🌸"), ("failover_unsendable", "failover_text")),
        (falling_back("가" * 1001), ("failover_too_long", "failover_text")),
    ],
)  # fmt: skip
def test_what_can_not_be_sent_blocks_the_launch(sandbox, content, told):
    assert found(sandbox.channel(), content)[told] is Severity.BLOCKING


def test_advertising_is_refused_with_the_reason(sandbox):
    channel = sandbox.channel()
    assert channel.capabilities.classes == {MessageClass.INFORMATIONAL}
    findings = found(channel, ORDER01, MessageClass.ADVERTISING)
    assert findings[("advertising", "message_class")] is Severity.BLOCKING


def test_a_value_that_stays_empty_is_a_warning(sandbox):
    content = {**ORDER01, "values": {"고객명": "", "주문번호": "7"}}
    assert found(sandbox.channel(), content) == {("value_empty", "values.고객명"): Severity.WARNING}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("NOWHERE", "not among the synced ones"),
        ("NEW03", "can't be used now.*검수 중"),
        ("SALE01", "반려: 광고성 내용"),
        ("OLD01", "중지"),
    ],
)
def test_a_template_that_is_not_approved_is_refused(sandbox, code, told):
    with pytest.raises(ConfigError, match=told):
        compiled(sandbox.channel(), {"template": code})


def test_a_template_that_changed_holds_the_message_until_it_is_saved_again(sandbox):
    before = sandbox.channel()
    kept = before.prepare(ORDER01)
    compiled(before, kept)
    (old,) = [each for each in sandbox.catalogue.templates if each.code == "ORDER01"]
    changed = type(old)(**{**vars(old), "content": old.content + " 감사합니다."})
    sandbox.catalogue.templates[:] = [changed]
    after = sandbox.channel()
    assert found(after, kept) == {("template_unusable", "template"): Severity.BLOCKING}
    with pytest.raises(ConfigError, match="was changed after this message was written"):
        after.send([sandbox.message(after, content=kept, NAME="김하늘")])
    assert not found(after, after.prepare(kept))


def test_values_come_as_rows_of_a_form_or_by_name():
    rows = [{"variable": "#{고객명}", "text": "#{NAME}"}, {"variable": "주문번호"}]
    loaded = AlimTalkContent().load({"template": "T", "values": rows})
    assert loaded["values"] == {"고객명": "#{NAME}", "주문번호": ""}
    assert AlimTalkContent().load(ORDER01)["values"] == ORDER01["values"]
    with pytest.raises(ValidationError, match="once"):
        AlimTalkContent().load({"template": "T", "values": [rows[0], rows[0]]})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel_id", "growthcore"),
        ("service_id", "ncp:sms:kr:1:p"),
        ("sms_service_id", "ncp:kkobizmsg:kr:1:p"),
        ("failover_sender", "02-1234-5678"),
        ("base_url", "http://sens.apigw.ntruss.com"),
        ("base_url", "http://127.0.0.1.example.com"),
        ("base_url", "https://sens.apigw.ntruss.com/x"),
        ("calls_per_second", 0),
    ],
)
def test_settings_that_would_not_do_are_refused(field, value):
    config = {"channel_id": "@g", "service_id": "ncp:kkobizmsg:kr:1:p", "access_key": "a",
              "secret_key": "b"}  # fmt: skip
    assert AlimTalkConfig().load(config)["base_url"] == "https://sens.apigw.ntruss.com"
    with pytest.raises(ValidationError) as raised:
        AlimTalkConfig().load({**config, field: value})
    assert set(raised.value.messages) == {field}
