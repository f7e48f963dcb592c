"""What the e-mail benchmark sends, and with which channel."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.postfix import HOST, SESSIONS
from growthcore.api import MessageClass, Outcome, OutgoingMessage
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.channel import EmailSmtp
from growthcore_channel_email_smtp.mime import Frame
from growthcore_channel_email_smtp.senders import From

SENDER = "news@shop.example"
BATCH = EmailSmtp.capabilities.batch_size
ROW = (
    '<tr><td><img src="https://cdn.shop.example/p/{n}.jpg" width="120"></td>'
    '<td><a href="https://shop.example/p/{n}" data-alias="item-{n}">#{{NAME}}님을 위한 니트</a></td></tr>\n'
)
CONTENT = {
    "subject": "#{NAME}님, #{GRADE|회원} 혜택이 기다리고 있어요",
    "html": (
        "<html><body><h1>안녕하세요 #{NAME}님</h1><p>#{GRADE|회원} · #{NOW_POINT|0}점</p><table>\n"
        + "".join(ROW.format(n=n) for n in range(5))
        + "</table>"
        + "<p>고객님만을 위한 특별한 혜택을 확인해 보세요.</p>" * 14
        + '<p><a href="#{UNSUBSCRIBE_URL}">수신거부</a></p></body></html>'
    ),
}


def signing_key() -> RSAPrivateKey:
    """A key of the length that is usual."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def config(port: int, key: RSAPrivateKey | None = None) -> dict[str, Any]:
    """An account that sends to a port of this machine, signed where there is a key."""
    settings: dict[str, Any] = {
        "host": HOST,
        "port": port,
        "security": "none",
        "sender_address": SENDER,
        # As many as smtp-source has.
        "connections": SESSIONS,
    }
    if key is None:
        return settings
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    signed = {"dkim_domain": "shop.example", "dkim_selector": "gc1", "dkim_key": pem}
    return settings | signed


def channel(port: int, key: RSAPrivateKey | None = None) -> EmailSmtp:
    """The channel of such an account."""
    return EmailSmtp(context_for(EmailSmtp, config(port, key)))


def send(sender: EmailSmtp, count: int) -> bool:
    """Lay out and send so many mails, each for its own recipient; whether all were taken."""
    messages = islice(_messages(sender), count)
    taken = 0
    while batch := list(islice(messages, BATCH)):
        receipts = sender.send(batch)
        taken += sum(receipt.outcome is Outcome.ACCEPTED for receipt in receipts)
    return taken == count


def one_mail() -> bytes:
    """A message as it goes out, unsigned."""
    sender = channel(25)
    message = next(_messages(sender))
    frame = Frame(From(address=SENDER, name="", reply_to=""))
    return frame.message(
        message.rendered,
        to=message.address,
        reference=message.reference,
        message_class=message.message_class,
        at=sender.context.clock.now(),
    )


def _messages(sender: EmailSmtp) -> Iterator[OutgoingMessage]:
    """Mails whose links are ready, so that the time is the channel's."""
    compiled = sender.compile(sender.Content().load(CONTENT))
    for n in range(10**9):
        values = {"NAME": f"고객{n}", "GRADE": "VIP", "NOW_POINT": str(n)}
        recipient = FakeRecipient(values=values, unsubscribe_url=f"https://g.example/{n}")
        yield OutgoingMessage(
            reference=f"gc-{n}",
            address=f"c{n}@example.com",
            message_class=MessageClass.ADVERTISING,
            rendered=compiled.render(recipient),
        )
