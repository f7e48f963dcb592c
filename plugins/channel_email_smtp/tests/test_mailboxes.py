"""Reading bounces where they arrive: an IMAP server, and a Maildir folder."""

import mailbox

import pytest
from marshmallow import ValidationError

from growthcore.api import ConfigError, RetryableError, Returned
from growthcore.sandbox.imap import SandboxImap
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.fakes import context_for
from growthcore_channel_email_smtp import mailboxes
from growthcore_channel_email_smtp.channel import EmailSmtp

TOKENS = [f"04{n:040x}" for n in range(3)]
SMTP = {"host": "localhost", "sender_address": "news@shop.example", "timeout": 1}
LOGIN = {"mailbox_username": "bounces", "mailbox_password": "example-password"}


def bounce(token):
    lines = ["Return-Path: <>", f"To: bounce+{token}@shop.example", "", "550 5.1.1 No such user"]
    return "\r\n".join(lines).encode()


def channel_of(**config):
    return EmailSmtp(context_for(EmailSmtp, SMTP | config))


def imap_channel(server, **config):
    where = {"mailbox": "imap", "mailbox_host": "localhost", "mailbox_port": server.port}
    return channel_of(**where, **LOGIN | {"mailbox_security": "none"} | config)


class Kept(list):
    """What was kept, as tokens; but for those to be told again."""

    def __init__(self, *later):
        self.later = later

    def __call__(self, returned: Returned) -> bool:
        if returned.token in self.later:
            return False
        self.append(returned.token)
        return True


@pytest.fixture(params=[True, False], ids=["move", "copy"])
def imap(request, tmp_path):
    with SandboxImap(tmp_path / "box", move=request.param) as server:
        for token in TOKENS:
            server.deliver(bounce(token))
        yield server


def test_what_was_read_is_read_once(imap):
    channel, kept = imap_channel(imap), Kept()
    assert channel.collects()
    assert [channel.collect(kept), channel.collect(kept)] == [False, False]
    assert sorted(kept) == TOKENS


def test_what_could_not_be_kept_is_told_again(imap):
    channel, kept = imap_channel(imap), Kept(TOKENS[1])
    channel.collect(kept)
    again = Kept()
    channel.collect(again)
    assert (sorted(kept), again) == ([TOKENS[0], TOKENS[2]], [TOKENS[1]])


def test_what_was_read_goes_to_a_folder(imap):
    done = imap.box.add_folder("&vBjBoQ- done")
    imap.deliver(b"Subject: No bounce at all\r\n\r\nhello")
    imap_channel(imap, mailbox_done="반송 done").collect(Kept())
    assert len(done) == 4
    left = [message for message in imap.box if "T" not in message.get_flags()]
    assert left == []


def test_a_large_mailbox_is_read_in_several_goes(imap, monkeypatch):
    monkeypatch.setattr("growthcore_channel_email_smtp.mailboxes.AT_ONCE", 2)
    monkeypatch.setattr("growthcore_channel_email_smtp.bounces.AT_ONCE", 2)
    channel, kept = imap_channel(imap), Kept()
    assert [channel.collect(kept), channel.collect(kept)] == [True, False]
    assert sorted(kept) == TOKENS


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"mailbox_password": "wrong"}, "refused the login"),
        ({"mailbox_folder": "Nowhere"}, "has no folder 'Nowhere'"),
        ({"mailbox_done": "Nowhere"}, "has no folder 'Nowhere'"),
        ({"mailbox_security": "starttls"}, "offers no STARTTLS"),
    ],
)
def test_what_is_wrong_with_the_mailbox_is_told_when_the_account_is_tried(
    tmp_path, config, sentence
):
    with (
        SandboxImap(tmp_path / "box") as imap,
        SandboxSmtp(tmp_path) as smtp,
        pytest.raises(ConfigError, match=sentence) as caught,
    ):
        imap_channel(imap, port=smtp.port, security="none", **config).verify()
    assert "wrong" not in str(caught.value)


def test_it_reads_encrypted_and_trusts_nobody_unsigned(
    tmp_path, server_tls, certificate, monkeypatch
):
    with SandboxImap(tmp_path, tls=server_tls) as server:
        server.deliver(bounce(TOKENS[0]))
        channel, kept = imap_channel(server, mailbox_security="tls"), Kept()
        with pytest.raises(ConfigError, match="Check host, port, encryption and certificate"):
            channel.collect(kept)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        channel.collect(kept)
    assert kept == TOKENS[:1]


def test_a_server_that_is_not_there_is_a_matter_of_time(tmp_path):
    with SandboxImap(tmp_path) as server:
        channel = imap_channel(server)
    with pytest.raises(RetryableError, match="can't be used: Connection refused"):
        channel.collect(Kept())


def test_a_connection_that_is_lost_in_between_is_a_matter_of_time(imap):
    letters = imap_channel(imap)._mailbox.unread()
    letter = next(letters)
    letters.close()
    with pytest.raises(mailboxes.Unreachable):
        letter.done()


def test_a_maildir_is_read_once(tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir")
    for token in TOKENS:
        box.add(bounce(token))
    channel = channel_of(mailbox="maildir", maildir=str(tmp_path / "Maildir"))
    first, second = Kept(TOKENS[2]), Kept()
    channel.collect(first)
    channel.collect(second)
    assert (sorted(first), second) == (TOKENS[:2], TOKENS[2:])
    assert all(message.get_flags() == "S" for message in box)


def test_a_folder_that_is_no_maildir_is_a_matter_of_configuration(tmp_path):
    channel = channel_of(mailbox="maildir", maildir=str(tmp_path))
    with pytest.raises(ConfigError, match="has no folder 'new'"):
        channel.collect(Kept())


def test_without_a_mailbox_nothing_is_collected():
    assert not channel_of().collects()
    assert not channel_of().collect(Kept())


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"return_path": "nobody"}, "return_path"),
        ({"return_path": "bounces-of-the-newsletter@shop.example"}, "return_path"),
        ({"mailbox": "imap"}, "mailbox_host"),
        (
            {"mailbox": "imap", "mailbox_host": "i.example"} | {"mailbox_username": "u"},
            "mailbox_password",
        ),
        (
            {"mailbox": "imap", "mailbox_host": "i.example", "mailbox_security": "none"} | LOGIN,
            "mailbox_security",
        ),
        ({"mailbox": "maildir", "maildir": "bounces"}, "maildir"),
    ],
)
def test_settings_that_cannot_work_are_refused(config, field):
    with pytest.raises(ValidationError) as caught:
        EmailSmtp.Config().load(SMTP | config)
    assert list(caught.value.messages) == [field]


def test_the_domain_that_bounces_go_to_is_looked_up_where_it_is_another():
    class Nothing:
        def records(self, name, kind):
            return []

    def subjects(**config):
        channel = EmailSmtp(context_for(EmailSmtp, SMTP | config), Nothing())
        return [(each.subject, each.title.en) for each in channel.diagnose()]

    assert subjects(return_path="bounce@back.example")[-2:] == [
        ("back.example", "SPF"),
        ("back.example", "MX"),
    ]
    assert len(subjects(return_path="bounce@shop.example")) == len(subjects())
