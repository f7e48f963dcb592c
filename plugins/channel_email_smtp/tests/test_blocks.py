"""Mails made of blocks: every kind of them, what falls away, and what may not be in them."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from marshmallow import ValidationError

from growthcore.api import ItemView, MessageClass
from growthcore.plugins.forms import form
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.blocks import KINDS
from growthcore_channel_email_smtp.channel import EmailSmtp
from growthcore_channel_email_smtp.mjml import html_of
from growthcore_channel_email_smtp.rich import cleaned
from growthcore_channel_email_smtp.schema import Content
from growthcore_channel_email_smtp.source import inlined

COAT = ItemView(
    name="울 코트 <특가>",
    price="120,000원",
    url="https://t.example/c/1",
    image_url="https://cdn.example/1.jpg",
    quantity=2,
)
PERSON = FakeRecipient(
    values={"NAME": "김하늘 & 친구", "MALL_URL": "https://shop.example/?a=1&b=2"},
    blocks={"CART_ITEMS": [COAT], "RECO:popular": [COAT] * 3},
    unsubscribe_url="https://t.example/u/1",
)
EVERY = [
    {"type": "heading", "text": "#{NAME|고객}님, 안녕하세요", "size": "large", "align": "center"},
    {"type": "text", "html": '<p style="text-align:right">굵은 <strong>글씨</strong></p>'},
    {
        "type": "image",
        "src": "https://cdn.example/a.png",
        "alt": '가을 \\ "코트" 👨\u200d👩',
        "width": 50,
    },
    {"type": "button", "text": "A & B 보기", "url": "#{MALL_URL}", "alias": "hero"},
    {"type": "divider"},
    {"type": "spacer", "height": 40},
    {
        "type": "columns",
        "left": [{"type": "text", "html": "<p>왼쪽</p>"}],
        "right": [{"type": "image", "src": "https://cdn.example/b.png", "decorative": True}],
    },
    {"type": "cart", "title": "담아 두신 상품"},
    {"type": "recommended", "model": "popular", "title": "추천 상품", "columns": 2},
    {"type": "coupon", "title": "10% 할인", "code": "#{NAME|없음}", "note": "이번 주까지"},
    {"type": "footer", "text": "고운옷장\n서울시"},
]


def content(*blocks, **fields):
    return Content().load({"subject": "제목", "blocks": list(blocks), **fields})


def rendered(*blocks, recipient=PERSON):
    config = {"host": "localhost", "sender_address": "news@shop.example"}
    channel = EmailSmtp(context_for(EmailSmtp, config))
    return channel.compile(content(*blocks)).render(recipient)


def wrong(*blocks):
    with pytest.raises(ValidationError) as caught:
        content(*blocks)
    return caught.value.messages["blocks"]


class Balanced(HTMLParser):
    """Refuses HTML whose tags don't close each other in order."""

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.feed(html)
        assert self.open == []

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "img", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_block_says_what_it_holds_in_html_that_is_whole():
    mail = rendered(*EVERY)
    Balanced(mail.html)
    for said in (
        "김하늘 &amp; 친구님, 안녕하세요",
        "<strong>글씨</strong>",
        'alt="가을 \\ &quot;코트&quot; 👨\u200d👩"',
        "A &amp; B 보기",
        "왼쪽",
        "담아 두신 상품",
        "울 코트 &lt;특가&gt;",
        "120,000원 × 2",
        "추천 상품",
        "10% 할인",
        "이번 주까지",
        "고운옷장<br",
    ):
        assert said in mail.html, said
    assert "gc:" not in mail.html
    assert "#{" not in mail.html


def test_every_kind_of_block_is_in_that_mail_and_has_a_form():
    assert {block["type"] for block in EVERY} == set(KINDS)
    (view,) = [each for each in form(Content) if each.kind == "blocks"]
    assert [each.type for each in view.kinds] == list(KINDS)
    assert view.source == "html"


def test_links_are_tracked_by_their_alias_and_the_opt_out_is_not():
    asked = []
    tracked = type(
        "Tracked", (FakeRecipient,), {"link": lambda self, *link: asked.append(link) or "T"}
    )
    person = tracked(PERSON.values, PERSON.blocks, unsubscribe_url=PERSON.unsubscribe_url)
    html = rendered(*EVERY, recipient=person).html
    assert ("https://shop.example/?a=1&b=2", "hero") in asked
    assert 'href="https://t.example/u/1"' in html
    assert "data-alias" not in html


