"""Making, looking at, launching and following a campaign in a real browser."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.campaigns import enrolment, progress, sending, service
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.starters import STARTERS
from growthcore.segments import saved
from growthcore.testing.browsing import DESKTOP, PHONE, axe
from growthcore.testing.factories import identify_shop, make_customer, make_product

pytestmark = pytest.mark.browser

EVERYONE = {
    "not": {
        "condition": "customer_attribute",
        "params": {"attribute": "left", "operator": "exists"},
    }
}


class Shop:
    """A shop with two people to write to, and the work that workers would do."""

    def __init__(self, core, folder):
        self.core = core
        with core.db.unit() as session:
            identify_shop(session, url="https://shop.example")
            self.file = core.accounts.create(
                session, provider="file", label="파일", actor="test",
                values={"path": str(folder / "out.jsonl")},
            ).id  # fmt: skip
            self.mail = core.accounts.create(
                session, provider="email_smtp", label="뉴스레터", actor="test",
                values={"host": "localhost", "sender_address": "news@shop.example"},
            ).id  # fmt: skip
            for name, label in (("kim", "김하늘"), ("lee", "이바다")):
                make_customer(session, name, name=label, consents=["email"])
            make_customer(session, "park", name="박들")
            make_product(session, name="울 코트")
            self.segment = saved.create(core, session, "모든 고객", EVERYONE, actor="test").id

    def create(self, account_id, content):
        draft = {
            "message_class": "advertising", "account_id": account_id, "content": content,
            "audience": {"condition": "in_segment", "params": {"segment_id": self.segment}},
            "delivery": {"kind": "once"},
        }  # fmt: skip
        with self.core.db.unit() as session:
            return service.create(self.core, session, "주말 할인", draft, actor="test").id

    def launched(self):
        campaign = self.create(self.file, {"subject": "안녕", "body": "#{NAME}님"})
        with self.core.db.unit() as session:
            service.launch(self.core, session, campaign, actor="test")
        return campaign

    def enrol(self, campaign):
        while enrolment.enrol_audience(self.core, campaign):
            pass

    def send(self, campaign, limit=500):
        sending.send_due(self.core, campaign, limit=limit)
        with self.core.db.unit() as session:
            progress.complete(session, self.core.clock.now())

    def mail_draft(self):
        content = STARTERS["cart"].content([])
        return self.create(
            self.mail, {name: content[name] for name in ("subject", "preheader", "blocks")}
        )

    def campaigns(self):
        with self.core.db.read() as session:
            return session.scalars(select(Campaign)).all()


@pytest.fixture
def shop(core, tmp_path):
    return Shop(core, tmp_path)


def fits(page):
    """Whether nothing reaches over the edge of the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def choose(page, name, value):
    """Choose a radio card with the keyboard."""
    page.locator(f"input[name='{name}'][value='{value}']").focus()
    page.keyboard.press("Space")


def preview(page):
    return page.frame_locator("gc-preview iframe")


def test_a_campaign_is_made_looked_at_launched_and_followed(core, shop, browse):
    page = browse(core)
    page.goto("/admin/campaigns/")
    page.get_by_role("link", name="새 캠페인 생성하기").first.click()
    page.get_by_label("캠페인 이름").fill("주말 할인")
    choose(page, "message_class", "advertising")
    page.get_by_role("button", name="다음 단계로 이동").click()

    page.get_by_label("세그먼트", exact=True).select_option(str(shop.segment))
    page.get_by_text("대상 고객 3명").wait_for()
    choose(page, "account_id", str(shop.file))
    choose(page, "when", "now")
    page.get_by_role("button", name="다음 단계로 이동").press("Enter")

    page.get_by_label("제목").fill("반갑습니다")
    page.get_by_label("본문").fill("안녕하세요 님")
    for _ in "님":
        page.get_by_label("본문").press("ArrowLeft")
    page.get_by_text("변수 보기").click()
    page.get_by_role("button", name="#{NAME}", exact=True).click()
    assert page.get_by_label("본문").input_value() == "안녕하세요 #{NAME}님"
    preview(page).get_by_text("안녕하세요 김하늘님").wait_for()
    page.get_by_label("실제 고객으로 보기").fill("lee")
    preview(page).get_by_text("안녕하세요 이바다님").wait_for()
    page.get_by_role("button", name="다음 단계로 이동").click()

    page.get_by_text("예상 발송 2명").wait_for()
    page.get_by_role("button", name="캠페인 생성하기").click()
    dialog = page.get_by_role("dialog")
    assert "실행 후에는 내용을 수정할 수 없습니다." in dialog.inner_text()
    assert "3명" in dialog.inner_text()
    dialog.get_by_role("button", name="캠페인 생성하기").dblclick()
    page.get_by_text("캠페인이 생성되었습니다.").wait_for()

    (campaign,) = shop.campaigns()
    assert campaign.state == "running"
    shop.enrol(campaign.id)
    page.get_by_text("0 / 3 (0.0%)").wait_for()
    shop.send(campaign.id, limit=1)
    page.get_by_text("1 / 3 (33.3%)").wait_for()
    shop.send(campaign.id)
    page.get_by_text("성공", exact=True).wait_for()
    page.get_by_role("link", name="수신 동의 없음").click()
    page.get_by_role("link", name="박들").wait_for()


