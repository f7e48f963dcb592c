"""What the law wants at the end of an advertising mail."""

import pytest

from growthcore.api import MessageClass, Notice
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.channel import EmailSmtp

NOTICE = Notice(
    label="(광고)",
    sender="그로스 <샵>",
    contact="서울시 중구 | 02-1234-5678 | help@shop.example",
    opt_out="수신거부를 눌러 주십시오. Press Unsubscribe.",
)
URL = "https://shop.example/u?a=1&b=2"
CONFIG = {"host": "localhost", "sender_address": "news@shop.example"}
KOREAN_ONLY = '<html><body><p>세일</p><a href="#{UNSUBSCRIBE_URL}">수신거부</a></body></html>'
BOTH = KOREAN_ONLY.replace("수신거부</a>", "수신거부(Unsubscribe)</a>")


def mail(notice=NOTICE, html=KOREAN_ONLY, **content):
    content = {"subject": "세일", "html": html, **content}
    channel = EmailSmtp(context_for(EmailSmtp, CONFIG))
    compiled = channel.compile(EmailSmtp.Content().load(content))
    message_class = MessageClass.ADVERTISING if notice else MessageClass.INFORMATIONAL
    recipient = FakeRecipient(
        values={}, notice=notice, message_class=message_class, unsubscribe_url=URL
    )
    return compiled.render(recipient)


def test_the_sender_is_named_inside_the_body_and_at_the_end_of_the_text():
    made = mail()
    assert "그로스 &lt;샵&gt; | 서울시 중구 | 02-1234-5678 | help@shop.example" in made.html
    assert made.html.endswith("</div></body></html>")
    assert "그로스 <샵> | 서울시 중구 | 02-1234-5678 | help@shop.example" in made.text


@pytest.mark.parametrize(("html", "links"), [(KOREAN_ONLY, 2), (BOTH, 1)])
def test_how_to_refuse_is_told_in_both_languages_once(html, links):
    made = mail(html=html)
    assert made.html.count("https://shop.example/u?a=1&amp;b=2") == links
    assert made.text.count(URL) == links
    for shown in (made.html, made.text):
        assert "수신거부" in shown
        assert "Unsubscribe" in shown


def test_a_text_of_its_own_is_closed_by_what_it_lacks_itself():
    made = mail(html=BOTH, text="수신거부 #{UNSUBSCRIBE_URL}")
    assert made.text.count(URL) == 2
    assert "Press Unsubscribe." in made.text
    assert "Press Unsubscribe." not in made.html


def test_a_footer_that_names_the_sender_is_not_followed_by_another():
    end = {"type": "footer", "text": f"{NOTICE.sender}\n{NOTICE.contact}"}
    made = mail(html="", blocks=[{"type": "heading", "text": "세일"}, end])
    assert (made.html.count("help@shop.example"), made.text.count("help@shop.example")) == (1, 1)
    moved = Notice(**{**vars(NOTICE), "contact": "부산시 | help@shop.example"})
    assert "부산시" in mail(notice=moved, html="", blocks=[end]).html


def test_an_informational_mail_is_left_as_it_was_written():
    made = mail(notice=None, html="<p>배송이 시작되었습니다</p>")
    assert (made.html, made.text) == ("<p>배송이 시작되었습니다</p>", "배송이 시작되었습니다")
