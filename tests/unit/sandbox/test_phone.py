from datetime import timedelta

import pytest

from growthcore.sandbox.arrivals import Arrivals
from growthcore.sandbox.phone import Button, PhoneInbox, PhoneMessage
from growthcore.testing.values import START


def message(text="안녕하세요", **more):
    usual = {"channel": "sms", "kind": "SMS", "sender": "0212345678", "recipient": "01000000000"}
    return PhoneMessage(text=text, **{**usual, **more})


def test_a_message_is_opened_as_it_was_kept(tmp_path):
    inbox = PhoneInbox(tmp_path)
    sent = message(
        channel="kakao", buttons=(Button(name="보기", type="WL", url="https://a.example"),)
    )
    kept = inbox.get(inbox.add(sent, received_at=START))
    assert kept.received_at == START
    assert (kept.text, kept.buttons) == (sent.text, sent.buttons)


@pytest.mark.parametrize("id_", ["", "../secret", "0" * 20 + "-000000"])
def test_an_id_that_is_none_opens_nothing(tmp_path, id_):
    assert PhoneInbox(tmp_path).get(id_) is None


def test_messages_are_found_by_text_number_and_channel(tmp_path):
    inbox = PhoneInbox(tmp_path)
    inbox.add(message("Spring 신상품"), received_at=START)
    inbox.add(message("알림", channel="kakao", recipient="01099999999"), received_at=START)
    assert [m.text for m in inbox.messages(text="spring")] == ["Spring 신상품"]
    assert [m.text for m in inbox.messages(text="0109999")] == ["알림"]
    assert [m.text for m in inbox.messages(channel="kakao")] == ["알림"]


def test_a_mixed_inbox_holds_each_message_once_page_by_page(tmp_path):
    arrivals = Arrivals(tmp_path)
    for number in range(6):
        at = START + timedelta(seconds=number // 3)  # Three in one microsecond, of both kinds.
        if number % 2:
            arrivals.phone.add(message(f"{number}"), received_at=at)
        else:
            mail = f"Subject: {number}\r\n\r\n".encode()
            arrivals.mails.add(mail, sender="a", recipients=["b"], received_at=at)
    pages, before = [], None
    while page := arrivals.messages(limit=2, before=before):
        pages += page
        before = page[-1].id
    ids = [each.id for each in pages]
    assert len(set(ids)) == len(arrivals) == 6
    assert ids == sorted(ids, reverse=True)
    assert arrivals.clear() == 6
