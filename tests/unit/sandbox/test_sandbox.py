import smtplib
from datetime import timedelta
from email.message import EmailMessage

import pytest

from growthcore.clock import FixedClock
from growthcore.sandbox.inbox import Inbox
from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.values import START


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def server(tmp_path, clock):
    with SandboxSmtp(tmp_path / "inbox", clock=clock) as running:
        yield running


def mail(subject="안녕하세요", text="본문 🌸", html="<p>본문 🌸</p>"):
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "shop@shop.example"
    message["To"] = "haneul@example.com"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(server, message, to=("haneul@example.com",)):
    with smtplib.SMTP(server.host, server.port) as client:
        client.send_message(message, "bounce@shop.example", to)


def test_a_mail_is_opened_as_it_was_sent(server):
    send(server, mail(), to=("haneul@example.com", "bada@example.com"))
    (summary,) = server.inbox.messages()
    assert summary.subject == "안녕하세요"
    assert summary.received_at == START
    opened = server.inbox.get(summary.id)
    assert (opened.text.strip(), opened.html.strip()) == ("본문 🌸", "<p>본문 🌸</p>")
    assert opened.headers["To"] == "haneul@example.com"
    assert opened.sender == "bounce@shop.example"
    assert opened.recipients == ["haneul@example.com", "bada@example.com"]


def test_a_mail_without_html_has_none(server):
    send(server, mail(html=None))
    (summary,) = server.inbox.messages()
    assert server.inbox.get(summary.id).html is None


def test_the_newest_come_first_page_by_page(server, clock):
    for number in range(5):
        send(server, mail(f"{number}"))
        clock.at += timedelta(seconds=number % 2)  # Two in the same microsecond keep their order.
    first = server.inbox.messages(limit=3)
    second = server.inbox.messages(limit=3, before=first[-1].id)
    assert [each.subject for each in first + second] == ["4", "3", "2", "1", "0"]
    assert len(server.inbox) == 5


def test_mails_are_found_by_a_part_of_the_subject_or_an_address(server):
    send(server, mail("봄 신상품"), to=("haneul@example.com",))
    send(server, mail("Order Placed"), to=("bada@example.com",))

    def found(text, **options):
        return [each.subject for each in server.inbox.messages(text=text, **options)]

    assert found("신상") == ["봄 신상품"]
    assert found("order") == ["Order Placed"]
    assert found("HANEUL@") == ["봄 신상품"]
    assert found("example", limit=1) == ["Order Placed"]
    assert found("nothing") == []


def test_a_mail_in_an_unknown_character_set_is_read_all_the_same(tmp_path):
    inbox = Inbox(tmp_path)
    raw = b"Content-Type: text/plain; charset=nothing-such\r\n\r\nhi \xff"
    id_ = inbox.add(raw, sender="a", recipients=["b"], received_at=START)
    assert inbox.get(id_).text.startswith("hi")


def test_clearing_leaves_nothing(server):
    send(server, mail())
    assert server.inbox.clear() == 1
    assert server.inbox.messages() == []


def test_a_folder_that_is_not_there_is_an_empty_inbox(tmp_path):
    inbox = Inbox(tmp_path / "nowhere")
    assert (inbox.messages(), len(inbox), inbox.clear()) == ([], 0, 0)


@pytest.mark.parametrize("id_", ["", "../secret", "0" * 20 + "-000000", "0" * 20 + "-000000\n"])
def test_an_id_that_is_none_opens_nothing(tmp_path, id_):
    (tmp_path / "secret.eml").write_text("no")
    assert Inbox(tmp_path / "inbox").get(id_) is None


def test_what_is_no_mail_is_not_listed(tmp_path):
    (tmp_path / "notes.eml").write_text("no")
    (tmp_path / ".half").write_text("no")
    assert Inbox(tmp_path).messages() == []


def test_an_address_with_a_line_break_adds_no_header(tmp_path):
    inbox = Inbox(tmp_path)
    id_ = inbox.add(b"\r\n", sender="a\r\nSubject: b", recipients=["c"], received_at=START)
    assert inbox.get(id_).subject == ""


def test_a_port_that_is_taken_is_an_error(tmp_path, server):
    with pytest.raises(OSError, match="in use"):
        SandboxSmtp(tmp_path, server.port).start()


def test_it_stops_with_connections_open_and_starts_again(tmp_path):
    server = SandboxSmtp(tmp_path)
    server.start()
    port = server.port
    with smtplib.SMTP(server.host, port) as client:
        server.stop()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
    with server:
        assert server.port == port
        send(server, mail())
    server.stop()
    assert len(server.inbox) == 1
