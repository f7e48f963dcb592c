"""Several senders of one account, and what they are signed with."""

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from marshmallow import ValidationError

from growthcore.api import ConfigError, MessageClass, Outcome, OutgoingMessage
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.channel import EmailSmtp

ADVERTISING = MessageClass.ADVERTISING
PEM = (
    rsa.generate_private_key(public_exponent=65537, key_size=1024)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
DKIM = {"dkim_domain": "shop.example", "dkim_selector": "gc1", "dkim_key": PEM}
CONFIG = {
    "host": "127.0.0.1",
    "security": "none",
    "sender_address": "news@shop.example",
    "senders": [
        {"address": "help@care.shop.example", "name": "고객센터", "reply_to": "ask@shop.example"}
    ],
}
CONTENT = {"subject": "안녕", "html": '<a href="#{UNSUBSCRIBE_URL}">수신거부</a>'}


class Published:
    """A DNS that has only this one TXT record, wherever it is asked."""

    def __init__(self, text):
        self.text = text

    def records(self, name, kind):
        return [self.text] if kind == "TXT" else []


def make_channel(port=25, published="", **config):
    context = context_for(EmailSmtp, {**CONFIG, "port": port, **config})
    return EmailSmtp(context, Published(published))


def batch(channel, count, **content):
    compiled = channel.compile(channel.Content().load(CONTENT | content))
    rendered = compiled.render(FakeRecipient(values={}, unsubscribe_url="https://t.example/u/1"))
    return [
        OutgoingMessage(
            reference=f"gc-{n}",
            address=f"c{n}@example.com",
            message_class=ADVERTISING,
            rendered=rendered,
        )
        for n in range(count)
    ]


def test_a_campaign_may_choose_its_sender(scripted):
    server = scripted()
    channel = make_channel(server.port)
    channel.send(batch(channel, 1, sender="help@care.shop.example"))
    channel.send(batch(channel, 1))
    chosen, usual = (text.decode() for text in server.texts)
    assert "<help@care.shop.example>" in chosen
    assert "Reply-To: ask@shop.example" in chosen
    assert "@care.shop.example>" in chosen.partition("Message-ID")[2]
    assert "From: news@shop.example" in usual
    assert "Reply-To" not in usual


def test_a_sender_that_is_gone_holds_the_campaign():
    channel, content = make_channel(senders=[]), {**CONTENT, "sender": "help@care.shop.example"}
    loaded = channel.Content().load(content)
    assert [each.code for each in channel.check(loaded, ADVERTISING)] == ["sender_unknown"]
    with pytest.raises(ConfigError, match="no longer one of the account's"):
        channel.compile(loaded)


def test_a_free_mail_sender_is_warned_of():
    channel = make_channel(sender_address="shop@naver.com")
    found = channel.check(channel.Content().load(CONTENT), ADVERTISING)
    assert [(each.severity, each.code) for each in found] == [("warning", "sender_free_mail")]


def test_senders_are_listed_the_default_first():
    listed = [(each.key, each.label) for each in make_channel().sync_senders()]
    assert listed == [
        ("news@shop.example", "news@shop.example"),
        ("help@care.shop.example", "고객센터 <help@care.shop.example>"),
    ]


def test_every_mail_of_a_batch_is_signed_for_its_recipient(scripted):
    server = scripted()
    channel = make_channel(server.port, **DKIM)
    receipts = channel.send(batch(channel, 20, sender="help@care.shop.example"))
    assert {each.outcome for each in receipts} == {Outcome.ACCEPTED}
    record = channel._signer.record.encode()
    for number, text in enumerate(server.texts):
        mail = text.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        assert f"To: c{number}@example.com".encode() in mail
        assert dkim.verify(mail, dnsfunc=lambda name, timeout=5: record)


def test_verifying_tells_when_another_key_is_published(scripted):
    published = make_channel(**DKIM)._signer.record
    make_channel(scripted().port, published, **DKIM).verify()
    with pytest.raises(ConfigError, match=r"gc1\._domainkey\.shop\.example"):
        make_channel(scripted().port, "v=DKIM1; p=", **DKIM).verify()


def test_the_diagnosis_covers_every_senders_domain():
    found = make_channel(**DKIM).diagnose()
    assert {each.subject for each in found} == {"shop.example", "care.shop.example"}


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"senders": [{"address": "news@shop.example"}]}, "senders"),
        ({"senders": [{"address": "nobody"}]}, "senders"),
        ({**DKIM, "dkim_key": "secret"}, "dkim_key"),
        ({**DKIM, "dkim_domain": "shop"}, "dkim_domain"),
        ({**DKIM, "dkim_selector": "-"}, "dkim_selector"),
        ({"dkim_domain": "shop.example"}, "dkim_selector"),
        ({**DKIM, "dkim_selector": ""}, "dkim_selector"),
        ({**DKIM, "sender_address": "news@other.example"}, "sender_address"),
        ({**DKIM, "senders": [{"address": "news@other.example"}]}, "senders"),
    ],
)
def test_senders_and_keys_that_cannot_work_are_refused(config, field):
    with pytest.raises(ValidationError) as caught:
        EmailSmtp.Config().load(CONFIG | config)
    assert set(caught.value.messages) == {field}
    assert "secret" not in str(caught.value)
