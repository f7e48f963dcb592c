"""The shop's own settings: its facts, when it may send, what may talk to it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from growthcore.campaigns.models import Campaign
from growthcore.messaging import priorities, send_policy
from growthcore.messaging.models import PolicySetting
from growthcore.operators import keys, origins, workspace

WORKSPACE = "/admin/settings/workspace"
POLICY = "/admin/settings/policy"
INTEGRATION = "/admin/settings/integration"
NIGHT = {
    "quiet_hours.enabled": "1",
    "quiet_hours.begins": "21:00",
    "quiet_hours.ends": "08:00",
    "quiet_hours.reason": "검토 완료",
}


def policy(core, policy_id):
    with core.db.read() as session:
        return send_policy.settings(core, session)[policy_id]


def version(core):
    with core.db.read() as session:
        return send_policy.version(session)


def test_the_shop_is_renamed(core, admin):
    assert admin.post(WORKSPACE, data={"name": "봄날상점"}).status_code == 303
    with core.db.read() as session:
        assert workspace.get(session).name == "봄날상점"
    assert "봄날상점" in admin.get(WORKSPACE).text


def test_what_advertising_says_of_the_shop_is_entered_and_taken_back(core, admin):
    told = {"name": "봄날상점", "contact_phone": "02-1234-5678", "opt_out_number": "080-801-2345"}
    assert admin.post(WORKSPACE, data=told).status_code == 303
    assert admin.post(WORKSPACE, data=told | {"contact_phone": ""}).status_code == 303
    with core.db.read() as session:
        found = workspace.get(session)
        assert (found.contact_phone, found.opt_out_number) == ("", "0808012345")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("opt_out_number", "1588-0000", "10~11자리 080 번호를 입력하십시오."),
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


def test_viewers_read_the_policies_and_may_not_change_them(core, admin_as):
    viewer = admin_as("viewer")
    page = viewer.get(POLICY)
    assert "21:00~08:00에는 보내지 않고" in page.text
    assert "<textarea" not in page.text
    assert viewer.post(f"{POLICY}/quiet_hours", data=NIGHT).status_code == 403
    assert viewer.put("/admin/settings/priorities/", data={}).status_code == 403


def test_a_manager_widens_the_night_with_a_reason(core, admin_as):
    wider = {**NIGHT, "quiet_hours.begins": "20:50"}
    assert admin_as("manager").post(f"{POLICY}/quiet_hours", data=wider).status_code == 303
    assert policy(core, "quiet_hours").params["begins"] == time(20, 50)


def test_no_change_goes_without_a_reason_and_what_was_entered_stays(core, admin):
    data = {**NIGHT, "quiet_hours.begins": "20:00", "quiet_hours.reason": " "}
    answer = admin.post(f"{POLICY}/quiet_hours", data=data)
    assert answer.status_code == 422
    assert "변경 사유를 입력하십시오." in answer.text
    assert 'value="20:00"' in answer.text
    assert version(core) == 1


def test_saving_what_is_there_changes_nothing_and_needs_no_reason(core, admin):
    data = {**NIGHT, "quiet_hours.reason": ""}
    assert admin.post(f"{POLICY}/quiet_hours", data=data).status_code == 303
    assert version(core) == 1


NARROWER = {
    "off": {"quiet_hours.enabled": ""},
    "later": {"quiet_hours.begins": "22:00"},
    "exempt": {"quiet_hours.exempt": "advertising:email"},
}


@pytest.mark.parametrize("change", NARROWER.values(), ids=NARROWER)
def test_only_an_owner_narrows_the_night(core, admin_as, change):
    data = {**NIGHT, **change}
    refused = admin_as("manager").post(f"{POLICY}/quiet_hours", data=data)
    assert refused.status_code == 422
    assert "소유자만" in refused.text
    assert version(core) == 1
    assert admin_as("owner").post(f"{POLICY}/quiet_hours", data=data).status_code == 303
    assert version(core) == 2


def test_wildcards_that_were_set_elsewhere_stay_as_they_are(core, admin):
    with core.db.unit() as session:
        send_policy.change(
            core, session, "quiet_hours", {"exempt": ["*:email"]},
            reason="법", actor="cli", now=core.clock.now(),
        )  # fmt: skip
    exempt = ["advertising:email", "informational:email"]
    assert all(f'value="{pair}" aria-label' in admin.get(POLICY).text for pair in exempt)
    data = {**NIGHT, "quiet_hours.exempt": exempt, "quiet_hours.begins": "20:00"}
    assert admin.post(f"{POLICY}/quiet_hours", data=data).status_code == 303
    assert policy(core, "quiet_hours").params["exempt"] == ["*:email"]


def test_caps_and_the_exception_for_notices_are_entered_in_the_form(core, admin):
    data = {
        "cooldown.enabled": "1",
        "cooldown.pause.count": "12",
        "cooldown.pause.unit": "hours",
        "cooldown.caps-0.most": "3",
        "cooldown.caps-0.window.count": "7",
        "cooldown.caps-0.window.unit": "days",
        "cooldown.caps-0.channel": "sms",
        "cooldown.informational": "free",
        "cooldown.reason": "피로도 관리",
    }
    assert admin.post(f"{POLICY}/cooldown", data=data).status_code == 303
    found = policy(core, "cooldown").params
    assert found["pause"] == timedelta(hours=12)
    assert found["caps"] == [{"most": 3, "window": timedelta(days=7), "channel": "sms"}]
    assert found["informational"] == "free"
    wrong = {**data, "cooldown.caps-0.most": "0"}
    assert admin.post(f"{POLICY}/cooldown", data=wrong).status_code == 422


def test_settings_that_no_longer_fit_are_told_and_mended_in_the_form(core, admin):
    with core.db.unit() as session:
        session.add(PolicySetting(id="quiet_hours", enabled=True, params={"gone": 1}))
    assert "저장된 값이 이 설정에 맞지 않아" in admin.get(POLICY).text
    assert admin.post(f"{POLICY}/quiet_hours", data=NIGHT).status_code == 303
    assert policy(core, "quiet_hours").problem is None


def test_campaigns_are_put_in_order_and_a_stale_order_is_told_what_to_do(core, admin, admin_as):
    path = "/admin/settings/priorities/"
    with core.db.unit() as session:
        now = core.clock.now()
        made = [
            Campaign(name=name, kind="once", state="running", definition={}, created_at=now,
                     changed_at=now)
            for name in ("새 소식", "장바구니 알림")
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        news, cart = (each.id for each in made)
    assert admin.put(path, data={"version": "1", "order": [cart, news]}).status_code == 303
    page = admin.get(POLICY).text
    assert page.index("장바구니 알림") < page.index("새 소식")
    stale = admin_as("manager").put(path, data={"version": "1", "order": [news, cart]})
    assert stale.status_code == 409
    assert "다시 정렬하고 저장하십시오" in stale.text
    assert stale.text.index("장바구니 알림") < stale.text.index("새 소식")
    step = {"version": "2", "order": [cart, news], "move": f"up:{news}"}
    assert admin.post(path, data=step).status_code == 303
    with core.db.read() as session:
        assert list(priorities.ranks(session)) == [news, cart]
    assert admin.put(path, data={"version": "3", "order": ["x"]}).status_code == 422


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
