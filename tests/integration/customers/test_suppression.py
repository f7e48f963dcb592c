from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api import AddressKind, InvalidInput
from growthcore.customers import suppression
from growthcore.customers.addresses import address_hash
from growthcore.operators.models import AuditEntry
from growthcore.testing.values import START

EMAIL, PHONE = AddressKind.EMAIL, AddressKind.PHONE


def add(database, kind, address, *, minutes=0):
    with database.unit() as session:
        return suppression.add(
            session,
            kind,
            address,
            reason="entered",
            source="admin",
            actor="1",
            at=START + timedelta(minutes=minutes),
        )


def suppressed(database, kind, *normalised):
    with database.read() as session:
        hashes = [address_hash(kind, each) for each in normalised]
        return list(suppression.suppressed(session, kind, hashes).values())


def listed(database, text="", **options):
    with database.read() as session:
        rows, total = suppression.listed(session, text, **options)
        return [row.masked for row in rows], total


def test_an_address_is_suppressed_in_every_spelling_and_once(database):
    assert add(database, EMAIL, "Hong@Example.com")
    assert not add(database, EMAIL, " hong@example.COM ")
    assert suppressed(database, EMAIL, "hong@example.com", "kim@example.com") == ["entered"]
    assert suppressed(database, PHONE, "hong@example.com") == []


def test_what_is_no_address_is_refused(database):
    with pytest.raises(InvalidInput, match="phone number"):
        add(database, PHONE, "12")


def test_the_list_is_masked_newest_first_and_found_by_a_whole_address(database):
    add(database, EMAIL, "hong@example.com")
    add(database, PHONE, "010-1234-5678", minutes=1)
    assert listed(database) == (["010-****-5678", "ho***@example.com"], 2)
    assert listed(database, page=2, size=1) == (["ho***@example.com"], 2)
    assert listed(database, "01012345678") == (["010-****-5678"], 1)
    assert listed(database, "hong") == ([], 0)


def test_removing_lets_it_be_sent_to_again(database):
    add(database, EMAIL, "hong@example.com")
    with database.unit() as session:
        row = suppression.listed(session)[0][0]
        assert suppression.remove(session, row.id, actor="1", at=START)
        assert not suppression.remove(session, row.id + 1, actor="1", at=START)
    assert suppressed(database, EMAIL, "hong@example.com") == []


def test_both_are_audited_without_the_address(database):
    add(database, EMAIL, "hong@example.com")
    with database.unit() as session:
        row = suppression.listed(session)[0][0]
        suppression.remove(session, row.id, actor="1", at=START)
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["suppression.added", "suppression.removed"]
    assert all("hong" not in str(entry.details) for entry in entries)
