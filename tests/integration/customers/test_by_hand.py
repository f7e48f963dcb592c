"""What people change by hand: with a reason, and in the audit log."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.api import AddressKind, InvalidInput
from growthcore.customers import by_hand, consent, suppression
from growthcore.customers.models import ConsentRecord, Customer
from growthcore.operators.models import AuditEntry
from growthcore.testing.factories import make_customer
from growthcore.testing.values import START

WHO = {"actor": "7", "now": START}
SAID = {"channel": "email", "purpose": "advertising", "granted": True, "source": "전화  상담"}


@pytest.fixture
def kim(database):
    with database.unit() as session:
        return make_customer(session, "kim").id


def audited(database):
    with database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.actor, row.details) for row in rows]


def test_a_consent_is_kept_with_who_took_it_and_how(database, kim):
    with database.unit() as session:
        by_hand.record_consent(session, kim, **SAID, **WHO)
        assert consent.of(session, kim) == {("email", "advertising"): True}
        record = session.scalars(select(ConsentRecord)).one()
    assert (record.source, record.evidence) == ("person: 전화 상담", {"actor": "7"})
    ((action, actor, details),) = audited(database)
    assert (action, actor, details["source"]) == ("consent.changed", "7", "전화 상담")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [({"source": ""}, "source"), ({"source": "x" * 81}, "source"), ({"purpose": "x"}, "channel")],
)
def test_a_consent_that_does_not_fit_is_refused(database, kim, wrong, path):
    with database.unit() as session, pytest.raises(InvalidInput) as caught:
        by_hand.record_consent(session, kim, **(SAID | wrong), **WHO)
    assert list(caught.value.errors) == [path]
    assert audited(database) == []


def test_an_address_is_suppressed_once_and_released_with_reasons(database, kim):
    with database.unit() as session:
        assert by_hand.suppress(session, kim, AddressKind.EMAIL, reason="요청", **WHO)
        assert not by_hand.suppress(session, kim, AddressKind.EMAIL, reason="요청", **WHO)
        (row,) = suppression.of_customer(session, session.get_one(Customer, kim))
        assert by_hand.release(session, kim, row.id, reason="다시 요청", **WHO)
        assert not by_hand.release(session, kim, row.id, reason="다시 요청", **WHO)
    added, removed = audited(database)
    assert added[2]["source"] == "person: 요청"
    assert removed[2]["removed_because"] == "다시 요청"


def test_an_address_that_is_not_there_can_not_be_suppressed(database, kim):
    with database.unit() as session, pytest.raises(InvalidInput):
        by_hand.suppress(session, kim, AddressKind.PHONE, reason="요청", **WHO)


def test_another_customers_address_is_not_released(database, kim):
    with database.unit() as session:
        lee = make_customer(session, "lee").id
        by_hand.suppress(session, lee, AddressKind.EMAIL, reason="요청", **WHO)
        (row,) = suppression.of_customer(session, session.get_one(Customer, lee))
        with pytest.raises(InvalidInput):
            by_hand.release(session, kim, row.id, reason="실수", **WHO)
        assert suppression.of_customer(session, session.get_one(Customer, lee))


def test_of_somebody_who_is_gone_nothing_is_changed(database, kim):
    with database.unit() as session:
        session.get_one(Customer, kim).erased_at = START
        with pytest.raises(InvalidInput):
            by_hand.record_consent(session, kim, **SAID, **WHO)


def test_what_is_held_is_handed_out_and_only_that_it_was_is_audited(database, kim):
    with database.unit() as session:
        document = by_hand.export(session, kim, listeners=[], **WHO)
    assert document["customer"]["email"] == "kim@example.com"
    assert audited(database) == [("customer.exported", "7", None)]


def test_nothing_is_handed_out_of_nobody(database):
    with database.unit() as session, pytest.raises(InvalidInput):
        by_hand.export(session, 999, listeners=[], **WHO)
    assert audited(database) == []
