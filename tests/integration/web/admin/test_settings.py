"""The shop's own settings: its facts, when it may send, what may talk to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthcore.messaging import send_policy
from growthcore.operators import keys, origins, workspace

WORKSPACE = "/admin/settings/workspace"
POLICY = "/admin/settings/policy"
INTEGRATION = "/admin/settings/integration"
NIGHT = {
    "quiet_enabled": "1",
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "cooldown_hours": "24",
}


def policy(core):
    with core.db.read() as session:
        return send_policy.get(session)


def test_the_shop_is_renamed(core, admin):
    assert admin.post(WORKSPACE, data={"name": "봄날상점"}).status_code == 303
    with core.db.read() as session:
        assert workspace.get(session).name == "봄날상점"
    assert "봄날상점" in admin.get(WORKSPACE).text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "길이는 1 이상 100 이하여야 합니다."),
        ("url", "shop", "https://로 시작하는 올바른 주소를 입력하십시오."),
        ("zone", "Asia/Nowhere", "IANA 시간대 이름을 입력하십시오."),
        ("currency", "WON", "ISO 4217 통화 코드를 입력하십시오."),
    ],
)
def test_wrong_facts_of_the_shop_are_told_in_korean(admin, field, value, sentence):
    answer = admin.post(WORKSPACE, data={"name": "봄날상점", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_same_is_told_in_english_to_an_english_reader(admin_as):
    answer = admin_as("owner", locale="en").post(WORKSPACE, data={"name": "a", "zone": "x/y"})
    assert "Give a time zone by its IANA name" in answer.text


def test_editors_do_not_reach_the_shops_facts(admin_as):
    assert admin_as("editor").get(WORKSPACE).status_code == 403
    assert admin_as("editor").post(WORKSPACE, data={"name": "x"}).status_code == 403


def test_viewers_read_the_policy_and_may_not_change_it(core, admin_as):
    viewer = admin_as("viewer")
    page = viewer.get(POLICY)
    assert "21:00" in page.text
    assert "<textarea" not in page.text
    assert viewer.post(POLICY, data={**NIGHT, "reason": "x"}).status_code == 403


def test_a_manager_widens_the_night_with_a_reason(core, admin_as):
    manager = admin_as("manager")
    wider = {**NIGHT, "quiet_from": "20:50", "cooldown_hours": "48", "reason": "브랜드 메시지"}
    assert manager.post(POLICY, data=wider).status_code == 303
    changed = policy(core)
    assert (changed.quiet_from, changed.cooldown_seconds) == (20 * 60 + 50, 48 * 3600)


def test_no_change_goes_without_a_reason(core, admin):
    answer = admin.post(POLICY, data={**NIGHT, "cooldown_hours": "1", "reason": " "})
    assert answer.status_code == 422
    assert "변경 사유를 입력하십시오." in answer.text
    assert policy(core).cooldown_seconds == 24 * 3600


def test_saving_what_is_there_changes_nothing_and_needs_no_reason(core, admin):
    version = policy(core).version
    assert admin.post(POLICY, data=NIGHT).status_code == 303
    assert policy(core).version == version


NARROWER = {
    "off": {"quiet_enabled": ""},
    "later": {"quiet_from": "22:00"},
    "shorter": {"quiet_until": "07:00"},
    "exempt": {"exempt": "advertising:email"},
}


@pytest.mark.parametrize("change", NARROWER.values(), ids=NARROWER)
def test_only_an_owner_narrows_the_night(core, admin_as, change):
    data = {**NIGHT, **change, "reason": "검토 완료"}
    refused = admin_as("manager").post(POLICY, data=data)
    assert refused.status_code == 422
    assert "소유자만" in refused.text
    assert policy(core).version == 1
    assert admin_as("owner").post(POLICY, data=data).status_code == 303
    assert policy(core).version > 1


def test_wildcards_that_were_set_elsewhere_stay_as_they_are(core, admin):
    with core.db.unit() as session:
        values = {"quiet_exempt": ["*:email"]}
        send_policy.change(session, values, reason="법", actor="cli", now=core.clock.now())
    page = admin.get(POLICY).text
    assert page.count(" checked") == 3
    exempt = ["advertising:email", "informational:email"]
    admin.post(POLICY, data={**NIGHT, "exempt": exempt, "cooldown_hours": "2", "reason": "x"})
    assert policy(core).quiet_exempt == ["*:email"]
    assert policy(core).cooldown_seconds == 7200


@pytest.mark.parametrize("field", ["quiet_from", "quiet_until", "cooldown_hours"])
def test_a_time_that_is_none_is_refused(core, admin, field):
    answer = admin.post(POLICY, data={**NIGHT, field: "25:99", "reason": "x"})
    assert answer.status_code == 422
    assert policy(core).version == 1


def test_an_owner_issues_and_reissues_the_public_key(core, admin, admin_as):
    assert admin.post(f"{INTEGRATION}/key").status_code == 303
    with core.db.read() as session:
        (old,) = keys.list_keys(session)
    assert old.public_value in admin.get(INTEGRATION).text
    assert admin.post(f"{INTEGRATION}/key/reissue", data={"grace": "24h"}).status_code == 303
    core.clock.at += timedelta(hours=23)
    assert admin_as("editor").get(INTEGRATION).text.count("gk_pub_") == 2
    core.clock.at += timedelta(hours=2)
    page = admin_as("editor").get(INTEGRATION).text
    assert old.public_value not in page
    assert page.count("gk_pub_") == 1


def test_a_reissue_without_a_grace_is_refused(core, admin):
    admin.post(f"{INTEGRATION}/key")
    assert admin.post(f"{INTEGRATION}/key/reissue", data={"grace": "1y"}).status_code == 422
    with core.db.read() as session:
        assert len(keys.list_keys(session)) == 1


def test_only_owners_issue_keys(core, admin_as):
    manager = admin_as("manager")
    for path in ("key", "key/reissue", "secrets", "secrets/1/revoke"):
        assert manager.post(f"{INTEGRATION}/{path}").status_code == 403
    assert "비밀 키" not in manager.get(INTEGRATION).text


def test_viewers_do_not_see_the_keys(admin_as):
    assert admin_as("viewer").get(INTEGRATION).status_code == 403
    assert admin_as("editor").get(INTEGRATION).status_code == 200


def test_a_secret_key_is_shown_once(core, admin):
    answer = admin.post(f"{INTEGRATION}/secrets", data={"label": "주문 서버"})
    value = answer.text.split("<code>gk_sec_")[1].split("<")[0]
    assert f"gk_sec_{value}" not in admin.get(INTEGRATION).text
    with core.db.read() as session:
        found = keys.check_secret(session, f"gk_sec_{value}", core.clock.now())
        assert found.label == "주문 서버"
    assert admin.post(f"{INTEGRATION}/secrets/{found.id}/revoke").status_code == 303
    with core.db.read() as session:
        assert keys.check_secret(session, f"gk_sec_{value}", core.clock.now()) is None


def test_a_secret_key_needs_a_name(admin):
    answer = admin.post(f"{INTEGRATION}/secrets", data={"label": ""})
    assert answer.status_code == 422
    assert "키 이름을 1~100자로 입력하십시오." in answer.text


def test_domains_are_added_and_removed_by_managers(core, admin_as):
    manager = admin_as("manager")
    path = f"{INTEGRATION}/domains"
    assert manager.post(path, data={"origin": "https://www.Shop.com/sale"}).status_code == 303
    assert "https://www.shop.com" in manager.get(INTEGRATION).text
    assert admin_as("editor").post(path, data={"origin": "https://a.com"}).status_code == 403
    gone = manager.post(f"{path}/remove", data={"origin": "https://www.shop.com"})
    assert gone.status_code == 303
    with core.db.read() as session:
        assert origins.list_origins(session) == []


def test_a_domain_without_https_is_refused_with_the_guides_words(admin):
    answer = admin.post(f"{INTEGRATION}/domains", data={"origin": "http://shop.com"})
    assert answer.status_code == 422
    assert "https://로 시작하는 전체 도메인 주소를 입력하세요." in answer.text
    assert "http://shop.com" in answer.text
