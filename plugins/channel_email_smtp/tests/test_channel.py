"""The channel with a real mail server, and with one that refuses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from growthcore.api import (
    ConfigError,
    ItemView,
    MessageClass,
    Outcome,
    OutgoingMessage,
    RetryableError,
)
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.channels import channel_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.channel import EmailSmtp

ADVERTISING, INFORMATIONAL = MessageClass
OPT_OUT = '<a href="#{UNSUBSCRIBE_URL}">수신거부</a>'
CONTENT = {
    "subject": "#{NAME|고객}님, 놓치지 마세요",
    "preheader": "담아 두신 상품",
    "html": f'<body><a href="https://shop.example/">#{{NAME}}님</a>#{{CART_ITEMS}}{OPT_OUT}</body>',
}
RECIPIENT = FakeRecipient(
    message_class=ADVERTISING,
    values={"NAME": "김하늘 🌸"},
    blocks={
        "CART_ITEMS": [
            ItemView(
                name="울 니트",
                price="32,000원",
                url="https://t.example/c/1",
                image_url="https://cdn.example/1.jpg",
                quantity=2,
            )
        ]
    },
    open_pixel="https://t.example/o/1.gif",
    unsubscribe_url="https://t.example/u/1",
)


def make_channel(port, **config):
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender_address": "news@shop.example",
        "sender_name": "고운옷장",
        "timeout": 1,
    }
    return EmailSmtp(context_for(EmailSmtp, settings | config))


def outgoing(channel, address="haneul@example.com", reference="gc-1", **content):
    compiled = channel.compile(EmailSmtp.Content().load(CONTENT | content))
    return OutgoingMessage(
        reference=reference,
        address=address,
        message_class=ADVERTISING,
        rendered=compiled.render(RECIPIENT),
    )


def batch(channel, count=3):
    message = outgoing(channel)
    return [
        replace(message, reference=f"gc-{n}", address=f"c{n}@example.com")
        for n in range(1, count + 1)
    ]


@pytest.fixture
def server(tmp_path):
    with SandboxSmtp(tmp_path / "inbox") as running:
        yield running


def build(server):
    return make_channel(server.port)


def outbox(server):
    mails = [server.inbox.get(each.id) for each in reversed(server.inbox.messages())]
    return "".join(mail.raw.decode() for mail in mails)


@channel_conformance(
    build,
    content=CONTENT,
    outbox=outbox,
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("channel_email_smtp")


def test_a_mail_arrives_with_all_that_was_asked_of_it(server):
    channel = make_channel(server.port, reply_to="help@shop.example")
    (receipt,) = channel.send([outgoing(channel)])
    (summary,) = server.inbox.messages()
    mail = server.inbox.get(summary.id)
    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, mail.id)
    assert (mail.sender, mail.recipients) == ("news@shop.example", ["haneul@example.com"])
    assert mail.subject == "(광고) 김하늘 🌸님, 놓치지 마세요"
    assert mail.headers["List-Unsubscribe"] == "<https://t.example/u/1>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["Message-ID"] == "<gc-1@shop.example>"
    for piece in ("김하늘 🌸님</a>", "cdn.example/1.jpg", "t.example/c/1", "32,000원 × 2"):
        assert piece in mail.html
    assert 'src="https://t.example/o/1.gif"' in mail.html
    assert 'href="https://t.example/u/1"' in mail.html
    assert "수신거부 (https://t.example/u/1)" in mail.text
    assert "- 울 니트  32,000원 × 2\n  https://t.example/c/1" in mail.text.replace("\r\n", "\n")


def test_every_recipient_gets_an_own_mail_over_one_connection(scripted):
    server = scripted()
    channel = make_channel(server.port)
    for _batch in range(2):
        receipts = channel.send(batch(channel, 20))
        assert {each.outcome for each in receipts} == {Outcome.ACCEPTED}
    mails = [message_from_bytes(each, policy=default) for each in server.texts[:20]]
    assert [mail["To"] for mail in mails] == [f"c{n}@example.com" for n in range(1, 21)]
    assert server.connections == 1


def test_threads_can_share_the_channel(server):
    channel = make_channel(server.port)
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(channel.send, [batch(channel, 10)] * 8))
    assert {each.outcome for receipts in results for each in receipts} == {Outcome.ACCEPTED}
    assert len(server.inbox) == 80


@pytest.mark.parametrize("written", ["세일", "(광고) 세일", " (광고)(광고) 세일", "(광고)세일"])
def test_the_label_of_advertising_is_put_on_once(server, written):
    channel = make_channel(server.port)
    assert outgoing(channel, subject=written).rendered.subject == "(광고) 세일"
    compiled = channel.compile(EmailSmtp.Content().load(CONTENT))
    mail = compiled.render(replace(RECIPIENT, message_class=INFORMATIONAL))
    assert mail.subject == "김하늘 🌸님, 놓치지 마세요"


@pytest.mark.parametrize(
    ("script", "outcome", "reason"),
    [
        ({"RCPT2": "550 5.1.1 No such user"}, "rejected", "mailbox_unknown"),
        ({"RCPT2": "553 5.1.3 Bad syntax"}, "rejected", "mailbox_unknown"),
        ({"RCPT2": "550 5.1.8 Bad sender"}, "rejected", "refused"),
        ({"RCPT2": "550 5.2.1 Disabled"}, "rejected", "mailbox_disabled"),
        ({"RCPT2": "552 5.2.2 Full"}, "rejected", "refused"),
        ({"RCPT2": "550 No"}, "rejected", "refused"),
        ({"MAIL2": "550 5.7.1 No"}, "rejected", "message_refused"),
        ({"DATA2": "554 5.7.1 No"}, "rejected", "message_refused"),
        ({"TEXT2": "550 5.7.26 Unsigned"}, "rejected", "message_refused"),
        ({"RCPT2": "452 4.2.2 Full"}, "retry", "deferred"),
        ({"TEXT2": "451 4.3.0 Later"}, "retry", "deferred"),
    ],
)
def test_a_refusal_is_one_receipt_and_the_rest_goes_on(scripted, script, outcome, reason):
    channel = make_channel(scripted(script).port)
    first, second, third = channel.send(batch(channel))
    assert first.outcome is third.outcome is Outcome.ACCEPTED
    assert (second.outcome, second.reason) == (outcome, reason)
    assert second.detail == next(iter(script.values()))


@pytest.mark.parametrize(
    ("reply", "reason"), [("421 4.7.0 Slow down", "slowed"), ("530 5.7.0 Log in first", "deferred")]
)
def test_a_session_that_the_server_ends_leaves_the_rest_for_later(scripted, reply, reason):
    channel = make_channel(scripted({"MAIL2": reply}).port)
    receipts = channel.send(batch(channel, 4))
    assert [each.outcome for each in receipts] == ["accepted", "retry", "retry", "retry"]
    assert {each.reason for each in receipts[1:]} == {reason}


def test_a_server_that_wants_a_login_from_the_start_is_a_matter_of_configuration(scripted):
    channel = make_channel(scripted({"MAIL": "530 5.7.0 Authentication required"}).port)
    with pytest.raises(ConfigError, match=r"530 5\.7\.0 Authentication required"):
        channel.send(batch(channel))


def test_a_connection_lost_after_the_text_is_uncertain_and_the_rest_waits(scripted, smtp_scripts):
    for trouble in smtp_scripts:
        channel = make_channel(scripted({"TEXT2": trouble}).port)
        receipts = channel.send(batch(channel))
        assert [each.outcome for each in receipts] == ["accepted", "uncertain", "retry"]
        assert {each.reason for each in receipts[1:]} == {"connection_lost"}


def test_an_address_that_cannot_be_one_costs_the_others_nothing(server):
    channel = make_channel(server.port)
    wrong = outgoing(channel, address="a@b.example>\r\nRCPT TO:<c@d.example")
    receipts = channel.send([*batch(channel, 1), wrong])
    assert [each.reason for each in receipts] == [None, "address_invalid"]
    assert len(server.inbox) == 1


def test_only_addresses_that_cannot_be_any_are_answered_without_a_server():
    channel = make_channel(1)
    (receipt,) = channel.send([outgoing(channel, address="nobody")])
    assert receipt.reason == "address_invalid"


def test_a_server_that_is_not_there_can_be_tried_later(tmp_path):
    server = SandboxSmtp(tmp_path)
    server.start()
    server.stop()
    channel = make_channel(server.port)
    with pytest.raises(RetryableError, match="can't be reached"):
        channel.send(batch(channel))
    with pytest.raises(RetryableError, match="Check host and port"):
        channel.verify()


def test_blocks_and_variables_are_reported_without_the_opt_out(server):
    compiled = make_channel(server.port).compile(EmailSmtp.Content().load(CONTENT))
    assert (compiled.names, compiled.blocks) == ({"NAME"}, {"CART_ITEMS"})
