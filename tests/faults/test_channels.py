"""10,000 messages over three channels whose providers fail, while processes and the queue die."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from growthcore.campaigns import reports, service
from growthcore.campaigns.lifecycle import State as Life
from growthcore.customers.models import Customer
from growthcore.messaging import recovery, statistics, syncing
from growthcore.messaging.models import LEDGER
from growthcore.messaging.states import PENDING, State
from growthcore.sandbox.cafe24 import Cafe24Settings, create
from growthcore.sandbox.faults import Answer
from growthcore.sandbox.phone import PhoneInbox
from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, SandboxSens, SensSettings
from growthcore.sandbox.serving import Served
from growthcore.sandbox.smtp import SandboxSmtp

CUSTOMERS = 3_400
CHANNELS = 3
KILLS = 6
IN_FLIGHT = 100
BACK = "http://127.0.0.1:8000/callback"
NOW = timedelta(0)
MALL = Cafe24Settings(
    customers=2, products=1, orders=0,
    slots=10_000, rate=10_000.0, small_buckets={}, usage_calls=1_000_000, balance=Decimal(100_000),
)  # fmt: skip
CONTENTS = {
    "email_smtp": {"subject": "#{USER_ID}님께", "html": "<p>발송되었습니다</p>"},
    "sms_cafe24": {"body": "주문하신 상품이 발송되었습니다"},
    "alimtalk": {
        "template": "ORDER01",
        "values": {"고객명": "#{USER_ID}", "주문번호": "20260101-0000001"},
    },
}
# What goes wrong at the n-th request to send; each channel makes 34 at the least.
TEXT_FAULTS = {
    4: {"answers": (Answer(status=429),)},
    9: {"drop_after": 1},
    14: {"answers": (Answer(status=503),)},
    19: {"answers": (Answer(status=504, taken=True),)},
    24: {"drop_before": 1},
}
KAKAO_FAULTS = {
    4: {"answers": (Answer(status=429),)},
    8: {"drop_after": 1},
    12: {"failing_share": 0.5},
    13: {"failing_share": 0.0},
    17: {"answers": (Answer(status=500),)},
    21: {"answers": (Answer(status=504, taken=True),)},
    26: {"drop_before": 1},
}


class Scripted:
    """A stand-in whose faults come with its n-th request to send, so that they are met for certain."""

    def __init__(self, app, path, script):
        self.app, self._path, self.script = app, path, dict(script)
        self._numbers = count(1)

    def __call__(self, environ, start):
        if self._sends(environ) and (faults := self.script.pop(next(self._numbers), None)):
            self.app.faults.set(where="POST", **faults)
        return self.app(environ, start)

    def _sends(self, environ):
        is_post = environ["REQUEST_METHOD"] == "POST"
        return is_post and environ["PATH_INFO"].endswith(self._path)


class Outside:
    """The providers, and what arrived."""

    def __init__(self, folder, stack):
        self.mail = stack.enter_context(SandboxSmtp(folder / "mail"))
        texts, kakao = PhoneInbox(folder / "texts"), folder / "kakao"
        self.mall = create(MALL, phones=texts)
        at_once = SensSettings(unreported=NOW, in_flight=NOW)
        self.sens = SandboxSens(kakao, settings=at_once)
        self.scripted = [
            Scripted(self.mall, "/admin/sms", TEXT_FAULTS),
            Scripted(self.sens, "/messages", KAKAO_FAULTS),
        ]
        self.mall_url, self.sens_url = (
            stack.enter_context(Served(each)).url for each in self.scripted
        )
        self.texts = texts

    def restart_mail(self):
        """Break every connection, also those whose mail was taken and not yet answered."""
        self.mail.stop()
        self.mail.start()

    def arrived(self):
        """How many messages everybody got, by channel and by the number of the customer."""
        self.sens.deliver()
        mails = (each.recipients[0] for each in self.mail.inbox.messages(limit=10**6))
        return {
            "email_smtp": Counter(int(to.removeprefix("c").split("@")[0]) for to in mails),
            "sms_cafe24": self._phones(self.texts),
            "alimtalk": self._phones(self.sens.inbox),
        }

    @staticmethod
    def _phones(inbox):
        return Counter(int(each.recipient[3:7]) for each in inbox.messages(limit=10**6))


@pytest.fixture
def outside(tmp_path):
    with ExitStack() as stack:
        yield Outside(tmp_path, stack)


@pytest.fixture
def campaigns(shop, outside, launch):
    """A campaign a channel, all in force, by the channel."""
    now = shop.clock.now()
    with shop.db.unit() as session:
        session.add_all(
            Customer(
                id=n, external_id=f"c{n}", email=f"c{n}@example.com", phone=f"+8210{n:04}0000",
                created_at=now, updated_at=now,
            )
            for n in range(1, CUSTOMERS + 1)
        )  # fmt: skip
    accounts = _accounts(shop, outside)
    return {channel: launch(accounts[channel], CONTENTS[channel]) for channel in CONTENTS}


def _accounts(shop, outside):
    mall = {
        "mall_id": MALL.mall_id, "client_id": MALL.client_id, "client_secret": MALL.client_secret,
        "base_url": outside.mall_url, "allow_private": True,
    }  # fmt: skip
    connection = _account(shop, "cafe24", mall, kind="connection")
    code = outside.mall.tokens.agree(BACK, MALL.scopes)
    shop.accounts.connection(connection).finish(BACK, {"code": code})
    mail = {
        "host": outside.mail.host, "port": outside.mail.port, "security": "none",
        "sender_address": "news@shop.example",
    }  # fmt: skip
    kakao = {
        "channel_id": "@growthcore", "service_id": EXAMPLE_PROJECT.kakao_service,
        "access_key": EXAMPLE_KEY.access, "secret_key": EXAMPLE_KEY.secret,
        "base_url": outside.sens_url, "calls_per_second": 100,
    }  # fmt: skip
    made = {
        "email_smtp": _account(shop, "email_smtp", mail),
        "sms_cafe24": _account(shop, "sms_cafe24", {"connection": connection, "sender": "3"}),
        "alimtalk": _account(shop, "alimtalk", kakao),
    }
    for account_id in made.values():
        syncing.sync(shop, account_id, actor="test")
    return made


def _account(shop, provider, values, **more):
    with shop.db.unit() as session:
        return shop.accounts.create(
            session, provider=provider, label=provider, values=values, actor="test", **more
        ).id


class Watch:
    """Looks at the ledger, and does what a person and the passing of time do."""

    def __init__(self, shop, campaigns):
        self._shop, self._campaigns = shop, campaigns

    def handed(self):
        """How many messages were begun."""
        with self._shop.db.read() as session:
            begun = select(func.count()).select_from(LEDGER).where(LEDGER.c.attempts > 0)
            return session.scalar(begun)

    def standings(self):
        with self._shop.db.read() as session:
            return {c: reports.standing(session, id_) for c, id_ in self._campaigns.items()}

    def resume(self):
        """What a person does when 200 failures in a row have paused a campaign."""
        for id_ in self._campaigns.values():
            with self._shop.db.unit() as session:
                if service.get(session, id_).state == Life.PAUSED:
                    service.resume(self._shop, session, id_, actor="test")

    def is_over(self):
        """Whether all came to an end. When nothing more can happen before, the minutes pass."""
        self.resume()
        found = self.standings()
        if any(each.targets < CUSTOMERS for each in found.values()):
            return False
        if not self._in_hand():
            self._let_minutes_pass()
        open_ = sum(each.pending for each in found.values())
        return not open_ and not found["alimtalk"].states[State.UNCERTAIN]

    def _in_hand(self):
        now = self._shop.clock.now()
        waits = (LEDGER.c.state == State.DUE) & (LEDGER.c.due_at > now)
        with self._shop.db.read() as session:
            return session.scalar(
                select(func.count()).select_from(LEDGER).where(LEDGER.c.state.in_(PENDING), ~waits)
            )

    def _let_minutes_pass(self):
        """As if what waits had waited: for its next attempt, and to be asked about for certain."""
        now = self._shop.clock.now()
        uncertain = LEDGER.c.state == State.UNCERTAIN
        recent = uncertain & (LEDGER.c.sent_at > now - timedelta(minutes=2, seconds=1))
        with self._shop.db.unit() as session:
            session.execute(update(LEDGER).where(LEDGER.c.state == State.DUE).values(due_at=now))
            session.execute(update(LEDGER).where(recent).values(sent_at=now - timedelta(minutes=3)))
            session.execute(update(LEDGER).where(uncertain).values(poll_at=now))

    def numbers(self, channel, *states):
        """The customers whose message came to one of the states."""
        found = select(LEDGER.c.customer_id).where(
            LEDGER.c.campaign_id == self._campaigns[channel], LEDGER.c.state.in_(states)
        )
        with self._shop.db.read() as session:
            return set(session.scalars(found))


def test_nobody_gets_two_and_none_is_lost_whatever_fails(shop, outside, campaigns, crew, wait):
    chance = random.Random(os.environ.get("SEED", "growth"))
    watch = Watch(shop, campaigns)
    for blow in range(KILLS):
        reached = blow * CHANNELS * CUSTOMERS // (KILLS + 2)
        wait(lambda: watch.resume() or watch.handed() >= reached, 120)  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.2))
        crew.kill(chance.randrange(len(crew.processes)))
        if blow == 1:
            outside.restart_mail()
        if blow == KILLS // 2:
            Redis.from_url(shop.settings.redis_url).flushall()
    wait(watch.is_over, 180)
    crew.end()

    assert not any(each.script for each in outside.scripted), "a fault was not met"
    found, arrived = watch.standings(), outside.arrived()
    for channel, standing in found.items():
        assert standing.targets == CUSTOMERS == sum(standing.states.values())
        assert standing.pending == 0
        assert max(arrived[channel].values()) == 1, f"somebody got two by {channel}"
        sent = watch.numbers(channel, State.SENT)
        assert sent <= set(arrived[channel]), "something counts as sent that nobody has"
        assert set(arrived[channel]) <= sent | watch.numbers(channel, State.UNCERTAIN)
    assert found["alimtalk"].states[State.UNCERTAIN] == 0
    assert 0 < found["alimtalk"].states[State.FAILED] <= 100, "half of one request was refused"
    with shop.db.read() as session:
        listed = recovery.uncertain(session, limit=10_000)
        assert not statistics.differences(session)
    assert len(listed) == sum(each.states[State.UNCERTAIN] for each in found.values())
    blows = KILLS + len(TEXT_FAULTS) + 1
    assert len(listed) <= blows * IN_FLIGHT, "more is uncertain than was in flight"
