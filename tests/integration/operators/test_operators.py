"""Keys, allowed origins, the workspace and the audit log, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from growthcore.api import InvalidInput, Shop
from growthcore.operators import keys, origins, workspace
from growthcore.operators.keys import Grace
from growthcore.operators.models import AllowedOrigin, ApiKey, AuditEntry
from growthcore.testing.fakes import START

WHO = {"now": START, "actor": "7"}
SITE = "https://shop.com"


def audited(session) -> list[tuple[str, str, str]]:
    found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.actor, entry.action, entry.object_kind) for entry in found]


def test_a_public_key_is_valid_once_issued(database):
    with database.unit() as session:
        key = keys.issue_public(session, **WHO)

    with database.read() as session:
        assert key.public_value.startswith("gk_pub_")
        assert keys.check_public(session, key.public_value, START).id == key.id
        assert keys.check_public(session, key.public_value + "x", START) is None
        assert audited(session) == [("7", "key.issued", "key")]


def test_a_second_public_key_is_a_reissue(database):
    with database.unit() as session:
        keys.issue_public(session, **WHO)
        with pytest.raises(InvalidInput, match="reissue"):
            keys.issue_public(session, **WHO)


@pytest.mark.parametrize(
    ("grace", "length"), [(Grace.DAY, timedelta(days=1)), (Grace.WEEK, timedelta(days=7))]
)
def test_the_old_public_key_ends_with_the_grace(database, grace, length):
    with database.unit() as session:
        old = keys.issue_public(session, **WHO).public_value
        new = keys.reissue_public(session, grace=grace, **WHO).public_value

    with database.read() as session:
        assert keys.check_public(session, old, START + length - timedelta(microseconds=1))
        assert keys.check_public(session, old, START + length) is None
        assert keys.check_public(session, new, START + timedelta(days=999))


def test_without_grace_the_old_public_key_ends_at_once(database):
    with database.unit() as session:
        old = keys.issue_public(session, **WHO).public_value
        keys.reissue_public(session, grace=Grace.NONE, **WHO)
        assert keys.check_public(session, old, START) is None


def test_a_second_reissue_never_lengthens_the_first_grace(database):
    with database.unit() as session:
        first = keys.issue_public(session, **WHO)
        keys.reissue_public(session, grace=Grace.DAY, **WHO)
        keys.reissue_public(session, grace=Grace.WEEK, **WHO)

    with database.read() as session:
        assert session.get(ApiKey, first.id).expires_at == START + timedelta(days=1)


def test_there_is_nothing_to_reissue_before_the_first_key(database):
    with database.unit() as session, pytest.raises(InvalidInput, match="issue one first"):
        keys.reissue_public(session, grace=Grace.NONE, **WHO)


def test_a_secret_key_is_nowhere_kept(database):
    with database.unit() as session:
        key, value = keys.issue_secret(session, label="ERP", **WHO)

    with database.read() as session:
        row = session.get(ApiKey, key.id)
        assert value.startswith("gk_sec_")
        assert len(value) >= len("gk_sec_") + 43
        assert value not in [str(getattr(row, column.key)) for column in inspect(ApiKey).columns]
        assert keys.check_secret(session, value, START).id == key.id


@pytest.mark.parametrize("value", ["", "gk_sec_", "gk_sec_wrong", "gk_pub_x"])
def test_a_wrong_secret_key_is_none(database, value):
    with database.unit() as session:
        keys.issue_secret(session, label="ERP", **WHO)
        assert keys.check_secret(session, value, START) is None


def test_a_public_key_is_no_secret_key(database):
    with database.unit() as session:
        public = keys.issue_public(session, **WHO)
        assert keys.check_secret(session, public.public_value, START) is None


def test_a_revoked_key_ends_at_once(database):
    with database.unit() as session:
        key, value = keys.issue_secret(session, label="ERP", **WHO)
        keys.revoke(session, key.id, **WHO)
        assert keys.check_secret(session, value, START) is None
        with pytest.raises(InvalidInput, match="no key"):
            keys.revoke(session, key.id, **WHO)


def test_a_revoked_public_key_can_be_issued_anew(database):
    with database.unit() as session:
        keys.revoke(session, keys.issue_public(session, **WHO).id, **WHO)
        assert keys.issue_public(session, **WHO).revoked_at is None


def test_an_origin_matches_exactly(database):
    with database.unit() as session:
        origins.add(session, SITE + "/path", **WHO)

    with database.read() as session:
        assert origins.is_allowed(session, SITE)
        for other in ("https://www.shop.com", "http://shop.com", SITE + "/", "null", ""):
            assert not origins.is_allowed(session, other)


def test_an_origin_is_listed_once(database):
    with database.unit() as session:
        origins.add(session, SITE, **WHO)
        with pytest.raises(InvalidInput, match="allowed already"):
            origins.add(session, "HTTPS://SHOP.COM:443/x", **WHO)
        assert [row.origin for row in origins.list_origins(session)] == [SITE]


def test_a_removed_origin_is_allowed_no_longer(database):
    with database.unit() as session:
        origins.add(session, "http://localhost:3000", development=True, **WHO)
        origins.remove(session, "http://localhost:3000", **WHO)
        assert session.scalars(select(AllowedOrigin)).all() == []
        assert [action for _, action, _ in audited(session)] == ["origin.added", "origin.removed"]


def test_an_unknown_origin_cannot_be_removed(database):
    with database.unit() as session, pytest.raises(InvalidInput, match="not in the list"):
        origins.remove(session, SITE, **WHO)


def test_the_shop_has_defaults_before_anybody_sets_anything(database):
    with database.read() as session:
        found = workspace.get(session)

    assert workspace.as_shop(found) == Shop(
        name="내 쇼핑몰", url="", zone="Asia/Seoul", currency="KRW"
    )
    assert found.locale == "ko"


def test_a_change_keeps_the_rest_and_grows_the_version(database):
    with database.unit() as session:
        workspace.update(session, {"name": " 니트하우스 "}, **WHO)
    with database.unit() as session:
        workspace.update(session, {"zone": "Asia/Tokyo"}, **WHO)

    with database.read() as session:
        found = workspace.get(session)
        assert (found.name, found.zone, found.version) == ("니트하우스", "Asia/Tokyo", 3)
        assert audited(session) == [("7", "workspace.changed", "workspace")] * 2


def test_what_advertising_says_is_kept_and_can_be_taken_back(database):
    told = {
        "business_name": " 그로스샵 ",
        "opt_out_number": "080-801-2345",
        "contact_phone": "1588-0000",
    }
    with database.unit() as session:
        workspace.update(session, told, **WHO)
    with database.unit() as session:
        found = workspace.update(session, {"contact_phone": ""}, **WHO)
        assert (found.business_name, found.contact_phone) == ("그로스샵", "")
        assert found.opt_out_number == "0808012345"
        assert workspace.sender_of(found) == "그로스샵"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("url", "shop"),
        ("zone", "Mars/Olympus"),
        ("currency", "won"),
        ("locale", "fr"),
        ("colour", "red"),
        ("contact_phone", "call me"),
        ("contact_email", "help"),
        ("postal_address", "서울\n중구"),
        ("opt_out_number", "02-1234-5678"),
        ("opt_out_number", "080-123"),
    ],
)
def test_a_wrong_setting_is_told_by_field(database, field, value):
    with database.unit() as session, pytest.raises(InvalidInput) as raised:
        workspace.update(session, {field: value}, **WHO)
    assert list(raised.value.errors) == [field]
