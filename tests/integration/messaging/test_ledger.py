"""The ledger under random orders of events: workers that die, receipts that come late, sweeps."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from growthcore.api import Receipt
from growthcore.campaigns.models import Campaign, CampaignRun, CampaignVersion
from growthcore.messaging import ledger, receipts, recovery, statistics, tally
from growthcore.messaging.models import LEDGER, Message, Statistic
from growthcore.messaging.states import State

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.fixture
def campaign(database):
    with database.unit() as session:
        campaign = Campaign(
            name="c", kind="once", state="running", definition={}, created_at=NOW, changed_at=NOW
        )
        session.add(campaign)
        session.flush()
        version = CampaignVersion(campaign_id=campaign.id, number=1, definition={}, created_at=NOW)
        session.add(version)
        session.flush()
        session.add(
            CampaignRun(campaign_id=campaign.id, version_id=version.id, tag="t", started_at=NOW)
        )
        return campaign.id


def enrol(database, campaign_id, customers, now=NOW):
    with database.unit() as session:
        run = session.scalars(select(CampaignRun)).one()
        return ledger.enrol(
            session,
            [
                {
                    "run_id": run.id,
                    "campaign_id": campaign_id,
                    "version_id": run.version_id,
                    "customer_id": customer,
                    "channel": "file",
                    "key": "",
                    "message_class": "informational",
                    "state": State.DUE,
                    "anchor_at": now,
                    "due_at": now,
                    "latest_at": None,
                    "cart_id": None,
                    "enrolled_at": now,
                }
                for customer in customers
            ],
        )


def claim(database, campaign_id, now=NOW, limit=100):
    with database.unit() as session:
        return ledger.claim(session, campaign_id, limit, now, LEASE)


def begin(database, claimed, ids, now=NOW):
    with database.unit() as session:
        return ledger.begin_sending(session, claimed, ids, now, LEASE)


def record(database, claimed, said, now=NOW):
    with database.unit() as session:
        return receipts.record(session, claimed, said, now)


def states(database):
    with database.read() as session:
        return dict(session.execute(select(LEDGER.c.customer_id, LEDGER.c.state)).all())


def test_enrolling_the_same_customer_again_adds_nothing(database, campaign):
    assert enrol(database, campaign, [1, 2, 3]) == 3
    assert enrol(database, campaign, [2, 3, 4]) == 1
    assert set(states(database)) == {1, 2, 3, 4}


def test_two_claims_never_share_a_message(database, campaign):
    enrol(database, campaign, range(10))
    first, second = claim(database, campaign, limit=6), claim(database, campaign, limit=6)
    ids = [message.id for each in (first, second) for message in each.messages]
    assert len(ids) == len(set(ids)) == 10


def test_nothing_is_claimed_before_its_time(database, campaign):
    enrol(database, campaign, [1])
    assert claim(database, campaign, NOW - timedelta(seconds=1)) is None


def test_a_worker_that_lost_its_claim_can_not_begin(database, campaign):
    enrol(database, campaign, [1])
    lost = claim(database, campaign)
    later = NOW + LEASE + timedelta(seconds=1)
    with database.unit() as session:
        assert recovery.sweep(session, later) == (1, 0)
    taken = claim(database, campaign, later)
    ids = [message.id for message in lost.messages]
    assert begin(database, lost, ids, later) == set()
    assert begin(database, taken, ids, later) == set(ids)


def test_what_a_dead_worker_was_handing_over_becomes_uncertain_and_is_not_sent_again(
    database, campaign
):
    enrol(database, campaign, [1, 2])
    claimed = claim(database, campaign)
    begin(database, claimed, [claimed.messages[0].id])
    later = NOW + LEASE + timedelta(seconds=1)
    with database.unit() as session:
        assert recovery.sweep(session, later) == (1, 1)
    again = claim(database, campaign, later)
    assert [message.customer_id for message in again.messages] == [2]


def test_a_late_receipt_settles_an_uncertain_message(database, campaign):
    enrol(database, campaign, [1])
    claimed = claim(database, campaign)
    begin(database, claimed, [claimed.messages[0].id])
    with database.unit() as session:
        recovery.sweep(session, NOW + LEASE * 2)
    assert states(database) == {1: "uncertain"}
    record(database, claimed, [(claimed.messages[0], Receipt.accepted("p1"))], NOW + LEASE * 3)
    assert states(database) == {1: "sent"}
    with database.read() as session:
        assert not statistics.differences(session)


def test_a_message_that_was_not_taken_comes_due_again_and_is_given_up_in_the_end(
    database, campaign
):
    enrol(database, campaign, [1])
    now = NOW
    for _ in range(20):
        claimed = claim(database, campaign, now)
        if claimed is None:
            break
        begin(database, claimed, [claimed.messages[0].id], now)
        record(database, claimed, [(claimed.messages[0], Receipt.retry("busy"))], now)
        now += timedelta(days=1)
    assert states(database) == {1: "failed"}


def test_receipts_that_are_alike_keep_what_the_provider_calls_each(database, campaign):
    enrol(database, campaign, range(5))
    claimed = claim(database, campaign)
    begin(database, claimed, [message.id for message in claimed.messages])
    said = [
        Receipt.accepted("a"),
        Receipt.accepted("b"),
        Receipt.accepted(),
        Receipt.rejected("refused"),
        Receipt.uncertain("lost"),
    ]
    record(database, claimed, list(zip(claimed.messages, said, strict=True)))
    columns = (LEDGER.c.state, LEDGER.c.reason, LEDGER.c.provider_id, LEDGER.c.attempts)
    with database.read() as session:
        rows = [tuple(row) for row in session.execute(select(*columns).order_by(LEDGER.c.id))]
    assert rows == [
        ("sent", None, "a", 1),
        ("sent", None, "b", 1),
        ("sent", None, None, 1),
        ("failed", "refused", None, 1),
        ("uncertain", "lost", None, 1),
    ]


def test_what_waits_in_a_claim_keeps_its_lease_while_its_holder_gets_on(database, campaign):
    enrol(database, campaign, [1, 2, 3])
    claimed = claim(database, campaign)
    first, second, _ = (message.id for message in claimed.messages)
    begin(database, claimed, [first], NOW + LEASE * 0.4)
    begin(database, claimed, [second], NOW + LEASE * 0.8)
    with database.unit() as session:
        assert recovery.sweep(session, NOW + LEASE * 1.3) == (0, 0)
        assert recovery.sweep(session, NOW + LEASE * 1.9) == (1, 2)


def test_the_operators_word_settles_an_uncertain_message(core):
    with core.db.unit() as session:
        campaign = Campaign(
            name="c", kind="once", state="running", definition={}, created_at=NOW, changed_at=NOW
        )
        session.add(campaign)
        session.flush()
        version = CampaignVersion(campaign_id=campaign.id, number=1, definition={}, created_at=NOW)
        session.add(version)
        session.flush()
        session.add(
            CampaignRun(campaign_id=campaign.id, version_id=version.id, tag="t", started_at=NOW)
        )
        campaign_id = campaign.id
    enrol(core.db, campaign_id, [1, 2, 3])
    claimed = claim(core.db, campaign_id)
    begin(core.db, claimed, [message.id for message in claimed.messages])
    with core.db.unit() as session:
        recovery.sweep(session, NOW + LEASE * 2)
    with core.db.unit() as session:
        for message, answer in zip(
            claimed.messages, ("sent", "not-sent", "send-again"), strict=True
        ):
            recovery.settle(core, session, message.id, answer, actor="test")
    assert sorted(states(core.db).values()) == ["due", "failed", "sent"]
    with core.db.read() as session:
        assert not statistics.differences(session)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_whatever_dies_the_sums_hold_and_nobody_is_handed_over_twice(database, campaign, seed):
    chance = random.Random(seed)
    with database.unit() as session:
        session.execute(delete(Message))
        session.execute(delete(Statistic))
    enrol(database, campaign, range(12))
    now, open_claims, taken_over = NOW, [], dict.fromkeys(range(12), 0)
    for _ in range(40):
        now += timedelta(seconds=chance.choice([1, 30, 61]))
        step = chance.choice(["claim", "begin", "record", "sweep", "release", "defer", "suppress"])
        if step == "claim":
            claimed = claim(database, campaign, now, limit=chance.randint(1, 5))
            open_claims += [[claimed, []]] if claimed else []
        elif step == "sweep":
            with database.unit() as session:
                recovery.sweep(session, now)
        elif open_claims:
            _play(database, chance, chance.choice(open_claims), step, now, taken_over)
    found = states(database)
    assert len(found) == 12
    assert all(times <= 1 for times in taken_over.values())
    with database.read() as session:
        run = session.scalar(select(CampaignRun.id))
        assert sum(tally.counts(session, [run]).values()) == 12
        assert not statistics.differences(session)
    for customer, times in taken_over.items():
        if times:
            assert found[customer] in {State.SENT, State.UNCERTAIN, State.SENDING}


def _play(database, chance, opened, step, now, taken_over):
    claimed, begun = opened
    some = chance.sample(list(claimed.messages), chance.randint(1, len(claimed.messages)))
    if step == "begin":
        started = begin(database, claimed, [message.id for message in some], now)
        handed = [message for message in claimed.messages if message.id in started]
        for message in handed:
            receipt = chance.choice(
                [Receipt.accepted(), Receipt.retry("busy"), Receipt.uncertain("lost")]
            )
            # What the provider has, it has, whether or not the receipt is ever written down.
            taken_over[message.customer_id] += receipt.outcome != "retry"
            begun.append((message, receipt))
    elif step == "record":
        record(database, claimed, begun, now)
        begun.clear()
    else:
        with database.unit() as session:
            if step == "release":
                ledger.release(session, claimed)
            elif step == "defer":
                until = {message.id: (now + timedelta(seconds=5), "later") for message in some}
                ledger.defer(session, claimed, until)
            else:
                ledger.suppress(session, claimed, {message.id: "no" for message in some}, now)
    assert set(states(database).values()) <= {state.value for state in State}