def test_blocks_of_items_fall_away_with_their_heading_where_there_are_none():
    mail = rendered(*EVERY, recipient=replace(PERSON, blocks={}))
    Balanced(mail.html)
    for part in (mail.html, mail.text):
        assert "담아 두신" not in part
        assert "추천" not in part
        assert "10% 할인" in part
    assert "\n\n\n" not in mail.text


def test_the_plain_text_is_read_off_the_blocks():
    text = rendered(*EVERY).text
    assert text.startswith("김하늘 & 친구님, 안녕하세요\n\n굵은 글씨\n")
    assert "담아 두신 상품\n\n- 울 코트 <특가>  120,000원 × 2\n  https://t.example/c/1" in text
    assert "수신거부 Unsubscribe (https://t.example/u/1)" in text


def test_products_stand_so_many_in_a_row():
    html = rendered({"type": "recommended", "model": "popular", "columns": 2}).html
    assert html.count('<td width="50%" valign="top"') == 3
    assert html.count('<td width="50%"></td>') == 1


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "poem"}, {0: "type"}),
        ({"text": "x"}, {0: "type"}),
        ({"type": "heading", "text": ""}, {0: "text"}),
        ({"type": "heading", "text": "x", "font": "Comic"}, {0: "font"}),
        ({"type": "image", "src": "https://x/y.png"}, {0: "alt"}),
        ({"type": "image", "src": "javascript:x", "decorative": True}, {0: "src"}),
        ({"type": "button", "text": "x", "url": "shop.example"}, {0: "url"}),
        ({"type": "button", "text": "x", "url": "https://x", "colour": "red"}, {0: "colour"}),
        ({"type": "recommended", "model": "-->"}, {0: "model"}),
        ({"type": "columns", "left": [{"type": "columns"}]}, {0: "left"}),
    ],
)
def test_what_does_not_fit_is_told_by_its_place(block, where):
    ((place, path),) = where.items()
    assert list(wrong(block)[place]) == [path]


def test_a_mail_has_one_body():
    with pytest.raises(ValidationError, match="add a block"):
        Content().load({"subject": "제목"})
    with pytest.raises(ValidationError, match="empty one"):
        content(EVERY[0], html="<p>x</p>")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>a</p><script>x</script>", "<p>a</p>"),
        ('<p onclick="x" style="color:red;position:fixed">a</p>', '<p style="color:red">a</p>'),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        (
            '<a href="#{MALL_URL}" data-alias="k">a</a>',
            '<a href="#{MALL_URL}" data-alias="k">a</a>',
        ),
        ("<p>#{NAME|a &amp; b}</p>", "<p>#{NAME|a & b}</p>"),
        ("<img src=x onerror=alert(1)><u>밑줄</u>", "<u>밑줄</u>"),
    ],
)
def test_rich_text_keeps_what_a_mail_can_show_and_nothing_else(given, kept):
    assert cleaned(given) == kept


def test_a_variable_is_left_alone_whatever_stands_in_its_fallback():
    html = html_of(content({"type": "heading", "text": '<#{NAME|"<b>"}> held0-'})["blocks"])
    assert '&lt;#{NAME|"<b>"}&gt; held0-' in html


def test_advertising_made_of_blocks_needs_a_footer():
    config = {"host": "localhost", "sender_address": "news@shop.example"}
    channel = EmailSmtp(context_for(EmailSmtp, config))
    found = channel.check(content(EVERY[0]), MessageClass.ADVERTISING)
    assert [(each.code, each.path) for each in found] == [("unsubscribe_missing", "blocks")]
    assert not channel.check(content(*EVERY), MessageClass.ADVERTISING)


def test_styles_of_written_html_are_put_at_the_elements():
    html = "<style>a{color:red}</style><a href='#{MALL_URL}'>#{NAME}</a>"
    assert 'href="#{MALL_URL}" style="color: red;"' in inlined(html)
    assert inlined("<p>없음</p>") == "<p>없음</p>"
