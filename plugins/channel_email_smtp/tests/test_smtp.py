"""The client against servers that refuse, stall and break off, at every step."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore_channel_email_smtp.connections import Connections
from growthcore_channel_email_smtp.server import Server
from growthcore_channel_email_smtp.smtp import Envelope, Status, Step, stuffed

ACCEPTED, REJECTED, TRANSIENT, NOT_SENT, UNKNOWN = Status
BODY = b"Subject: Hi\r\n\r\n.hidden dot\r\nend\r\n"


def envelopes(count, body=BODY):
    return [
        Envelope("shop@shop.example", f"c{n}@example.com", lambda: body)
        for n in range(1, count + 1)
    ]


def server_at(scripted, **options):
    settings = {"host": "127.0.0.1", "security": "none", "timeout": 0.3, **options}
    return Server(port=scripted.port, **settings)


def deliver(scripted, count=3, *, body=BODY, within=60):
    session = server_at(scripted).open()
    try:
        answers = session.deliver(envelopes(count, body), within=within)
        usable = session.usable
    finally:
        session.quit()
    return [each.status for each in answers], answers, usable


@pytest.mark.parametrize("options", [{}, {"pipelining": False}, {"slice_": 1}, {"slice_": 7}])
def test_messages_arrive_whole_and_in_order(scripted, options):
    server = scripted(**options)
    statuses, answers, usable = deliver(server, 4)
    assert statuses == [ACCEPTED] * 4
    assert usable
    assert server.recipients == [f"<c{n}@example.com>" for n in range(1, 5)]
    assert server.texts == [b"Subject: Hi\r\n\r\n..hidden dot\r\nend\r\n.\r\n"] * 4
    assert [each.reply.text for each in answers] == [f"Ok: queued as Q{n}" for n in range(1, 5)]


def test_a_server_that_announces_pipelining_gets_it(scripted):
    server = scripted()
    deliver(server)
    assert server.pipelined


def test_a_server_that_does_not_gets_a_command_at_a_time(scripted):
    server = scripted({"RCPT1": "550 5.1.1 No"}, pipelining=False)
    assert deliver(server)[0] == [REJECTED, ACCEPTED, ACCEPTED]
    assert not server.pipelined


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("reply", "status"), [("550 5.7.1 No", REJECTED), ("451 4.3.0 Busy", TRANSIENT)]
)
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "TEXT"])
def test_a_refusal_concerns_its_own_message_only(scripted, step, reply, status, pipelining):
    server = scripted({f"{step}2": reply}, pipelining=pipelining)
    statuses, answers, usable = deliver(server)
    assert statuses == [ACCEPTED, status, ACCEPTED]
    assert answers[1].step.value.upper() == step
    assert str(answers[1].reply) == reply
    assert usable
    assert len(server.texts) == 2


@pytest.mark.parametrize("pipelining", [True, False])
def test_every_message_may_be_refused(scripted, pipelining):
    server = scripted({"RCPT": "550 5.1.1 No", "DATA": "503 5.5.1 No"}, pipelining=pipelining)
    assert deliver(server)[0] == [REJECTED] * 3
    assert server.seen["RSET"] == 2


def test_a_server_that_wants_a_text_without_recipients_gets_none(scripted):
    server = scripted({"RCPT2": "550 5.1.1 No", "TEXT2": "554 5.5.1 No recipients"})
    assert deliver(server)[0] == [REJECTED if n == 2 else ACCEPTED for n in (1, 2, 3)]
    assert len(server.texts) == 2
    assert server.seen["TEXT"] == 3


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "TEXT"])
def test_421_ends_the_session_and_nothing_more_is_tried(scripted, step, pipelining):
    server = scripted({f"{step}2": "421 4.7.0 Too many"}, pipelining=pipelining)
    statuses, answers, usable = deliver(server, 4)
    assert statuses == [ACCEPTED, TRANSIENT, NOT_SENT, NOT_SENT]
    assert {each.reply.code for each in answers[1:]} == {421}
    assert not usable


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("MAIL2", [ACCEPTED, NOT_SENT, NOT_SENT]),
        ("RCPT2", [ACCEPTED, NOT_SENT, NOT_SENT]),
        ("DATA2", [ACCEPTED, NOT_SENT, NOT_SENT]),
        ("TEXT2", [ACCEPTED, UNKNOWN, NOT_SENT]),
        ("TEXT1", [UNKNOWN, NOT_SENT, NOT_SENT]),
        ("TEXT3", [ACCEPTED, ACCEPTED, UNKNOWN]),
    ],
)
def test_only_what_was_written_to_its_end_is_unknown(
    scripted, smtp_scripts, step, expected, pipelining
):
    for trouble in smtp_scripts:
        server = scripted({step: trouble}, pipelining=pipelining)
        statuses, _, usable = deliver(server)
        assert statuses == expected
        assert not usable


def test_a_text_that_never_left_to_its_end_was_not_sent(scripted):
    # More than the buffers of both ends take, and a server that stops reading.
    body = b"Subject: Hi\r\n\r\n" + b"a line of text\r\n" * 1_000_000
    server = scripted({"READ2": 1_000_000})
    statuses, _, usable = deliver(server, body=body)
    assert statuses == [ACCEPTED, NOT_SENT, NOT_SENT]
    assert not usable


@pytest.mark.parametrize("garbage", ["hello", "999 no", "250", "200", "354 to MAIL", "2x0 odd"])
def test_a_server_that_talks_nonsense_is_left(scripted, garbage):
    server = scripted({"MAIL2": garbage})
    statuses, _, usable = deliver(server)
    fine = garbage in ("250", "200")
    assert statuses == ([ACCEPTED] * 3 if fine else [ACCEPTED, NOT_SENT, NOT_SENT])
    assert usable is fine


def test_a_reply_that_never_ends_is_not_read_for_ever(scripted):
    server = scripted({"TEXT1": "250-more\r\n" * 9_000 + "250 done"})
    assert deliver(server)[0] == [UNKNOWN, NOT_SENT, NOT_SENT]


def test_a_reply_that_trickles_in_is_given_up(scripted):
    server = scripted({"TEXT1": "250 " + "z" * 5_000}, slice_=1)
    began = time.monotonic()
    assert deliver(server)[0] == [UNKNOWN, NOT_SENT, NOT_SENT]
    assert time.monotonic() - began < 3


def test_replies_in_many_lines_are_one(scripted):
    server = scripted({"RCPT2": "550-5.1.1 No such user\r\n550 5.1.1 Ask <c2@example.com>"})
    _, answers, _ = deliver(server)
    assert (answers[1].step, answers[1].reply.enhanced) == (Step.RECIPIENT, "5.1.1")
    assert answers[1].reply.text == "No such user Ask <...>"


def test_after_its_time_nothing_more_is_begun(scripted):
    statuses, answers, usable = deliver(scripted(), within=-1)
    assert statuses == [NOT_SENT] * 3
    assert answers[0].reply is None
    assert usable


def test_a_connection_is_used_again(scripted):
    server = scripted()
    connections = Connections(server_at(server))
    for _batch in range(3):
        connections.deliver(envelopes(2), within=60)
    assert server.connections == 1


@pytest.mark.parametrize("which", ["MAIL3", "RCPT3"])
@pytest.mark.parametrize("trouble", ["close", "421"])
def test_a_kept_connection_that_is_over_is_replaced(scripted, smtp_scripts, trouble, which):
    server = scripted({which: smtp_scripts[0] if trouble == "close" else "421 4.4.2 Idle"})
    connections = Connections(server_at(server))
    assert [each.status for each in connections.deliver(envelopes(2), within=60)] == [ACCEPTED] * 2
    assert [each.status for each in connections.deliver(envelopes(2), within=60)] == [ACCEPTED] * 2
    assert (server.connections, len(server.texts)) == (2, 4)


@pytest.mark.parametrize(("script", "opened"), [({}, 2), ({"GREETING2": "421 4.7.0 Too many"}, 1)])
def test_several_connections_share_a_large_batch_if_the_server_takes_them(scripted, script, opened):
    server = scripted(script)
    connections = Connections(server_at(server), at_once=2)
    for _batch in range(2):
        answers = connections.deliver(envelopes(60), within=60)
        assert [each.status for each in answers] == [ACCEPTED] * 60
    assert server.connections == 2
    assert len(connections._idle) == opened
    assert Counter(server.recipients) == {f"<c{n}@example.com>": 2 for n in range(1, 61)}


class Echo:
    """A server and its session in one, which answers each envelope with its recipient."""

    usable = True

    def open(self):
        return Echo()

    def delivery(self, envelopes, within):
        yield
        return [each.recipient for each in envelopes]

    def quit(self):
        pass


@pytest.mark.parametrize("count", [50, 75, 77, 101])
def test_answers_stay_in_order_over_several_connections(count):
    answers = Connections(Echo(), at_once=3).deliver(envelopes(count), within=60)
    assert answers == [each.recipient for each in envelopes(count)]


def test_a_broken_connection_is_not_used_again(scripted, smtp_scripts):
    server = scripted({"TEXT1": smtp_scripts[0]})
    connections = Connections(server_at(server))
    assert connections.deliver(envelopes(1), within=60)[0].status is UNKNOWN
    assert connections.deliver(envelopes(1), within=60)[0].status is ACCEPTED
    assert server.connections == 2


def test_a_connection_idle_for_long_is_closed(scripted, monkeypatch):
    server = scripted()
    connections = Connections(server_at(server))
    connections.deliver(envelopes(1), within=60)
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 31)
    connections.deliver(envelopes(1), within=60)
    assert server.connections == 2


@given(st.binary() | st.text("a.\r\n", max_size=30).map(str.encode))
def test_stuffing_can_be_undone_and_never_ends_early(data):
    wired = stuffed(data)
    lines = wired.split(b"\r\n")
    assert lines[-2:] == [b".", b""]
    assert all(line == b"" or line != b"." for line in lines[:-2])
    undone = b"\r\n".join(line.removeprefix(b".") for line in lines[:-2])
    canonical = b"\r\n".join(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    assert undone == canonical.removesuffix(b"\r\n")
    assert b"\n" not in wired.replace(b"\r\n", b"")
    assert b"\r" not in wired.replace(b"\r\n", b"")
