"""Files attached to a mail."""

import hashlib
from email import message_from_bytes
from email.policy import default

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from marshmallow import ValidationError

from growthcore.api import ConfigError, MessageClass, OutgoingMessage, Severity
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.channel import EmailSmtp

OPT_OUT = '<a href="#{UNSUBSCRIBE_URL}">수신거부 Unsubscribe</a>'
CONFIG = {"host": "127.0.0.1", "security": "none", "sender_address": "n@shop.example", "timeout": 1}
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


class Folder:
    """The files of a shop, in memory; counts how often they are read."""

    def __init__(self, *contents):
        self.kept = {f"{hashlib.sha256(each).hexdigest()}.pdf": each for each in contents}
        self.reads = 0

    def size(self, key):
        return len(self.kept[key]) if key in self.kept else None

    def read(self, key):
        self.reads += 1
        if key not in self.kept:
            raise ConfigError("A file of the message is gone. Attach it again.")
        return self.kept[key]


def content(folder, *names):
    files = [{"file": k, "name": n} for k, n in zip(folder.kept, names, strict=True)]
    return {"subject": "쿠폰", "html": f"<body>{OPT_OUT}</body>", "attachments": files}


def make(port, folder, **config):
    return EmailSmtp(context_for(EmailSmtp, CONFIG | {"port": port} | config, files=folder))


def outgoing(channel, given, count=1):
    recipient = FakeRecipient(
        message_class=MessageClass.ADVERTISING, values={}, unsubscribe_url="https://t.example/u/1"
    )
    compiled = channel.compile(EmailSmtp.Content().load(given))
    return [
        OutgoingMessage(
            reference=f"gc-{n}",
            address=f"c{n}@example.com",
            message_class=MessageClass.ADVERTISING,
            rendered=compiled.render(recipient),
        )
        for n in range(count)
    ]


def test_files_arrive_as_they_were_and_are_read_once_a_content(tmp_path):
    folder = Folder(PDF, b"%PDF-2")
    long = "2026년 봄맞이 단골 고객님께 드리는 특별 할인 쿠폰과 사용 안내문입니다.pdf"
    with SandboxSmtp(tmp_path) as server:
        channel = make(server.port, folder)
        channel.send(outgoing(channel, content(folder, "coupon.pdf", long), count=3))
        mails = [server.inbox.get(each.id) for each in server.inbox.messages()]
    assert (len(mails), folder.reads) == (3, 2)
    mail = message_from_bytes(mails[0].raw, policy=default)
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["coupon.pdf", long]
    found = [part.get_content() for part in mail.iter_attachments()]
    assert found == [PDF, b"%PDF-2"]
    assert mail.get_body(("plain",)).get_content().strip()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Subject"].startswith("(광고)")
    assert all(len(line) <= 998 for line in mails[0].raw.splitlines())


def test_what_is_attached_is_signed(tmp_path):
    folder = Folder(PDF)
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    keys = {"dkim_domain": "shop.example", "dkim_selector": "gc1", "dkim_key": pem}
    with SandboxSmtp(tmp_path) as server:
        channel = make(server.port, folder, **keys)
        channel.send(outgoing(channel, content(folder, "쿠폰.pdf"), count=9))
        raw = server.inbox.get(server.inbox.messages()[0].id).raw
    signed = raw[raw.index(b"DKIM-Signature:") :]
    record = channel._signer.record.encode()
    assert dkim.verify(signed, dnsfunc=lambda *_, **__: record)


def test_a_preview_says_what_is_attached():
    folder = Folder(PDF)
    channel = make(25, folder)
    (message,) = outgoing(channel, content(folder, "coupon.pdf"))
    (note,) = channel.preview(message.rendered).notes
    assert note.en == "Attached: coupon.pdf (10 KB)"


def test_a_file_that_is_gone_or_too_many_bytes_keep_a_campaign_from_its_launch():
    gone = content(Folder(PDF), "coupon.pdf")
    channel = make(25, Folder())
    loaded = EmailSmtp.Content().load(gone)
    found = channel.check(loaded, MessageClass.ADVERTISING)
    assert [(f.code, f.severity) for f in found] == [("attachment_gone", Severity.BLOCKING)]
    with pytest.raises(ConfigError, match="Attach it again"):
        channel.compile(loaded)
    large = Folder(b"a" * 6_000_000, b"b" * 6_000_000)
    loaded = EmailSmtp.Content().load(content(large, "a.pdf", "b.pdf"))
    found = make(25, large).check(loaded, MessageClass.ADVERTISING)
    assert [each.code for each in found] == ["attachments_too_large"]


KEY = f"{'a' * 64}.pdf"


@pytest.mark.parametrize(
    "files",
    [
        "coupon.pdf",
        [{"file": KEY, "name": f"{n}.pdf"} for n in range(6)],
        [{"file": KEY, "name": "a.pdf"}, {"file": KEY, "name": "a.pdf"}],
        [{"file": "../../etc/passwd", "name": "a.pdf"}],
        [{"file": f"{'a' * 64}.exe", "name": "a.exe"}],
        [{"file": KEY, "name": "a.exe"}],
        [{"file": KEY, "name": 'a"\r\nBcc: x@y.z.pdf'}],
        [{"file": KEY, "name": "a.pdf", "size": 1}],
        [{"file": KEY}],
        ["a.pdf"],
    ],
)
def test_what_is_no_file_is_refused(files):
    given = {"subject": "hi", "html": "<p>hi</p>", "attachments": files}
    with pytest.raises(ValidationError) as caught:
        EmailSmtp.Content().load(given)
    assert list(caught.value.messages) == ["attachments"]
