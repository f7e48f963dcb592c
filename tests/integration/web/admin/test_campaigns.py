"""Campaigns in the admin: who may do what, and what each page says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from growthcore.api import Approval, MessageClass, ProviderTemplate
from growthcore.campaigns import drafts, enrolment, progress, sending, service
from growthcore.campaigns.models import Campaign
from growthcore.customers.models import Consent
from growthcore.messaging.models import Message
from growthcore.plugins import directory
from growthcore.segments import saved
from growthcore.testing.factories import identify_shop, make_customer, make_product

EVERYONE = {
    "not": {
        "condition": "customer_attribute",
        "params": {"attribute": "left", "operator": "exists"},
    }
}


class Shop:
    """A shop with three customers, a sender account and words for what campaigns do."""

    def __init__(self, core, folder):
        self.core = core
        with core.db.unit() as session:
            identify_shop(session, url="https://shop.example")
            self.account = core.accounts.create(
                session, provider="file", label="테스트 파일",
                values={"path": str(folder / "out.jsonl")}, actor="test",
            ).id  # fmt: skip
            self.mail = core.accounts.create(
                session, provider="email_smtp", label="뉴스레터",
                values={"host": "localhost", "sender_address": "news@shop.example"}, actor="test",
            ).id  # fmt: skip
            self.people = [
                make_customer(session, name, name=label, consents=["email"])
                for name, label in (("kim", "김하늘"), ("lee", "이바다"))
            ]
            make_customer(session, "park", name="박들")
            make_product(session, "P1", name="코트")
            self.segment = saved.create(core, session, "모두", EVERYONE, actor="test").id

    def definition(self, **changes):
        return {
            "message_class": "advertising",
            "account_id": self.account,
            "content": {"subject": "안녕하세요", "body": "#{NAME}님"},
            "audience": EVERYONE,
            "delivery": {"kind": "once"},
        } | changes

    def create(self, name="주말 할인", **changes):
        with self.core.db.unit() as session:
            draft = self.definition(**changes)
            return service.create(self.core, session, name, draft, actor="test").id

    def launch(self, at=None, **changes):
        campaign = self.create(**changes)
        with self.core.db.unit() as session:
            service.launch(self.core, session, campaign, actor="test", at=at)
        return campaign

    def work(self, campaign):
        while enrolment.enrol_audience(self.core, campaign):
            pass
        sending.send_due(self.core, campaign)
        with self.core.db.unit() as session:
            progress.complete(session, self.core.clock.now())

    def campaign(self, campaign):
        with self.core.db.read() as session:
            return session.get(Campaign, campaign)

    def message(self, campaign, state):
        with self.core.db.read() as session:
            found = select(Message).where(Message.campaign_id == campaign, Message.state == state)
            return session.scalars(found).first()


@pytest.fixture
def shop(core, tmp_path):
    return Shop(core, tmp_path)


def read(response):
    """What a page says, without its tags."""
    html = re.sub(
        r"<(script|style|svg).*?</\1>", " ", response.get_data(as_text=True), flags=re.DOTALL
    )
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.get_data(as_text=True))[1]


TARGET = {"who": "segment", "when": "now", "segment_id": "1"}


def target(shop, **changes):
    return {**TARGET, "account_id": str(shop.account), "segment_id": str(shop.segment)} | changes


# ---------------------------------------------------------------- the list


def test_a_shop_without_campaigns_is_told_what_one_is(admin):
    said = read(admin.get("/admin/campaigns/"))
    assert "아직 캠페인이 없습니다" in said
    assert "새 캠페인 생성하기" in said


def test_the_list_shows_state_figures_and_a_summary(admin, shop):
    campaign = shop.launch()
    shop.work(campaign)
    shop.create("초안")
    said = read(admin.get("/admin/campaigns/"))
    assert "주말 할인 성공 일회성 파일" in said
    assert "3 2 100.0%" in said
    assert "초안 임시저장" in said
    assert "총 2건" in said


def test_the_list_is_searched_and_narrowed(admin, shop):
    shop.create("여름")
    shop.create("겨울")
    assert "겨울" not in read(admin.get("/admin/campaigns/?q=여름"))
    assert "조건에 맞는 캠페인이 없습니다" in read(admin.get("/admin/campaigns/?state=running"))


def test_a_campaign_that_goes_out_shows_its_progress_and_asks_again(admin, shop):
    campaign = shop.launch()
    html = admin.get("/admin/campaigns/").get_data(as_text=True)
    assert f'hx-get="/admin/campaigns/{campaign}/state" hx-trigger="every 5s"' in html
    assert "대상 수집 중" in html
    shop.work(campaign)
    after = admin.get(f"/admin/campaigns/{campaign}/state").get_data(as_text=True)
    assert "hx-get" not in after
    assert "성공" in after


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize("role", ["viewer", "editor", "manager"])
@pytest.mark.parametrize(
    ("least", "path"),
    [
        ("viewer", "/admin/campaigns/"),
        ("viewer", "/admin/campaigns/{0}"),
        ("viewer", "/admin/campaigns/{0}/live?state=running"),
        ("viewer", "/admin/campaigns/{0}/recipients"),
        ("viewer", "/admin/campaigns/{0}/why"),
        ("viewer", "/admin/campaigns/{0}/report.csv"),
        ("editor", "/admin/campaigns/new"),
        ("editor", "/admin/campaigns/{1}/edit/goal"),
        ("editor", "/admin/campaigns/{1}/edit/target"),
        ("editor", "/admin/campaigns/{1}/edit/message"),
        ("editor", "/admin/campaigns/{1}/edit/review"),
        ("editor", "/admin/campaigns/{1}/edit/review/funnel"),
        ("manager", "/admin/campaigns/messages/{2}"),
        ("manager", "/admin/campaigns/messages/{2}/frame"),
    ],
)
def test_pages_open_to_their_least_role_and_above(admin_as, shop, role, least, path):
    launched = shop.launch()
    shop.work(launched)
    draft, message = shop.create(), shop.message(launched, "sent").id
    order = ["viewer", "editor", "manager"]
    expected = 200 if order.index(role) >= order.index(least) else 403
    assert admin_as(role).get(path.format(launched, draft, message)).status_code == expected


@pytest.mark.parametrize(
    ("role", "action", "state"),
    [
        ("editor", "pause", "running"),
        ("editor", "cancel", "running"),
        ("editor", "launch", "draft"),
        ("viewer", "duplicate", "running"),
        ("viewer", "delete", "draft"),
        ("viewer", "test", "draft"),
    ],
)
def test_a_role_that_may_not_is_refused_and_nothing_happens(admin_as, shop, role, action, state):
    campaign = shop.create() if state == "draft" else shop.launch()
    assert admin_as(role).post(f"/admin/campaigns/{campaign}/{action}").status_code == 403
    assert shop.campaign(campaign).state == state


def test_viewers_and_editors_see_masked_recipients_and_managers_plain_ones(admin_as, shop):
    campaign = shop.launch()
    shop.work(campaign)
    masked = read(admin_as("editor").get(f"/admin/campaigns/{campaign}/recipients"))
    plain = read(admin_as("manager").get(f"/admin/campaigns/{campaign}/recipients"))
    assert ("김*늘" in masked, "김하늘" in masked, "kim@example.com" in masked) == (
        True,
        False,
        False,
    )
    assert ("김하늘" in plain, "kim@example.com" in plain) == (True, True)


# ---------------------------------------------------------------- the steps


def begin(client, name="새 캠페인", message_class="advertising"):
    return client.post(
        "/admin/campaigns/new", data={"name": name, "message_class": message_class, "then": "next"}
    )


def test_the_steps_lead_from_a_name_to_a_running_campaign(admin, shop, jobs):
    step = begin(admin)
    edit = step.location.rsplit("/", 1)[0]
    step = admin.post(step.location, data=target(shop))
    assert step.location == f"{edit}/message"
    step = admin.post(step.location, data={"content.subject": "안녕", "content.body": "#{NAME}님"})
    assert step.location == f"{edit}/review"
    review = admin.get(step.location)
    assert "실행할 수 없음" not in read(review)
    campaign = int(edit.split("/")[-2])
    launched = admin.post(
        f"/admin/campaigns/{campaign}/launch", data={"revision": hidden(review, "revision")}
    )
    assert launched.location == f"/admin/campaigns/{campaign}"
    assert shop.campaign(campaign).state == "running"
    shop.work(campaign)
    assert "발송 성공 2" in read(admin.get(launched.location))


def test_nothing_is_kept_until_the_name_is(admin, shop):
    admin.get("/admin/campaigns/new")
    said = begin(admin, name="", message_class="")
    assert said.status_code == 422
    with shop.core.db.read() as session:
        assert session.scalars(select(Campaign)).all() == []


def test_pressing_twice_begins_one_draft(admin, shop):
    assert begin(admin).location == begin(admin).location


def test_a_field_that_is_wrong_keeps_what_was_typed(admin, shop):
    step = begin(admin).location
    said = admin.post(step, data=target(shop, when="at", date="2020-01-01", time="10:00"))
    assert said.status_code == 422
    assert 'value="2020-01-01"' in said.get_data(as_text=True)


def test_an_unknown_variable_is_refused_by_name_at_its_field(admin, shop):
    campaign = shop.create()
    said = admin.post(
        f"/admin/campaigns/{campaign}/edit/message",
        data={"content.subject": "안녕 #{NMAE}", "content.body": "본문"},
    )
    assert said.status_code == 422
    assert "#{NMAE}" in read(said)
    assert 'href="#f-content.subject"' in said.get_data(as_text=True)


def test_a_time_is_read_in_the_shops_zone_and_the_night_is_told(admin, shop):
    campaign = shop.create()
    admin.post(
        f"/admin/campaigns/{campaign}/edit/target",
        data=target(shop, when="at", date="2026-03-02", time="21:30"),
    )
    assert shop.campaign(campaign).scheduled_for.isoformat() == "2026-03-02T12:30:00+00:00"
    said = read(admin.get(f"/admin/campaigns/{campaign}/edit/review"))
    assert "3/2(월) 21:30 예약 → 야간 발송 금지로 3/3(화) 08:00 이후 발송됩니다." in said


def test_the_filters_of_an_event_are_rows_and_keep_the_kind_of_their_values(admin, shop):
    campaign = shop.create()
    rows = {
        "0.property": "zip", "0.operator": "=", "0.value": "06236",
        "1.property": "amount", "1.operator": ">", "1.value": "10000",
        "2.property": "", "2.operator": "=", "2.value": "",
    }  # fmt: skip
    filters = {f"trigger.event.filters-{key}": value for key, value in rows.items()}
    chosen = {"who": "everyone", "when": "triggered", "trigger": "event"}
    told = {**chosen, "trigger.event.event": "view_item", **filters}
    admin.post(f"/admin/campaigns/{campaign}/edit/target", data=target(shop, **told))
    assert shop.campaign(campaign).definition["delivery"]["trigger"]["params"]["filters"] == [
        {"property": "zip", "operator": "=", "value": "06236"},
        {"property": "amount", "operator": ">", "value": 10000},
    ]
    page = admin.get(f"/admin/campaigns/{campaign}/edit/target").get_data(as_text=True)
    assert re.search(r'name="trigger.event.filters-0.value"[^>]* value="06236"', page)
    assert re.search(r'name="trigger.event.filters-2.property"[^>]* value=""', page)


def test_a_triggered_campaign_keeps_trigger_delay_and_exceptions(admin, shop):
    campaign = shop.create()
    admin.post(
        f"/admin/campaigns/{campaign}/edit/target",
        data=target(
            shop,
            who="everyone",
            when="triggered",
            trigger="cart_abandoned",
            **{
                "trigger.cart_abandoned.idle.count": "2",
                "trigger.cart_abandoned.idle.unit": "hours",
                "waiting.delay.count": "30",
                "waiting.delay.unit": "minutes",
                "waiting.exceptions": "purchase",
            },
        ),
    )
    kept = shop.campaign(campaign)
    assert kept.kind == "triggered"
    assert kept.definition["delivery"] == {
        "kind": "triggered",
        "trigger": {"id": "cart_abandoned", "params": {"idle": {"hours": 2}}},
        "delay": {"minutes": 30},
        "exceptions": ["purchase"],
    }
    again = admin.get(f"/admin/campaigns/{campaign}/edit/target").get_data(as_text=True)
    assert 'name="trigger.cart_abandoned.idle.count" value="2"' in again
    assert "2시간 동안 장바구니 활동이 없으면" in read(
        admin.get(f"/admin/campaigns/{campaign}/edit/review")
    )


def test_a_wrong_parameter_of_a_trigger_is_told_at_its_field(admin, shop):
    campaign = shop.create()
    said = admin.post(
        f"/admin/campaigns/{campaign}/edit/target",
        data=target(
            shop, who="everyone", when="triggered", trigger="cart_abandoned",
            **{"trigger.cart_abandoned.idle.count": "0"},
        ),
    )  # fmt: skip
    assert said.status_code == 422
    assert 'href="#f-trigger.cart_abandoned.idle"' in said.get_data(as_text=True)


def test_an_account_that_can_not_be_used_says_why(admin, shop):
    with shop.core.db.unit() as session:
        shop.core.accounts.switch(session, shop.mail, enabled=False, actor="test")
    campaign = shop.create()
    page = admin.get(f"/admin/campaigns/{campaign}/edit/target")
    assert "뉴스레터 사용이 중지된 계정입니다." in read(page)
    assert re.search(rf'value="{shop.mail}"\s+disabled', page.get_data(as_text=True))


def test_without_an_account_the_step_says_who_adds_one(core, admin_as):
    manager, editor = admin_as("manager"), admin_as("editor")
    step = begin(manager).location
    assert 'href="/admin/settings/accounts/new"' in manager.get(step).get_data(as_text=True)
    assert "매니저에게 발신 계정 등록을 요청하십시오." in read(editor.get(step))


@pytest.mark.parametrize("day", ["", "0001-01-01", "2026-02-30"])
def test_a_day_that_there_is_not_is_told_at_its_field(admin, shop, day):
    campaign = shop.create()
    data = target(shop, when="at", date=day, time="00:00")
    said = admin.post(f"/admin/campaigns/{campaign}/edit/target", data=data)
    assert said.status_code == 422
    assert 'href="#f-scheduled_for"' in said.get_data(as_text=True)


def test_the_audience_is_counted_while_it_is_chosen(admin, shop):
    said = read(admin.post("/admin/campaigns/audience/count", data=target(shop)))
    assert "대상 고객 3명" in said
    assert "광고 발송 가능 2명" in said


def test_two_tabs_on_one_step_are_told_of_each_other(admin, shop):
    campaign = shop.create()
    step = f"/admin/campaigns/{campaign}/edit/goal"
    read_as = hidden(admin.get(step), "revision")
    first = {"name": "첫 번째", "message_class": "advertising", "revision": read_as}
    assert admin.post(step, data=first).status_code == 303
    second = admin.post(step, data=first | {"name": "두 번째"})
    assert second.status_code == 409
    assert "다른 창에서 이 단계의 내용이 바뀌었습니다." in read(second)
    assert 'value="두 번째"' in second.get_data(as_text=True)
    forced = first | {"name": "두 번째", "revision": hidden(second, "revision")}
    assert admin.post(step, data=forced).status_code == 303
    assert shop.campaign(campaign).name == "두 번째"


def test_a_starter_fills_the_form_and_keeps_nothing(admin, shop):
    campaign = shop.create(
        account_id=shop.mail, content={"subject": "제목", "html": "<p>#{UNSUBSCRIBE_URL}</p>"}
    )
    page = read(admin.get(f"/admin/campaigns/{campaign}/edit/message?starter=cart"))
    assert "두고 가신 상품이 있습니다" in page
    assert shop.campaign(campaign).definition["content"]["subject"] == "제목"


@pytest.mark.parametrize(
    "starter", ["cart", "announcement", "consent_confirmation", "consent_changed"]
)
def test_a_starter_can_be_launched_as_it_is(admin, shop, starter):
    from growthcore.campaigns.starters import STARTERS

    campaign = shop.create(
        account_id=shop.mail, content={"subject": "제목", "html": "<p>#{UNSUBSCRIBE_URL}</p>"}
    )
    content = STARTERS[starter].content([])
    posted = {f"content.{name}": content[name] for name in ("subject", "preheader")}
    posted["content.blocks"] = json.dumps(content["blocks"])
    assert admin.post(f"/admin/campaigns/{campaign}/edit/message", data=posted).status_code == 303
    said = read(admin.get(f"/admin/campaigns/{campaign}/edit/review"))
    assert "실행할 수 없음" not in said
    # One of the three never said anything about consent, and would never enter such a campaign.
    assert ("주의" in said) == starter.startswith("consent_")


def test_the_preview_runs_nothing_and_is_shown_only_to_ourselves(admin, shop):
    html = "<p>#{NAME}<script>alert(1)</script> #{UNSUBSCRIBE_URL}</p>"
    campaign = shop.create(account_id=shop.mail, content={"subject": "제목", "html": html})
    shown = admin.get(f"/admin/campaigns/{campaign}/preview")
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "김하늘" in shown.get_data(as_text=True)


def test_the_preview_shows_what_is_typed_for_a_customer_to_managers_only(admin_as, shop):
    campaign = shop.create()
    path = f"/admin/campaigns/{campaign}/edit/message/preview"
    typed = {"content.body": "#{NAME}님께", "customer": "lee"}
    assert "이바다님께" in read(admin_as("manager").post(path, data=typed))
    assert "김하늘님께" in read(admin_as("editor").post(path, data=typed))


def test_a_preview_that_can_not_be_made_says_why(admin, shop):
    campaign = shop.create()
    path = f"/admin/campaigns/{campaign}/edit/message/preview"
    said = admin.post(path, data={"content.body": "#{NMAE}"})
    assert (said.status_code, "#{NMAE}" in read(said)) == (422, True)


def test_a_preview_without_a_working_account_says_why_in_its_frame(admin, shop):
    campaign = shop.create()
    with shop.core.db.unit() as session:
        shop.core.accounts.switch(session, shop.account, enabled=False, actor="test")
    path = f"/admin/campaigns/{campaign}/edit/message/preview"
    said = admin.post(path, data={"content.body": "안녕하세요"})
    assert (said.status_code, said.headers["X-Frame-Options"]) == (422, "SAMEORIGIN")
    assert "미리보기를 만들 수 없습니다." in read(said)


def test_a_test_goes_out_marked_and_too_many_are_refused(admin_as, shop, tmp_path):
    campaign, editor = shop.create(), admin_as("editor")
    for _ in range(6):
        sent = editor.post(f"/admin/campaigns/{campaign}/test", data={"address": "me@x.example"})
    assert "1분에 5번까지" in read(editor.get(sent.location))
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert len(lines) == 5
    assert "[테스트] 안녕하세요" in lines[0]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_message_is_written_once_its_account_is_chosen(admin, shop, method):
    step = begin(admin).location
    asked = getattr(admin, method)(step.replace("target", "message"))
    assert asked.location == step
    assert "발신 계정을 먼저 선택하십시오." in read(admin.get(step))


def test_a_draft_is_gone_on_with_where_something_is_missing(admin_as, shop):
    client = admin_as("editor")
    step = begin(client).location
    campaign = step.split("/")[-3]
    seen = client.get(f"/admin/campaigns/{campaign}", follow_redirects=True)
    assert seen.request.path == step
    assert admin_as("viewer").get(f"/admin/campaigns/{campaign}").status_code == 200


# ---------------------------------------------------------------- the launch


def launch(client, campaign):
    review = client.get(f"/admin/campaigns/{campaign}/edit/review")
    data = {"revision": hidden(review, "revision")}
    return lambda: client.post(f"/admin/campaigns/{campaign}/launch", data=data)


def test_pressing_twice_or_going_back_and_pressing_again_launches_once(admin, shop, jobs):
    campaign = shop.create()
    press = launch(admin, campaign)
    first, second = press(), press()
    assert first.location == second.location == f"/admin/campaigns/{campaign}"
    with shop.core.db.read() as session:
        assert len(session.scalars(select(Campaign)).all()) == 1
    shop.work(campaign)
    assert press().location == f"/admin/campaigns/{campaign}"
    assert shop.message(campaign, "due") is None


def test_what_was_changed_after_the_review_is_not_launched(admin, shop):
    campaign = shop.create()
    press = launch(admin, campaign)
    with shop.core.db.unit() as session:
        changes = {"content": {"body": "바뀐 본문"}}
        drafts.save(shop.core, session, campaign, changes, actor="test")
    assert press().status_code == 409
    assert shop.campaign(campaign).state == "draft"


def test_a_draft_that_lacks_something_says_what_and_offers_no_launch(admin, shop):
    with shop.core.db.unit() as session:
        made = drafts.start(shop.core, session, "초안", MessageClass.ADVERTISING, actor="test")
    page = admin.get(f"/admin/campaigns/{made.id}/edit/review")
    assert read(page).count("아직 작성하지 않았습니다.") == 2
    assert "/launch" not in page.get_data(as_text=True)
    assert (
        admin.post(
            f"/admin/campaigns/{made.id}/launch", data={"revision": drafts.revision_of(made)}
        ).status_code
        == 422
    )


def test_a_time_that_passed_meanwhile_is_told_before_the_launch(admin, shop, clock):
    campaign = shop.create()
    at = clock.now() + timedelta(hours=1)
    with shop.core.db.unit() as session:
        drafts.save(shop.core, session, campaign, {"scheduled_for": at}, actor="test")
    review = f"/admin/campaigns/{campaign}/edit/review"
    assert "캠페인 생성하기" in read(admin.get(review))
    clock.at += timedelta(hours=2)
    said = read(admin.get(review))
    assert "앞으로의 시각을 선택하십시오." in said
    assert "캠페인 생성하기" not in said


def test_consents_to_confirm_are_told_with_the_way_to_the_notice(admin, shop, clock):
    with shop.core.db.unit() as session:
        session.execute(update(Consent).values(at=clock.now() - timedelta(days=800)))
    page = admin.get(f"/admin/campaigns/{shop.create()}/edit/review")
    assert "2명은 수신에 동의한 지 2년이 지났지만" in read(page)
    assert '<a href="/admin/campaigns/new">수신 동의 확인 안내</a>' in page.get_data(as_text=True)
    assert "캠페인 생성하기" in read(page)


def test_an_editor_is_told_who_launches(admin_as, shop):
    said = read(admin_as("editor").get(f"/admin/campaigns/{shop.create()}/edit/review"))
    assert "실행은 매니저 이상만 할 수 있습니다." in said


def test_the_funnel_adds_up(admin, shop):
    campaign = shop.create()
    said = read(admin.get(f"/admin/campaigns/{campaign}/edit/review/funnel"))
    assert "조건 일치 3명 연락처 있음 3명 수신 동의 2명" in said
    assert "예상 발송 2명" in said


def test_a_customer_whose_message_would_lack_a_value_is_told_at_the_review(admin, shop):
    campaign = shop.create(content={"body": "#{GRADE}"})
    said = read(admin.get(f"/admin/campaigns/{campaign}/edit/review"))
    assert "3명은 변수 값이 없어 발송되지 않습니다" in said


@pytest.mark.parametrize("step", ["goal", "target", "message", "review"])
def test_the_steps_of_a_launched_campaign_answer_409(admin, shop, step):
    campaign = shop.launch()
    page = admin.get(f"/admin/campaigns/{campaign}/edit/{step}")
    assert page.status_code == 409
    assert "이미 실행되어 내용을 수정할 수 없습니다" in read(page)
    if step != "review":
        assert admin.post(f"/admin/campaigns/{campaign}/edit/{step}").status_code == 409


# ---------------------------------------------------------------- in force and after


def test_a_campaign_is_paused_resumed_and_stopped(admin, shop):
    campaign = shop.launch()
    here = f"/admin/campaigns/{campaign}"
    admin.post(f"{here}/pause")
    assert shop.campaign(campaign).state == "paused"
    admin.post(f"{here}/resume")
    assert shop.campaign(campaign).state == "running"
    admin.post(f"{here}/cancel")
    assert shop.campaign(campaign).state == "cancelled"
    assert "바꿀 수 없습니다" in read(admin.get(admin.post(f"{here}/pause").location))


def test_a_schedule_is_taken_back_and_can_be_edited_again(admin, shop):
    campaign = shop.launch(at=shop.core.clock.now() + timedelta(hours=2))
    assert "예약 취소" in read(admin.get(f"/admin/campaigns/{campaign}"))
    admin.post(f"/admin/campaigns/{campaign}/unschedule")
    assert admin.get(f"/admin/campaigns/{campaign}/edit/goal").status_code == 200


def test_a_draft_is_removed_and_a_launched_campaign_is_not(admin, shop):
    draft, launched = shop.create(), shop.launch()
    admin.post(f"/admin/campaigns/{draft}/delete")
    assert shop.campaign(draft) is None
    assert admin.post(f"/admin/campaigns/{launched}/delete").status_code == 409
    assert shop.campaign(launched).state == "running"


def test_the_sums_of_the_page_add_up_and_reasons_are_in_words(admin, shop):
    campaign = shop.launch()
    shop.work(campaign)
    said = read(admin.get(f"/admin/campaigns/{campaign}"))
    assert "대상 3 발송 성공 2 실패 0 제외 1 확인 필요 0 대기 0" in said
    assert "수신 동의 없음 제외 1" in said
    assert "측정하지 않는 지표" in said


def test_the_page_follows_a_campaign_until_its_state_changes(admin, shop):
    campaign = shop.launch()
    page = admin.get(f"/admin/campaigns/{campaign}").get_data(as_text=True)
    assert f"/admin/campaigns/{campaign}/live?state=running" in page
    shop.work(campaign)
    told = admin.get(f"/admin/campaigns/{campaign}/live?state=running")
    assert told.headers["HX-Refresh"] == "true"
    assert "/live?" not in admin.get(f"/admin/campaigns/{campaign}").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_report_is_downloaded(admin, shop, kind):
    campaign = shop.launch()
    shop.work(campaign)
    file = admin.get(f"/admin/campaigns/{campaign}/report.{kind}")
    assert f"campaign-{campaign}-report.{kind}" in file.headers["Content-Disposition"]
    assert file.data.startswith(b"\xef\xbb\xbf" if kind == "csv" else b"PK")


def test_recipients_are_narrowed_by_state_and_reason(admin, shop):
    campaign = shop.launch()
    shop.work(campaign)
    said = read(admin.get(f"/admin/campaigns/{campaign}/recipients?reason=no_consent"))
    assert ("박들" in said, "김하늘" in said) == (True, False)


def test_a_message_is_shown_again_as_it_was_sent(admin, shop):
    campaign = shop.launch()
    shop.work(campaign)
    message = shop.message(campaign, "sent")
    assert "안녕하세요" in read(admin.get(f"/admin/campaigns/messages/{message.id}"))
    frame = admin.get(f"/admin/campaigns/messages/{message.id}/frame")
    assert "님" in read(frame)
    assert frame.headers["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    ("answer", "state"), [("sent", "sent"), ("not-sent", "failed"), ("send-again", "due")]
)
def test_an_uncertain_message_is_settled_by_a_manager(admin_as, shop, answer, state):
    campaign = shop.launch()
    shop.work(campaign)
    message = shop.message(campaign, "sent").id
    with shop.core.db.unit() as session:
        session.get(Message, message).state = "uncertain"
    path = f"/admin/campaigns/messages/{message}/settle"
    assert admin_as("editor").post(path, data={"answer": answer}).status_code == 403
    done = admin_as("manager").post(path, data={"answer": answer})
    assert done.location == f"/admin/campaigns/{campaign}/recipients?state=uncertain"
    with shop.core.db.read() as session:
        assert session.get(Message, message).state == state


def test_a_manager_sends_again_what_a_receiver_can_tell(admin_as, shop, jobs, monkeypatch):
    channel = shop.core.plugins.channels["file"]
    campaign = shop.launch()
    shop.work(campaign)
    path, message = f"/admin/campaigns/{campaign}", shop.message(campaign, "sent").id
    manager = admin_as("manager")
    assert "다시 보내기" not in read(manager.get(f"{path}/recipients"))
    monkeypatch.setattr(channel, "capabilities", replace(channel.capabilities, replays=True))
    assert "발송 성공 2건" in read(manager.get(f"{path}/recipients"))
    assert "다시 보내기" not in read(admin_as("editor").get(f"{path}/recipients"))
    asked = {"state": "sent", "reason": "수신 서버 복구"}
    assert admin_as("editor").post(f"{path}/replay", data=asked).status_code == 403
    for period in ({"until": "2020-01-01T00:00"}, {"since": "soon"}):
        manager.post(f"{path}/replay", data=asked | period)
    told = read(manager.get(f"{path}/recipients"))
    assert "다시 보낼 메시지가 없습니다." in told
    assert "날짜와 시각을 입력하거나 비워 두십시오." in told
    recent = {"since": "2020-01-01T00:00", "until": "2100-01-01T00:00"}
    assert manager.post(f"{path}/replay", data=asked | recent).status_code == 303
    assert "다시 보내기: 대기 2" in " ".join(read(manager.get(f"{path}/recipients")).split())
    one = f"/admin/campaigns/messages/{message}"
    manager.post(f"{one}/replay", data={"reason": ""})
    assert "이유를 1자 이상" in read(manager.get(one))
    manager.post(f"{one}/replay", data={"reason": "유실"})
    assert "메시지 1건을 다시 보냅니다." in read(manager.get(one))
    assert jobs.names.count("replay") == 2


def test_the_variables_of_the_chosen_template_are_what_is_filled(admin, shop):
    content = {"content": "#{고객명}님의 주문 #{주문번호}, #{고객명}님", "buttons": []}
    with shop.core.db.unit() as session:
        account = shop.core.accounts.create(
            session, provider="alimtalk", label="알림톡", actor="test",
            values={"channel_id": "@gc", "service_id": "ncp:kkobizmsg:kr:1:gc", "access_key": "a",
                    "secret_key": "s"},
        ).id  # fmt: skip
        approved = ProviderTemplate(
            code="T1", name="주문", approval=Approval.APPROVED, content=content
        )
        directory.replace_templates(session, account, [approved])
    asked = {
        "content.template": "T1",
        "content.values-1.variable": "주문번호",
        "content.values-1.text": "7",
    }
    page = admin.get(f"/admin/fillings/{account}", query_string=asked).get_data(as_text=True)
    rows = re.findall(r'name="content.values-\d.(\w+)"\s+value="([^"]*)"', page)
    assert rows == [("variable", "고객명"), ("text", ""), ("variable", "주문번호"), ("text", "7")]
    campaign = shop.create(
        account_id=account, message_class="informational", content={"template": "T1"}
    )
    path = f"/admin/campaigns/{campaign}/edit/message"
    assert "#{고객명}" in read(admin.get(path))
    admin.post(path, data=asked)
    assert shop.campaign(campaign).definition["content"]["values"] == [
        {"variable": "주문번호", "text": "7"}
    ]


def test_why_a_customer_got_none_is_told_step_by_step(admin, shop):
    campaign = shop.launch()
    shop.work(campaign)
    said = read(admin.get(f"/admin/campaigns/{campaign}/why?customer=park"))
    assert "막힘 광고 수신 동의 동의 없음" in said
    unknown = admin.get(f"/admin/campaigns/{campaign}/why?customer=nobody")
    assert unknown.status_code == 422


def test_a_campaign_that_is_not_there_is_404(admin):
    for path in ("999", "999/edit/goal", "999/recipients", "messages/999"):
        assert admin.get(f"/admin/campaigns/{path}").status_code == 404