def test_going_back_and_pressing_again_launches_no_second_time(core, shop, browse):
    campaign = shop.create(shop.file, {"body": "본문"})
    page = browse(core)
    page.goto(f"/admin/campaigns/{campaign}/edit/review")
    page.get_by_role("button", name="캠페인 생성하기").first.click()
    page.get_by_role("dialog").get_by_role("button", name="캠페인 생성하기").click()
    page.wait_for_url(f"**/admin/campaigns/{campaign}")
    page.go_back()
    page.get_by_role("heading", name="수정할 수 없는 캠페인입니다").wait_for()
    assert len(shop.campaigns()) == 1


def test_typing_leaves_no_trace_in_the_history_and_half_syllables_are_not_shown(core, shop, browse):
    campaign = shop.create(shop.file, {"subject": "제목", "body": "본문"})
    page = browse(core)
    asked = []

    def note(request):
        if request.url.endswith("/preview") and request.method == "POST":
            asked.append(request.url)

    page.on("request", note)
    page.goto(f"/admin/campaigns/{campaign}/edit/message")
    before = page.evaluate("history.length")
    body = page.get_by_label("본문")
    body.focus()
    ime = page.context.new_cdp_session(page)
    for part in ("ㄱ", "가", "강"):
        ime.send("Input.imeSetComposition", {"text": part, "selectionStart": 1, "selectionEnd": 1})
    page.wait_for_timeout(700)
    assert asked == []
    ime.send("Input.insertText", {"text": "강"})
    preview(page).get_by_text("강").wait_for()
    body.press_sequentially(" abc")
    preview(page).get_by_text("abc").wait_for()
    assert page.evaluate("history.length") == before
    assert "강 abc" in body.input_value()
    body.fill("")
    body.press_sequentially("#{고객")
    page.get_by_role("option", name="#{NAME}").wait_for()
    body.press("Enter")
    body.press_sequentially(" #{")
    body.press("ArrowDown")
    body.press("Escape")
    assert page.get_by_role("option").count() == 0
    assert body.input_value() == "#{NAME} #{"


def test_what_a_marketer_writes_runs_nowhere(core, shop, browse):
    html = (
        "<p id='said'>안녕</p><script>said.textContent = 'script'</script>"
        "<img src='data:,' onerror=\"said.textContent = 'handler'\">"
        "<style>p { color: rgb(1, 2, 3) }</style>"
        '<a href="#{UNSUBSCRIBE_URL}">수신거부</a>'
    )
    campaign = shop.create(shop.mail, {"subject": "제목", "html": html})
    # A page of its own: that the browser complains of blocked scripts is what is wanted here.
    page = browse(core).context.new_page()
    page.goto(f"/admin/campaigns/{campaign}/edit/message")
    said = preview(page).locator("#said")
    said.wait_for()
    assert said.inner_text() == "안녕"
    assert said.evaluate("each => getComputedStyle(each).color") == "rgb(1, 2, 3)"
    assert page.get_by_role("heading", level=1).inner_text() == "주말 할인"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_and_can_be_used_by_everybody(core, shop, browse, size):
    launched = shop.launched()
    shop.enrol(launched)
    shop.send(launched)
    draft = shop.mail_draft()
    page = browse(core, size=size)
    for path in (
        "", "new", f"{launched}", f"{launched}/recipients", f"{launched}/why?customer=park",
        f"{draft}/edit/goal", f"{draft}/edit/target", f"{draft}/edit/message",
        f"{draft}/edit/review", f"{launched}/edit/goal",
    ):  # fmt: skip
        page.goto(f"/admin/campaigns/{path}")
        page.wait_for_load_state("networkidle")
        assert fits(page), path
        # A sandboxed frame is another origin, which axe can't talk to.
        page.evaluate("document.querySelectorAll('iframe').forEach(each => each.remove())")
        axe(page)
