"""What the builder shows: the count, who can be reached, and a masked sample."""

import pytest

from growthcore.api import AddressKind, Channel, Compiled, ParamsSchema, Preview, Text
from growthcore.customers import suppression
from growthcore.customers.models import Customer
from growthcore.plugins import discovery
from growthcore.segments.preview import SAMPLE, preview
from growthcore.testing.factories import make_customer, make_event
from growthcore.testing.fakes import START
from growthcore.testing.plugins import a_plugin

LOGGED_IN = {"condition": "event_count", "params": {"event": "login"}}
NOBODY = {"condition": "event_count", "params": {"event": "quiz"}}


class Mail(Channel):
    medium = "mail"
    id, title, address, Content = "mail", Text("메일", "Mail"), AddressKind.EMAIL, ParamsSchema

    def compile(self, content):
        return Compiled(names=frozenset(), render=lambda _: "")

    def send(self, batch):
        return []

    def preview(self, rendered):
        return Preview(text=rendered)


class Phone(Mail):
    id, medium, address = "phone", "phone", AddressKind.PHONE


@pytest.fixture
def core(make_core, database):
    offered = a_plugin("two_channels", growthcore_channels=lambda: [Mail, Phone])
    names = ("segment_event_count", "segment_customer_attribute")
    wanted = [each for each in discovery.installed() if each.name in names]
    return make_core(database, [*wanted, offered])


def logged_in(core, **fields):
    with core.db.unit() as session:
        customer = make_customer(session, **fields)
        make_event(session, "login", customer=customer)
    return customer


def shown(core, definition=LOGGED_IN):
    with core.db.read() as session:
        return preview(core, session, definition)


def test_a_member_with_address_and_consent_is_reachable(core):
    logged_in(core, consents=["mail", "phone"], phone="010-1234-5678")
    assert shown(core)["reachable"] == {"mail": 1, "phone": 1}


def test_consent_counts_for_its_own_channel_only(core):
    logged_in(core, consents=["mail"], phone="010-1234-5678")
    assert shown(core)["reachable"] == {"mail": 1, "phone": 0}


def test_consent_without_an_address_reaches_nobody(core):
    logged_in(core, consents=["mail", "phone"])
    assert shown(core)["reachable"] == {"mail": 1, "phone": 0}


def test_an_address_on_the_suppression_list_is_not_reached(core):
    logged_in(core, consents=["mail"], email="a@example.com")
    logged_in(core, consents=["mail"], email="b@example.com")
    with core.db.unit() as session:
        suppression.add(
            session, AddressKind.EMAIL, "a@example.com", reason="bounced", source="test",
            actor="test", at=START,
        )  # fmt: skip
    assert shown(core)["count"] == 2
    assert shown(core)["reachable"]["mail"] == 1


def test_of_everybody_but_some_the_others_are_reached(core):
    logged_in(core, consents=["mail"])
    with core.db.unit() as session:
        idle = make_customer(session, consents=["mail"])
        gone = make_customer(session, consents=["mail"])
        session.get(Customer, gone.id).erased_at = START
    found = shown(core, {"not": LOGGED_IN})
    assert (found["count"], found["reachable"]) == (1, {"mail": 1, "phone": 0})
    assert [each["id"] for each in found["sample"]] == [idle.id]


def test_an_empty_segment_has_nobody_to_reach_or_show(core):
    logged_in(core, consents=["mail"])
    assert shown(core, NOBODY) == {"count": 0, "reachable": {"mail": 0, "phone": 0}, "sample": []}


def test_the_sample_is_masked(core):
    customer = logged_in(core, name="홍길동", email="hong@example.com", phone="010-1234-5678")
    assert shown(core)["sample"] == [
        {"id": customer.id, "name": "홍*동", "email": "ho***@example.com", "phone": "010-****-5678"}
    ]


def test_the_sample_is_small(core):
    ids = [logged_in(core).id for _ in range(SAMPLE + 2)]
    found = shown(core)
    assert found["count"] == SAMPLE + 2
    assert [each["id"] for each in found["sample"]] == ids[:SAMPLE]
