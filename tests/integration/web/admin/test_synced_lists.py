"""What a channel's provider keeps: senders and templates, synced, looked at and chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthcore.api import (
    Approval,
    ConfigError,
    MessageClass,
    ProviderTemplate,
    RetryableError,
    Sender,
)
from growthcore.campaigns import drafts
from growthcore.campaigns.models import Campaign
from growthcore.plugins import discovery
from growthcore.testing.outside import Outside
from growthcore.testing.plugins import plugins_of
from growthcore.testing.values import START

ACCOUNT = "/admin/settings/accounts/2"


def sender(label, approval=Approval.APPROVED, detail=None):
    return Sender(
        key=label.replace("-", ""),
        label=label,
        approval=approval,
        detail=detail,
        registrant="김하나",
        registered_at=START,
    )


def template(code, approval=Approval.APPROVED, **fields):
    content = {
        "body": "#{NAME}님, 주문하신 상품이 도착했습니다.",
        "buttons": [{"name": "배송 조회", "link": "https://shop.example/#{ORDER}"}],
        "nothing": None,
        "secure": True,
    }
    return ProviderTemplate(
        code=code,
        name=f"배송 안내 {code}",
        approval=approval,
        content=content,
        sender="021234567",
        **fields,
    )


@pytest.fixture
def outside():
    outside = Outside()
    outside.senders = [sender("02-123-4567"), sender("1588-0000", Approval.REJECTED, "서류 미비")]
    outside.templates = [template("T1"), template("T/2", Approval.PENDING, detail="검수 중")]
    return outside


@pytest.fixture
def core(make_core, sqlite_database, outside):
    counts = [each for each in discovery.installed() if each.name == "segment_event_count"]
    core = make_core(sqlite_database, [*counts, *plugins_of(outside.plugin())])
    with core.db.unit() as session:
        core.accounts.create(
            session,
            provider="outside_mall",
            kind="connection",
            label="우리 몰",
            values={"mall": "m", "client_secret": "s"},
            actor="test",
        )
        core.accounts.create(
            session,
            provider="outside_texts",
            label="문자",
            values={"connection": 1, "service": "s", "secret": "x"},
            actor="test",
        )
    core.accounts.connection(1).context.state.update(
        lambda state: state.update(token="t", scopes=[], expires_at=START.isoformat())
    )
    return core


def sync(core, admin, tab="senders"):
    """Press the button, and let a worker do it."""
    answer = admin.post(f"{ACCOUNT}/sync", data={"tab": tab})
    assert answer.headers["Location"] == f"{ACCOUNT}/{tab}"
    core.jobs.run(core)


def test_before_the_first_sync_the_page_says_what_to_do(admin):
    page = admin.get(f"{ACCOUNT}/senders").text
    assert "데이터가 없습니다." in page
    assert "서비스에서 사전 등록한 번호만 동기화됩니다." in page
    assert "발신번호 동기화" in page


def test_a_sync_is_followed_and_told(core, admin):
    admin.post(f"{ACCOUNT}/sync", data={"tab": "senders"})
    page = admin.get(f"{ACCOUNT}/senders").text
    assert "동기화 중입니다." in page
    assert "동기화 중입니다." in admin.get(f"{ACCOUNT}/sync?tab=senders").text

    core.jobs.run(core)

    assert admin.get(f"{ACCOUNT}/sync?tab=senders").headers["HX-Refresh"] == "true"
    page = admin.get(f"{ACCOUNT}/senders").text
    assert "신규 4 · 변경 0 · 삭제 0" in page
    assert "02-123-4567" in page
    assert "서류 미비" in page


def test_without_a_worker_it_can_be_done_at_once(core, admin, clock):
    admin.post(f"{ACCOUNT}/sync", data={"tab": "templates"})
    clock.at += timedelta(seconds=20)
    assert "워커가 응답하지 않습니다." in admin.get(f"{ACCOUNT}/templates").text
    admin.post(f"{ACCOUNT}/sync", data={"tab": "templates", "here": "1"})
    assert "배송 안내 T1" in admin.get(f"{ACCOUNT}/templates").text


def test_a_sync_that_fails_says_why_and_loses_nothing(core, admin, outside):
    sync(core, admin)
    for error, sentence in (
        (ConfigError("The key was not accepted. Enter it again."), "The key was not accepted."),
        (RetryableError("The provider takes no more requests now."), "no more requests now."),
        (ValueError("a defect"), "outside"),
    ):
        outside.says = error
        sync(core, admin)
        page = admin.get(f"{ACCOUNT}/senders").text
        assert "동기화하지 못했습니다." in page
        assert sentence in page
        assert "02-123-4567" in page


def test_without_its_connection_an_account_is_not_synced(core, admin):
    core.accounts.connection(1).disconnect()
    page = admin.get(f"{ACCOUNT}/senders").text
    assert "‘우리 몰’ 연동이 연결되어 있지 않아" in page
    assert "disabled>" in page.split("gc-actions")[1].split("</form>")[0]


def test_the_list_is_searched_and_sorted(core, admin):
    sync(core, admin)
    rejected = admin.get(f"{ACCOUNT}/senders?approval=rejected").text
    assert "1588-0000" in rejected
    assert "02-123-4567" not in rejected
    falling = admin.get(f"{ACCOUNT}/senders?sort=label&dir=desc").text
    assert falling.index("1588-0000") < falling.index("02-123-4567")
    assert "조건에 맞는 항목이 없습니다." in admin.get(f"{ACCOUNT}/templates?q=없는").text


def test_a_template_is_shown_with_its_variables_marked(core, admin):
    sync(core, admin, "templates")
    page = admin.get(f"{ACCOUNT}/templates/T1").text
    assert '<span class="gc-chip">#{NAME}</span>님, 주문하신' in page
    assert "<dt>링크</dt>" in page
    assert "배송 조회" in page
    assert "02-123-4567" in page
    assert "nothing" not in page
    assert "검수 중" in admin.get(f"{ACCOUNT}/templates/T/2").text
    assert admin.get(f"{ACCOUNT}/templates/none").status_code == 404


def test_everybody_looks_and_managers_sync(admin_as):
    viewer = admin_as("viewer")
    assert viewer.get(f"{ACCOUNT}/senders").status_code == 200
    assert "동기화</button>" not in viewer.get(f"{ACCOUNT}/templates").text
    assert viewer.post(f"{ACCOUNT}/sync").status_code == 403


# ---------------------------------------------------------------- in campaigns


@pytest.fixture
def draft(core):
    """A draft that goes out by the account and lacks its message."""
    definition = {
        "message_class": "informational",
        "account_id": 2,
        "audience": {"condition": "event_count", "params": {"event": "purchase"}},
        "delivery": {"kind": "once"},
    }
    with core.db.unit() as session:
        made = drafts.start(core, session, "배송 안내", MessageClass.INFORMATIONAL, actor="test")
        made.definition = definition
        return made.id


def message(sender="021234567", **content):
    return {"content.sender": sender, "content.body": "배송되었습니다.", **content}


def test_a_campaign_offers_the_approved_ones_and_shows_the_others(core, admin, draft):
    step = f"/admin/campaigns/{draft}/edit/message"
    assert "승인된 항목이 없습니다." in admin.get(step).text
    sync(core, admin)
    page = admin.get(step).text
    assert '<option value="021234567">02-123-4567</option>' in page
    assert '<option value="15880000" disabled>1588-0000 (거부)</option>' in page
    assert '<option value="T/2" disabled>배송 안내 T/2 (대기)</option>' in page


def test_what_is_not_approved_is_refused(core, admin, draft):
    sync(core, admin)
    for content, sentence in (
        (message("15880000"), "발신자 ‘1588-0000’은(는) 승인되지 않아"),
        (message("0310000000"), "서비스의 목록에 발신자 ‘0310000000’이(가) 없습니다."),
        (message(**{"content.template": "T/2"}), "템플릿 ‘배송 안내 T/2’은(는) 승인되지 않아"),
    ):
        answer = admin.post(f"/admin/campaigns/{draft}/edit/message", data=content)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_sender_that_was_stopped_meanwhile_blocks_the_launch(core, admin, draft, outside):
    sync(core, admin)
    with core.db.unit() as session:
        campaign = session.get_one(Campaign, draft)
        campaign.definition = {
            **campaign.definition,
            "content": {"sender": "021234567", "body": "배송되었습니다."},
        }
    review = f"/admin/campaigns/{draft}/edit/review"
    assert "승인되지 않아" not in admin.get(review).text
    outside.senders = [sender("02-123-4567", Approval.STOPPED)]
    sync(core, admin)
    assert "발신자 ‘02-123-4567’은(는) 승인되지 않아" in admin.get(review).text


def test_an_account_that_a_draft_uses_is_not_deleted_and_the_draft_is_named(core, admin, draft):
    assert "이 계정을 쓰는 캠페인이 끝나거나" in admin.get(ACCOUNT).text
    admin.post(f"{ACCOUNT}/delete")
    assert "먼저 끝내거나 삭제하십시오: 배송 안내" in admin.get(ACCOUNT).text
    with core.db.unit() as session:
        session.delete(session.get_one(Campaign, draft))
    admin.post(f"{ACCOUNT}/delete")
    assert admin.get(ACCOUNT).status_code == 404
    with core.db.read() as session:
        removed = core.accounts.get(session, 2)
    assert (removed.sealed, removed.config) == ({}, {})
