"""What messages cost, and what a campaign may."""

from __future__ import annotations

import pytest

from growthcore.messaging import prices
from growthcore.plugins import discovery
from growthcore.testing.plugins import plugins_of
from growthcore.testing.recording import Recording

PRICES = "/admin/settings/prices/"


@pytest.fixture
def core(make_core, sqlite_database):
    """A shop whose messages are billed by kind."""
    billed = plugins_of(Recording(kinds=True).plugin())
    core = make_core(sqlite_database, [*discovery.installed(), *billed])
    with core.db.unit() as session:
        core.accounts.create(session, provider="recording", label="문자", values={}, actor="test")
    return core


def list_of(core):
    with core.db.read() as session:
        return prices.of_account(session, 1, core.plugins.channels["recording"])


def campaign(admin):
    begun = admin.post(
        "/admin/campaigns/new", data={"name": "봄 소식", "message_class": "informational"}
    )
    return begun.headers["Location"].split("/campaigns/")[1].split("/")[0]


def test_a_price_list_is_changed_and_other_roles_read_it(core, admin_as):
    manager = admin_as("manager")
    assert manager.post(f"{PRICES}1", data={"SHORT": "1,008", "LONG": ""}).status_code == 303
    assert list_of(core) == {"SHORT": 1008, "LONG": 27}
    viewer = admin_as("viewer")
    page = viewer.get(PRICES)
    assert "1,008원" in page.text
    assert "<input" not in page.text.split("<main")[1]
    assert viewer.post(f"{PRICES}1", data={"SHORT": "1"}).status_code == 403


def test_a_price_that_makes_no_sense_is_told_and_kept_in_the_form(core, admin):
    answer = admin.post(f"{PRICES}1", data={"SHORT": "아홉", "LONG": "30"})
    assert answer.status_code == 422
    assert "정수로 입력하십시오" in answer.text
    assert 'value="아홉"' in answer.text
    assert list_of(core)["LONG"] == 27
    assert admin.post(f"{PRICES}99", data={}).status_code == 404


def test_a_shop_without_such_accounts_is_told_why_the_page_is_empty(core, admin):
    with core.db.unit() as session:
        session.delete(core.accounts.get(session, 1))
    assert "건당 요금이 있는 발신 계정" in admin.get(PRICES).text


def test_a_budget_is_set_and_refused(core, admin, admin_as):
    id_ = campaign(admin)
    path = f"/admin/campaigns/{id_}/budget"
    assert admin.post(path, data={"budget": "50,000"}).status_code == 303
    assert admin_as("editor").post(path, data={"budget": "1"}).status_code == 403
    refused = admin.post(path, data={"budget": "많이", "from": "review"}, follow_redirects=True)
    assert "0보다 큰 정수로" in refused.text
