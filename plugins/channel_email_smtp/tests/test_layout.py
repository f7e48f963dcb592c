"""HTML and text as recipients get them."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import ItemView, MissingValue
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.layout import html_document
from growthcore_channel_email_smtp.parts import Recipient
from growthcore_channel_email_smtp.text import text_document, text_of_html

KNIT = ItemView(
    name="니트 <울>",
    price="32,000원",
    url="https://t.example/1",
    image_url="https://cdn.example/1.jpg?a=1&b=2",
    quantity=2,
)


class Tracked(FakeRecipient):
    """Counts out addresses for links."""

    def link(self, url, alias=None):
        return f"https://t.example/?to={url}&as={alias}"


def recipient(document, values=None, *, items=(), pixel=None):
    context = Tracked(
        values=values or {},
        blocks={"CART_ITEMS": list(items)},
        open_pixel=pixel,
        unsubscribe_url="https://shop.example/u?a=1&b=2",
    )
    return Recipient(context, frozenset(document.blocks))


def shown(source, values=None, *, preheader="", **options):
    document = html_document(source, preheader)
    return document.render(recipient(document, values, **options))


def text_shown(source, values=None, *, document=text_of_html, **options):
    made = document(source)
    return made.render(recipient(made, values, **options))


class _Hrefs(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.hrefs = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        if tag in ("a", "area"):
            self.hrefs.append(dict(attrs).get("href"))


def hrefs(source, values=None, **options):
    return _Hrefs(shown(source, values, **options)).hrefs


def test_values_are_escaped_and_the_html_around_is_not():
    assert shown("<b>#{NAME}</b>", {"NAME": "<i>&"}) == "<b>&lt;i&gt;&amp;</b>"


def test_a_missing_value_is_missed():
    with pytest.raises(MissingValue):
        shown("#{NAME}")


def test_links_are_tracked_by_their_alias():
    source = '<a class="x" href="https://shop.example/?a=1&amp;b=2" data-alias="hero" id=y>Go</a>'
    expected = "https://t.example/?to=https://shop.example/?a=1&b=2&as=hero"
    assert hrefs(source) == [expected]
    assert 'class="x"' in shown(source)
    assert "id=y>Go</a>" in shown(source)
    assert "data-alias" not in shown(source)


@pytest.mark.parametrize(
    "tag",
    [
        "<a href='https://x.example/'>",
        "<A HREF=https://x.example/>",
        '<a\n  data-alias=""\n  href = "https://x.example/" >',
        '<area href="https://x.example/"/>',
        '<a title=" href=\'no\' >" href="https://x.example/">',
    ],
)
def test_links_are_found_however_they_are_written(tag):
    assert hrefs(tag) == ["https://t.example/?to=https://x.example/&as=None"]


def test_parameters_that_look_like_entities_stay():
    (href,) = hrefs('<a href="https://x.example/?p=1&currency=KRW&copy=2">')
    assert "?p=1&currency=KRW&copy=2&as" in href


@pytest.mark.parametrize("href", ["mailto:a@b.example", "tel:0212345678", "#top", "/relative"])
def test_what_does_not_lead_to_the_web_is_left_alone(href):
    assert hrefs(f'<a href="{href}" data-alias="x">') == [href]


def test_an_anchor_without_a_link_is_left_alone():
    assert shown('<a name="top">x</a>') == '<a name="top">x</a>'


def test_links_are_filled_before_they_are_tracked():
    values = {"URL": "https://x.example/p/1?c=2", "CODE": "봄 세일&x=1"}
    whole, part = hrefs('<a href="#{URL}"><a href="https://x.example/?c=#{CODE}">', values)
    assert whole == "https://t.example/?to=https://x.example/p/1?c=2&as=None"
    assert part == (
        "https://t.example/?to=https://x.example/?c=%EB%B4%84%20%EC%84%B8%EC%9D%BC%26x%3D1&as=None"
    )


def test_a_value_that_is_no_web_address_makes_no_link():
    assert hrefs('<a href="#{URL}">', {"URL": "javascript:alert(1)"}) == [""]


def test_the_opt_out_is_not_tracked():
    assert hrefs('<a href="#{UNSUBSCRIBE_URL}">') == ["https://shop.example/u?a=1&b=2"]


def test_links_that_only_outlook_reads_are_tracked():
    button = '<v:roundrect href="https://x.example/"><a href="https://y.example/">'
    html = shown(
        f"<p>x</p>\n<!--[if mso]>\n {button}<![endif]--><!-- <a href='https://z.example'> -->"
    )
    assert 'v:roundrect href="https://t.example/?to=https://x.example/&amp;as=None"' in html
    assert 'a href="https://t.example/?to=https://y.example/&amp;as=None"' in html
    assert "<!-- <a href='https://z.example'> -->" in html


def test_items_are_laid_out_with_picture_name_price_quantity_and_link():
    html = shown("<td>#{CART_ITEMS}</td>", items=[KNIT, KNIT])
    assert html.count("<tr>") == 2
    assert 'src="https://cdn.example/1.jpg?a=1&amp;b=2"' in html
    assert '<a href="https://t.example/1">니트 &lt;울&gt;</a><br>32,000원 × 2' in html


def test_an_item_without_a_picture_that_can_be_shown_has_none():
    item = ItemView(name="a", price="1", url="https://x.example", image_url="javascript:x")
    assert "<img" not in shown("#{CART_ITEMS}", items=[item])


def test_an_empty_block_leaves_nothing():
    assert shown("<td>#{CART_ITEMS}</td>") == "<td></td>"


def test_blocks_and_variables_are_reported_apart():
    document = html_document('#{CART_ITEMS}#{RECO:best}<a href="#{URL}">#{NAME|x}</a>')
    assert document.blocks == {"CART_ITEMS", "RECO:best"}
    assert document.names == {"URL", "NAME"}


def test_the_pixel_stands_at_the_end_of_the_body():
    html = shown("<html><body>x</body></html>", pixel="https://t.example/o.gif")
    assert html.endswith(' width="1" height="1" border="0" alt=""></body></html>')
    assert html.count("https://t.example/o.gif") == 1


def test_without_counting_opens_there_is_no_pixel():
    assert shown("<body>x</body>") == "<body>x</body>"


def test_the_preview_text_comes_first_and_is_not_seen():
    html = shown("<body class=x>Hi</body>", {"NAME": "<하늘>"}, preheader="A & #{NAME}")
    assert html.startswith('<body class=x><div style="display:none;')
    assert ">A &amp; &lt;하늘&gt;</div>Hi" in html


@given(st.lists(st.sampled_from([*"<>/!-ab \"'=&;\n", "<a ", "<!--[if ", "-->", "<p>", "</body>"])))
def test_html_without_links_stays_as_it_was_written(pieces):
    assert shown("".join(pieces)) == "".join(pieces)


def test_text_is_read_off_the_html():
    source = """
    <html><head><title>no</title><style>p { color: red }</style></head><body>
      <h1>안녕하세요   #{NAME}님</h1><p>첫 줄<br>둘째&nbsp;줄 &amp; 끝</p>
      <table><tr><th>상품</th><th>가격</th></tr><tr><td>니트</td><td>32,000원</td></tr></table>
      <ul><li>하나</li><li>둘</li></ul><img src="x" alt="사진">
      <a href="https://x.example/">자세히</a> <a href="https://x.example/"></a>
      <a href="#{UNSUBSCRIBE_URL}">수신거부</a> <a href="#top">위로</a>
    </body></html>"""
    tracked = "https://t.example/?to=https://x.example/&as=None"
    assert text_shown(source, {"NAME": "<하늘>"}).split("\n") == [
        "안녕하세요 <하늘>님",
        "",
        "첫 줄",
        "둘째 줄 & 끝",
        "",
        "상품  가격",
        "니트  32,000원",
        "",
        "- 하나",
        "- 둘",
        "",
        f"사진 자세히 ({tracked}) {tracked} 수신거부 (https://shop.example/u?a=1&b=2) 위로",
    ]


def test_items_are_lines_in_the_text():
    assert text_shown("<p>담은 상품</p>#{CART_ITEMS}", items=[KNIT]) == (
        "담은 상품\n\n- 니트 <울>  32,000원 × 2\n  https://t.example/1"
    )


def test_text_that_was_written_is_kept_and_its_links_tracked():
    text = text_shown(
        "안녕 #{NAME}\n  (https://x.example/a?b=#{NAME}).", {"NAME": "b"}, document=text_document
    )
    assert text == "안녕 b\n  (https://t.example/?to=https://x.example/a?b=b&as=None)."
