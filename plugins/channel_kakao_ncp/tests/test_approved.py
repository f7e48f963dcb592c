import re

from hypothesis import given
from hypothesis import strategies as st

from growthcore_channel_kakao_ncp.approved import Approved, lone_variable

fixed = st.text("가나 \nab.*(", max_size=4)
words = st.text("가나 \nab.*(", max_size=6)


@given(st.lists(fixed, min_size=1, max_size=5), st.data())
def test_what_is_filled_is_allowed_and_one_more_blank_is_not_fixed_text(parts, data):
    approved = Approved("#{변수}".join(parts))
    filled = approved.fill(lambda _name: data.draw(words))
    assert approved.allows(filled)


@given(st.lists(fixed, min_size=1, max_size=4), words)
def test_the_rule_is_kakaos_wildcard(parts, text):
    pattern = "(.*?)".join(map(re.escape, parts))
    expected = re.fullmatch(pattern, text, re.DOTALL) is not None
    assert Approved("#{a}".join(parts)).allows(text) == expected


def test_the_worked_example():
    approved = Approved("#{고객명}님, 주문 #{주문번호}이(가) 발송되었습니다.")
    assert approved.names == {"고객명", "주문번호"}
    values = {"고객명": "홍길동", "주문번호": "20260101-0000001"}
    text = approved.fill(values.__getitem__)
    assert text == "홍길동님, 주문 20260101-0000001이(가) 발송되었습니다."
    assert approved.allows(text)
    assert not approved.allows(text + " ")
    assert not approved.allows(text + " 또 만나요.")
    assert not approved.allows(text.replace("홍길동", "#{이름}"))


def test_only_a_link_that_is_one_variable_may_lead_anywhere():
    assert lone_variable("https://#{링크}") == ("https://", "링크")
    assert lone_variable("#{링크}") == ("", "링크")
    assert lone_variable("https://shop.example/#{주문번호}") is None
    assert lone_variable("https://#{a}#{b}") is None
