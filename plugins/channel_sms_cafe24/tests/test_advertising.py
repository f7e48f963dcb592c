import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import MessageClass, MissingValue, Notice
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_sms_cafe24.advertising import advertised, is_disguised
from growthcore_channel_sms_cafe24.channel import SmsCafe24

NUMBER = "0808012345"
NOTICE = Notice(
    label="(광고)",
    sender="그로스샵",
    forbidden_labels=("[광고]", "(AD)"),
    opt_out_number="080-801-2345",
    opt_out="무료수신거부 0808012345",
)
LEGAL = "(광고)그로스샵 겨울세일\n무료수신거부 0808012345"


def sms(
    body, values=None, notice=NOTICE, state=None, link=None, blocks=None, config=None, **content
):
    """A text as one recipient of advertising gets it."""
    channel = SmsCafe24(
        context_for(SmsCafe24, {"connection": 7, "sender": "3", **(config or {})}, state=state)
    )
    loaded = SmsCafe24.Content().load({"body": body, **content})
    recipient = FakeRecipient(
        values=values or {},
        blocks=blocks or {},
        message_class=MessageClass.ADVERTISING,
        notice=notice,
    )
    if link:
        object.__setattr__(recipient, "link", link)
    return channel.compile(loaded).render(recipient)


@pytest.mark.parametrize(
    "written",
    [
        "겨울세일",
        "그로스샵 겨울세일",
        "(광고)겨울세일",
        "(광고) 그로스샵 겨울세일",
        " 겨울세일\n무료거부 080-801-2345 ",
        LEGAL,
    ],
)
def test_what_the_law_asks_is_put_in_and_never_doubled(written):
    found = advertised(written, NOTICE, NUMBER)
    assert found.startswith("(광고)그로스샵 겨울세일\n")
    assert found.count("광고") == found.count("그로스샵") == found.count("거부") == 1


def test_a_name_that_only_begins_like_the_shops_is_not_the_shops():
    assert advertised("그로스샵은 쉽니다", NOTICE, NUMBER).startswith("(광고)그로스샵 그로스샵은")


@given(st.text(max_size=60))
def test_putting_it_in_again_changes_nothing(written):
    once = advertised(written, NOTICE, NUMBER)
    assert advertised(once, NOTICE, NUMBER) == once
    assert once.startswith("(광고)그로스샵")
    assert "0808012345" in once.rpartition("\n")[2].replace("-", "")


@pytest.mark.parametrize(
    "written",
    ["[광고]세일", "(광 고)세일", "(광/고) 세일", " (광.고)세일", "<광고>세일", "(AD)세일"],
)
def test_a_label_that_the_law_does_not_know_is_never_sent(written):
    assert is_disguised(written, NOTICE.label, NOTICE.forbidden_labels)
    assert sms(written).problem == "label_disguised"


def test_a_rendered_text_is_counted_with_all_that_is_in_it():
    found = sms("겨울세일")
    assert (found.text, found.kind, found.problem) == (LEGAL, "SMS", None)
    assert found.size == len(LEGAL.encode("cp949"))


@pytest.mark.parametrize(
    ("config", "state", "number"),
    [
        ({}, {}, "0808012345"),
        ({}, {"unsubscribe_phone": "0800000024"}, "0800000024"),
        ({"opt_out_number": "080-111-2222"}, {"unsubscribe_phone": "0800000024"}, "0801112222"),
    ],
)
def test_the_number_to_refuse_by_is_the_accounts_then_the_malls_then_the_shops(
    config, state, number
):
    assert sms("세일", config=config, state=state).text.endswith(f"\n무료수신거부 {number}")


def test_without_a_number_to_refuse_by_nothing_goes():
    notice = Notice(label="(광고)", sender="그로스샵")
    assert sms("세일", notice=notice).problem == "opt_out_missing"


def test_an_informational_text_stays_as_it_is():
    found = sms("주문 #{ORDER}이 발송되었습니다", {"ORDER": "A-1"}, notice=None)
    assert found.text == "주문 A-1이 발송되었습니다"


def test_each_recipient_gets_the_kind_their_own_text_has():
    body = "#{NAME}님, " + "가" * 38
    assert sms(body, {"NAME": "하늘"}, notice=None).kind == "SMS"
    long = sms(body, {"NAME": "하늘바다별빛"}, notice=None, title="#{NAME}님께")
    assert (long.kind, long.title) == ("LMS", "하늘바다별빛님께")
    assert sms(body, {"NAME": "하늘"}, notice=None, title="제목").title is None


@pytest.mark.parametrize(
    ("values", "content", "problem"),
    [
        ({"NAME": "สมชาย"}, {}, "characters_unsendable"),
        ({"NAME": "가" * 1_000}, {}, "text_too_long"),
        ({"NAME": "가" * 45}, {"long": "refuse"}, "text_too_long"),
        ({"NAME": "가" * 45}, {"title": "#{NAME}"}, "title_too_long"),
        ({"NAME": "가" * 45}, {"title": "제목"}, None),
    ],
)
def test_a_text_that_can_not_be_sent_says_why(values, content, problem):
    assert sms("#{NAME}님", values, notice=None, **content).problem == problem


def test_a_name_of_nothing_but_emoji_is_none():
    assert sms("#{NAME|고객}님", {"NAME": "🌸"}, notice=None).text == "고객님"
    with pytest.raises(MissingValue):
        sms("#{NAME}님", {"NAME": "🌸"}, notice=None)


def test_links_are_tracked_and_values_in_them_quoted():
    asked = []

    def link(url, alias=None):
        asked.append(url)
        return f"https://t.example/{len(asked)}"

    body = "보기 https://s.example/p?n=#{NAME}&x=1에서 (https://s.example/a)."
    found = sms(body, {"NAME": "하늘 &"}, notice=None, link=link)
    assert found.text == "보기 https://t.example/1에서 (https://t.example/2)."
    assert asked == ["https://s.example/p?n=%ED%95%98%EB%8A%98%20%26&x=1", "https://s.example/a"]


def test_a_block_is_a_line_an_item():
    from growthcore.api import ItemView

    item = ItemView(name="니트 🧶", price="32,000원", url="https://s.example", image_url=None)
    found = sms("남은 상품\n#{CART_ITEMS}", notice=None, blocks={"CART_ITEMS": [item, item]})
    assert found.text == "남은 상품\n니트  32,000원\n니트  32,000원"
