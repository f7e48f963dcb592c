"""A shop with a channel that records, and words for what campaigns do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from growthcore.campaigns import enrolment, progress, reactions, reports, sending, service
from growthcore.customers import consent
from growthcore.customers import service as customers
from growthcore.customers.profiles import Profile
from growthcore.events.ingestion import IncomingEvent, IncomingItem, ingest
from growthcore.messaging.models import PolicySetting
from growthcore.plugins import discovery
from growthcore.testing.factories import identify_shop
from growthcore.testing.plugins import plugins_of
from growthcore.testing.recording import Recording


@dataclass
class Shop:
    """What the tests say of a shop."""

    core: object
    recording: Recording
    account_id: int = 0
    events: int = field(default=0)

    @property
    def now(self):
        return self.core.clock.now()

    def pass_time(self, **length):
        self.core.clock.at += timedelta(**length)

    def customers(self, *names, consent_to="email"):
        with self.core.db.unit() as session:
            found = customers.upsert(
                session,
                [
                    Profile(external_id=name, email=f"{name}@example.com", name=name)
                    for name in names
                ],
                now=self.now,
            )
            ids = [each.id for each in found]
            for id_ in ids if consent_to else ():
                consent.record(
                    session,
                    id_,
                    channel=consent_to,
                    purpose="advertising",
                    granted=True,
                    at=self.now,
                    source="test",
                )
        return ids

    def definition(self, **changes):
        return {
            "message_class": "advertising",
            "account_id": self.account_id,
            "content": {"body": "안녕하세요 #{NAME}님"},
            "audience": {
                "not": {
                    "condition": "customer_attribute",
                    "params": {"attribute": "left", "operator": "exists"},
                }
            },
            "delivery": {"kind": "once"},
        } | changes

    def create(self, **changes):
        with self.core.db.unit() as session:
            return service.create(
                self.core, session, "campaign", self.definition(**changes), actor="test"
            ).id

    def launch(self, campaign_id=None, **changes):
        campaign_id = campaign_id or self.create(**changes)
        with self.core.db.unit() as session:
            service.launch(self.core, session, campaign_id, actor="test")
        return campaign_id

    def work(self):
        """Everything that workers and the scheduler would do now."""
        while reactions.react(self.core):
            pass
        with self.core.db.unit() as session:
            progress.start_scheduled(session, self.now)
            unenrolled = progress.unenrolled(session)
        for campaign_id in unenrolled:
            while enrolment.enrol_audience(self.core, campaign_id):
                pass
        with self.core.db.read() as session:
            due = progress.with_due_messages(session, self.now)
        for campaign_id in due:
            while sending.send_due(self.core, campaign_id):
                pass
        with self.core.db.unit() as session:
            progress.complete(session, self.now)

    def happens(self, name, customer, *, product=None, **values):
        self.events += 1
        items = [IncomingItem(product=product, price=1000, name=product)] if product else []
        with self.core.db.unit() as session:
            taken = ingest(
                session,
                [
                    IncomingEvent(
                        id=f"e{self.events}",
                        name=name,
                        occurred_at=values.pop("at", self.now),
                        customer=customer,
                        visitor=f"v-{customer}",
                        items=items,
                        **values,
                    )
                ],
                source="test",
                now=self.now,
            )
        assert not taken.rejected, taken.rejected

    def policy(self, policy_id, *, enabled=True, **params):
        """Say so of a send policy, its other params as by default."""
        with self.core.db.unit() as session:
            session.merge(PolicySetting(id=policy_id, enabled=enabled, params=params))

    def no_policies(self):
        """Let everything go that the law does."""
        for policy_id in self.core.plugins.policies:
            self.policy(policy_id, enabled=False)

    def standing(self, campaign_id):
        with self.core.db.read() as session:
            return reports.standing(session, campaign_id)

    def states(self, campaign_id):
        return {s.value: n for s, n in self.standing(campaign_id).states.items() if n}

    def reasons(self, campaign_id):
        return {reason: n for (_, reason), n in self.standing(campaign_id).reasons.items()}

    def campaign(self, campaign_id):
        with self.core.db.read() as session:
            return service.get(session, campaign_id)


@pytest.fixture
def recording():
    return Recording()


@pytest.fixture
def shop(make_core, sqlite_database, recording):
    """A shop with every installed plugin and the recording channel."""
    return _shop(make_core, sqlite_database, recording)


@pytest.fixture
def each_shop(make_core, database, recording):
    """The same on each database in turn."""
    return _shop(make_core, database, recording)


def _shop(make_core, database, recording):
    core = make_core(database, [*discovery.installed(), *plugins_of(recording.plugin())])
    with core.db.unit() as session:
        identify_shop(session)
        account = core.accounts.create(
            session, provider="recording", label="test", values={}, actor="test"
        )
    return Shop(core, recording, account.id)
