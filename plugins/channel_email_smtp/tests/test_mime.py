"""Header fields and whole messages, read back with the standard library."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import SMTP, default
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import MessageClass
from growthcore_channel_email_smtp.headers import ascii_address, encoded, mailbox, on_one_line
from growthcore_channel_email_smtp.mime import Frame, Mail
from growthcore_channel_email_smtp.senders import From

SENDER = {"address": "news@shop.example", "name": "고운옷장", "reply_to": ""}
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


def built(sender=None, *, to="haneul@example.com", reference="gc-7", advertising=True, **mail):
    values = {"subject": "제목", "html": "<p>본문</p>", "text": "본문"}
    values["unsubscribe_url"] = "https://shop.example/u/1"
    message_class = MessageClass.ADVERTISING if advertising else MessageClass.INFORMATIONAL
    return Frame(From(**sender or SENDER)).message(
        Mail(**values | mail),
        to=to,
        reference=reference,
        message_class=message_class,
        at=AT,
    )


def parsed(*arguments, **options):
    return message_from_bytes(built(*arguments, **options), policy=default)


@given(PRINTABLE)
def test_any_subject_is_read_back_the_same(text):
    value = encoded(text, "Subject")
    message = message_from_bytes(f"Subject: {value}\r\n\r\n".encode("ascii"), policy=SMTP)
    assert not message["Subject"].defects
    assert str(message["Subject"]) == on_one_line(text)
    assert str(make_header(decode_header(value))) == on_one_line(text)


@given(TEXT)
def test_a_subject_is_folded_by_the_rules(text):
    lines = f"Subject: {encoded(text, 'Subject')}".split("\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert all(line.startswith(" ") and line.strip() for line in lines[1:])
    assert "\n" not in "".join(lines)
    assert "\r" not in "".join(lines)


@given(st.text(st.sampled_from("가힣🌸a"), min_size=1, max_size=200))
def test_no_character_is_cut_between_two_words(text):
    for word in encoded(text, "Subject").split():
        if word.startswith("=?"):
            assert len(word) <= 75
            ((data, charset),) = decode_header(word)
            data.decode(charset)


def test_a_plain_subject_stays_as_it_is():
    assert encoded("Sale ends today", "Subject") == "Sale ends today"


@pytest.mark.parametrize("name", ["고운옷장", 'The "Shop", Inc.', "", "a\\b"])
def test_a_display_name_is_read_back(name):
    value = mailbox(name, "news@shop.example", "From")
    message = message_from_bytes(f"From: {value}\r\n\r\n".encode("ascii"), policy=default)
    (address,) = message["From"].addresses
    assert (address.display_name, address.addr_spec) == (name.strip(), "news@shop.example")


def test_a_long_display_name_is_folded():
    name = "아주 긴 이름의 쇼핑몰 " * 8
    value = mailbox(name, "news@shop.example", "From")
    assert all(len(line) <= 76 for line in f"From: {value}".split("\r\n"))
    assert str(make_header(decode_header(value))) == f"{name}<news@shop.example>"


def test_a_message_has_its_headers():
    message = parsed()
    assert str(message["From"]) == "고운옷장 <news@shop.example>"
    assert message["To"] == "haneul@example.com"
    assert message["Subject"] == "제목"
    assert message["Message-ID"] == "<gc-7@shop.example>"
    assert parsedate_to_datetime(message["Date"]).isoformat() == "2026-03-02T01:00:00+00:00"
    assert message["List-Unsubscribe"] == "<https://shop.example/u/1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Reply-To"] is None


def test_informational_mail_offers_no_single_click():
    message = parsed(advertising=False)
    assert message["List-Unsubscribe"] == "<https://shop.example/u/1>"
    assert message["List-Unsubscribe-Post"] is None


def test_without_an_unsubscribe_page_there_is_no_header_for_it():
    assert parsed(unsubscribe_url="")["List-Unsubscribe"] is None


def test_replies_can_go_elsewhere():
    assert parsed({**SENDER, "reply_to": "help@shop.example"})["Reply-To"] == "help@shop.example"


@given(html=TEXT, text=TEXT)
def test_both_bodies_are_read_back(html, text):
    message = parsed(html=html, text=text)
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_payload(decode=True).decode() == text
    assert rich.get_payload(decode=True).decode() == html
    assert not message.defects


@given(html=TEXT, subject=TEXT)
def test_what_goes_out_is_ascii_in_short_lines(html, subject):
    lines = built(html=html, subject=subject).split(b"\r\n")
    assert all(len(line) <= 998 and line.isascii() for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert not any(line.startswith(b".") for line in lines)


@pytest.mark.parametrize("evil", ["a\r\nBcc: b@c.example", "a\nBcc: b@c.example", "a\0b\rBcc: x"])
def test_nothing_adds_a_header(evil):
    sender = {**SENDER, "name": evil}
    message = parsed(sender, subject=evil, reference=evil, unsubscribe_url=f"https://x/{evil}")
    usual = parsed()
    assert message.keys() == usual.keys()
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("haneul@example.com", "haneul@example.com"),
        ("O'Brien+news@mail.example.co.kr", "O'Brien+news@mail.example.co.kr"),
        ("me@한국.kr", "me@xn--3e0b707e.kr"),
        ("no-address", None),
        ("하늘@example.com", None),
        ("a b@example.com", None),
        ("a@b@example.com", None),
        ("a@example.com\r\nRCPT TO:<x@y.example>", None),
        ("a@example..com", None),
        ("a@-example.com", None),
        ("@example.com", None),
        ("a@", None),
        ("<a@example.com>", None),
        ("a" * 65 + "@example.com", None),
        ("a@" + ".".join(["b" * 60] * 5), None),
    ],
)
def test_addresses_are_checked(address, expected):
    assert ascii_address(address) == expected
