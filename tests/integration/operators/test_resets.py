"""New passwords for those who forgot theirs; on both databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from growthcore.api import InvalidInput, RetryableError
from growthcore.core import Queue
from growthcore.operators import people, resets, sessions
from growthcore.operators.mail import Mailer
from growthcore.operators.models import AuditEntry, PasswordReset
from growthcore.operators.sessions import SignedIn
from growthcore.testing.values import START
from growthcore.worker import scheduler

OLD = "느린 고래 세 마리가 웃는다"
NEW = "빠른 거북이 네 마리가 운다"
BASE = "https://growth.shop.com"
LATER = START + timedelta(minutes=2)


class Outbox(Mailer):
    """Keeps mails instead of sending them; refuses the first ``broken`` of them."""

    def __init__(self, broken=0):
        super().__init__(
            host="mail.shop.com", port=587, sender="a@shop.com", tls=False, starttls=False
        )
        object.__setattr__(self, "sent", [])
        object.__setattr__(self, "broken", broken)

    def send(self, to, subject, text, *, now):
        if self.broken:
            object.__setattr__(self, "broken", self.broken - 1)
            raise RetryableError("the server is away")
        self.sent.append((to, subject, text))

    @property
    def tokens(self):
        return [re.search(rf"{BASE}/admin/password/reset/(\S+)", text)[1] for *_, text in self.sent]


def ask(database, email="owner@shop.com", now=START, address="192.0.2.1"):
    with database.unit() as session:
        resets.request(session, email=email, address=address, now=now)


def send(database, outbox, now=START):
    count = 0
    while resets.send_next(database, outbox, base_url=BASE, now=now):
        count += 1
    return count


@pytest.fixture
def token(database, add):
    """The token of a link that was mailed to an owner."""
    add("owner")
    ask(database)
    send(database, outbox := Outbox())
    return outbox.tokens[0]


def signs_in(database, password):
    found = sessions.sign_in(
        database,
        email="owner@shop.com",
        password=password,
        address="192.0.2.1",
        browser="",
        persistent=False,
        now=LATER,
    )
    return isinstance(found, SignedIn)


def test_a_link_is_mailed_once(database, add):
    add("owner")
    ask(database, " OWNER@shop.com")
    outbox = Outbox()
    assert [send(database, outbox), send(database, outbox, LATER)] == [1, 0]
    ((to, subject, _),) = outbox.sent
    assert (to, subject) == ("owner@shop.com", "[내 쇼핑몰] 비밀번호 재설정")


def test_mail_is_in_the_readers_language(database, add):
    add("owner", locale="en")
    ask(database)
    send(database, outbox := Outbox())
    ((_, subject, text),) = outbox.sent
    assert "Reset your password" in subject
    assert "open this link within an hour" in text


def test_the_link_is_nowhere_but_in_the_mail(database, token):
    with database.read() as session:
        assert session.scalar(select(PasswordReset.token_hash)) not in (None, token)


@pytest.mark.parametrize("email", ["nobody@shop.com", "gone@shop.com", "", "x" * 500])
def test_nobody_else_is_mailed(database, add, email):
    gone = add("viewer", email="gone@shop.com")
    with database.unit() as session:
        people.deactivate(session, gone.id, now=START, by=None)
    ask(database, email)
    assert send(database, Outbox()) == 0


def test_nobody_is_buried_in_mails(database, add):
    add("owner")
    for _ in range(10):
        ask(database)
    assert send(database, Outbox()) == 3


def test_a_link_sets_a_new_password(database, token):
    assert resets.redeem(database, token, NEW, now=LATER)
    assert (signs_in(database, OLD), signs_in(database, NEW)) == (False, True)
    with database.read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert "person.password_reset" in actions


def test_a_link_signs_its_person_out_everywhere(database, token):
    with database.unit() as session:
        person = people.with_email(session, "owner@shop.com")
        found = sessions.begin(session, person, browser="", now=START)
    resets.redeem(database, token, NEW, now=LATER)
    assert sessions.recognise(database, found.token, LATER) is None


def test_a_link_works_once(database, token):
    assert resets.redeem(database, token, NEW, now=LATER)
    assert not resets.redeem(database, token, NEW + "!", now=LATER)
    with database.read() as session:
        assert not resets.whose(session, token, LATER)


def test_of_two_who_use_a_link_at_once_one_succeeds(database, token):
    with ThreadPoolExecutor(2) as threads:
        done = list(
            threads.map(lambda p: resets.redeem(database, token, p, now=LATER), [NEW, NEW + "!"])
        )
    assert sorted(done) == [False, True]


def test_a_link_works_for_an_hour(database, token):
    end = START + timedelta(hours=1)
    with database.read() as session:
        assert resets.whose(session, token, end - timedelta(microseconds=1))
        assert not resets.whose(session, token, end)
    assert not resets.redeem(database, token, NEW, now=end)


def test_a_used_link_ends_the_other_ones(database, token):
    ask(database, now=LATER)
    send(database, outbox := Outbox(), LATER)
    assert resets.redeem(database, outbox.tokens[0], NEW, now=LATER)
    assert not resets.redeem(database, token, NEW, now=LATER)


def test_a_bad_password_leaves_the_link_good(database, token):
    with pytest.raises(InvalidInput) as error:
        resets.redeem(database, token, "short", now=LATER)
    assert set(error.value.errors) == {"password"}
    assert resets.redeem(database, token, NEW, now=LATER)


def test_a_deactivated_person_gets_in_by_no_link(database, add, token):
    add("owner", email="second@shop.com")
    with database.unit() as session:
        person = people.with_email(session, "owner@shop.com")
        people.deactivate(session, person.id, now=START, by=None)
    assert not resets.redeem(database, token, NEW, now=LATER)


def test_a_mail_that_did_not_go_is_tried_again_until_its_hour_is_over(database, add):
    add("owner")
    ask(database)
    outbox = Outbox(broken=1)
    assert [send(database, outbox), len(outbox.sent)] == [1, 0]
    with database.read() as session:
        assert not resets.due(session, START)
        assert resets.due(session, LATER)
        assert not resets.due(session, START + timedelta(hours=1))
    send(database, outbox, LATER)
    assert resets.redeem(database, outbox.tokens[0], NEW, now=LATER)


def test_a_link_is_handed_over_where_there_is_no_mail(database, add):
    add("owner")
    with database.unit() as session:
        link = resets.link(session, "OWNER@shop.com", base_url=BASE, now=START, actor="cli")
    assert link.startswith(f"{BASE}{resets.PATH}/")
    assert send(database, Outbox()) == 0
    assert resets.redeem(database, link.rpartition("/")[2], NEW, now=LATER)


def test_there_is_no_link_for_nobody(database):
    with database.unit() as session, pytest.raises(InvalidInput, match="no active person"):
        resets.link(session, "nobody@shop.com", base_url=BASE, now=START, actor="cli")


def test_old_requests_are_dropped(database, token):
    with database.unit() as session:
        resets.sweep(session, START + timedelta(hours=26))
        assert session.scalar(select(func.count()).select_from(PasswordReset)) == 0


def test_the_scheduler_finds_mails_that_were_not_sent(core, clock, jobs, cheap_passwords):
    with core.db.unit() as session:
        values = {"name": "김민지", "email": "owner@shop.com", "role": "owner", "password": OLD}
        people.create(session, people.NewPerson.of(values), now=clock.now(), by=None)
    ask(core.db, now=clock.now())
    tasks = [task for task in scheduler.TASKS if task.name in ("resets.wake", "sign_ins.forget")]
    assert scheduler.tick(core, clock.now(), tasks) == ["resets.wake", "sign_ins.forget"]
    assert [(each.queue, each.job) for each in jobs.collected] == [
        (Queue.BACKGROUND, "mail_resets")
    ]
