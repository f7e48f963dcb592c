"""Slow domains: the arithmetic, and what it does to a batch."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import MessageClass, Outcome, OutgoingMessage
from growthcore.clock import FixedClock
from growthcore.testing.fakes import context_for
from growthcore.testing.values import START
from growthcore_channel_email_smtp import pace
from growthcore_channel_email_smtp.channel import EmailSmtp
from growthcore_channel_email_smtp.mime import Mail
from growthcore_channel_email_smtp.pace import FREE, LONGEST, WINDOW
from growthcore_channel_email_smtp.pacing import slowed

SLOW = "421 4.7.28 Our system has detected an unusual rate"
CONFIG = {"host": "127.0.0.1", "security": "none", "sender_address": "n@shop.example", "timeout": 1}

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["refuse", "accept", "admit"]),
        st.integers(1, 300),
        st.floats(0, 4_000, allow_nan=False),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_a_slow_domain_has_a_window_that_is_bounded(steps):
    now, known = 0.0, pace.refused(None, 0.0)
    begun, sent = None, 0
    for what, count, passed in steps:
        now += passed
        if known is None:
            known = pace.refused(None, now)
        if what == "refuse":
            before, known = known, pace.refused(known, now)
            assert known.allowed <= before.allowed
            assert known.opens_at >= min(before.opens_at, now + WINDOW)
        elif what == "accept":
            known = pace.accepted(known, count)
        else:
            most = known.allowed
            going, known = pace.admitted(known, count, now)
            begun, sent = (
                (known.opens_at, going) if known.opens_at != begun else (begun, sent + going)
            )
            assert 0 <= going <= count
            assert sent <= most, "whoever asks, a window never has more than it may"
        if known:
            assert 1 <= known.allowed < FREE
            assert known.level >= 1
            assert 0 <= pace.waits(known, count, now) <= LONGEST


@given(st.integers(1, 40), st.integers(0, 5_000))
def test_nothing_goes_before_the_wait_is_over_however_often_it_refused(level, place):
    known = pace.Pace(level=level, allowed=1, opens_at=0.0, told_at=0.0, sent=1)
    known = pace.refused(known, 100.0)
    wait = pace.waits(known, place, 100.0)
    assert WINDOW <= wait <= LONGEST
    assert pace.admitted(known, 5, known.opens_at - 1)[0] == 0
    assert pace.admitted(known, 5, known.opens_at)[0] == 1


@given(st.integers(1, FREE - 1), st.integers(1, 20))
def test_a_domain_that_takes_everything_is_free_again_within_ten_windows(allowed, level):
    known, now, windows = pace.Pace(level=level, allowed=allowed, opens_at=0.0, told_at=0.0), 0.0, 0
    while known is not None:
        going, known = pace.admitted(known, FREE, now)
        known = pace.accepted(known, going)
        now, windows = now + WINDOW, windows + 1
    assert windows <= 10


def test_refusals_of_one_window_count_as_one():
    known = pace.refused(None, 0.0)
    assert pace.refused(pace.refused(known, 1.0), 2.0).level == 1


@pytest.fixture
def clock():
    return FixedClock(START)


def outgoing(addresses):
    rendered = Mail(subject="hi", html="<p>hi</p>", text="hi", unsubscribe_url="")
    return [
        OutgoingMessage(
            reference=f"gc-{address}",
            address=address,
            message_class=MessageClass.INFORMATIONAL,
            rendered=rendered,
        )
        for address in addresses
    ]


def reasons(receipts):
    return [each.reason or each.outcome.value for each in receipts]


def make(server, clock, state=None):
    context = context_for(EmailSmtp, CONFIG | {"port": server.port}, clock=clock)
    return EmailSmtp(replace(context, state=state) if state else context)


def test_a_domain_that_asks_for_less_waits_and_the_others_go_on(scripted, clock):
    server = scripted({"RCPT2": SLOW})
    channel = make(server, clock)
    addresses = ["a@one.example", "b@slow.example", "c@slow.example", "d@two.example"]
    receipts = channel.send(outgoing(addresses))
    assert reasons(receipts) == ["accepted", "slowed", "slowed", "accepted"]
    assert [each.held for each in receipts] == [False, False, True, False]
    assert receipts[2].retry_after == WINDOW
    assert server.connections == 2
    again = channel.send(outgoing(["e@slow.example", "f@one.example"]))
    assert reasons(again) == ["slowed", "accepted"]
    assert len(server.texts) == 3, "the slow domain was not asked"


def test_other_workers_know_it_and_a_window_is_shared(scripted, clock):
    server = scripted({"RCPT1": SLOW})
    first = make(server, clock)
    first.send(outgoing(["a@slow.example"]))
    second = make(server, clock, first.context.state)
    many = [f"c{n}@slow.example" for n in range(pace.FIRST)]
    assert set(reasons(second.send(outgoing(many)))) == {"slowed"}
    clock.at += timedelta(seconds=WINDOW)
    gone = [*first.send(outgoing(many[:10])), *second.send(outgoing(many[:10]))]
    assert reasons(gone).count("accepted") == pace.FIRST
    assert [each.held for each in gone[-4:]] == [True] * 4


def test_a_server_that_itself_asks_for_less_is_left_alone(scripted, clock):
    server = scripted({"MAIL1": "421 4.7.0 Too many messages"})
    channel = make(server, clock)
    receipts = channel.send(outgoing(["a@one.example", "b@two.example"]))
    assert [(each.outcome, each.held) for each in receipts] == [
        (Outcome.RETRY, False),
        (Outcome.RETRY, True),
    ]
    assert reasons(channel.send(outgoing(["c@three.example"]))) == ["slowed"]
    (told,) = slowed(channel._handing.pacer.slow())
    assert told.subject == "The mail server"


@pytest.mark.parametrize("reply", ["450 4.7.1 Greylisted, come back", "452 4.2.2 Mailbox full"])
def test_what_is_about_one_message_slows_nobody(scripted, clock, reply):
    channel = make(scripted({"RCPT1": reply}), clock)
    receipts = channel.send(outgoing(["a@one.example", "b@one.example"]))
    assert reasons(receipts) == ["deferred", "accepted"]
