"""What comes back: opens, clicks, unsubscribes, orders; and the report that sums them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from growthcore.analytics import attribution, reports
from growthcore.analytics.models import Conversion
from growthcore.customers import consent
from growthcore.messaging import statistics
from growthcore.messaging.models import Engagement
from growthcore.operators import workspace
from growthcore.web import create_app

HUMAN = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0"}


@pytest.fixture
def sent(shop):
    """A campaign that was sent to Kim, and the message as it went out."""
    shop.policy("quiet_hours", enabled=False)
    with shop.core.db.unit() as session:
        workspace.update(session, {"url": "https://shop.example.kr"}, actor="test", now=shop.now)
    shop.customers("kim")
    campaign = shop.launch(
        content={"body": "#{NAME}", "link": "https://shop.example.kr/p/1?color=red#reviews"}
    )
    shop.work()
    (message,) = shop.recording.messages
    shop.pass_time(minutes=5)
    return campaign, message.rendered


@pytest.fixture
def browser(shop):
    return create_app(shop.core).test_client()


def path_of(url):
    return urlsplit(url).path


def order(shop, key="o1", value=50_000, **at):
    shop.happens("purchase", "kim", product="p", order=key, value=value, currency="KRW", **at)
    attribution.attribute(shop.core)


def report(shop, campaign):
    with shop.core.db.read() as session:
        return reports.report(session, campaign)


def test_an_open_is_counted_once_a_message(shop, sent, browser):
    campaign, message = sent
    for _ in range(3):
        answer = browser.get(path_of(message["pixel"]), headers=HUMAN)
        shop.pass_time(minutes=1)
    assert (answer.status_code, answer.mimetype) == (200, "image/gif")
    total = report(shop, campaign).total
    assert (total.opens, total.openers) == (3, 1)


def test_a_privacy_proxy_is_kept_as_evidence_and_not_counted(shop, sent, browser):
    campaign, message = sent
    browser.get(path_of(message["pixel"]), headers={"User-Agent": "Mozilla/5.0"})
    assert report(shop, campaign).total.opens == 0
    with shop.core.db.read() as session:
        assert session.scalar(select(Engagement.machine)) is True


def test_a_click_leads_on_with_the_campaigns_utm_and_keeps_what_the_link_had(shop, sent, browser):
    campaign, message = sent
    answer = browser.get(path_of(message["link"]), headers=HUMAN)
    target = urlsplit(answer.location)
    assert (answer.status_code, target.netloc, target.path) == (302, "shop.example.kr", "/p/1")
    assert target.fragment == "reviews"
    query = parse_qs(target.query)
    assert query["color"] == ["red"]
    assert query["utm_campaign"] == [f"c{campaign}"]
    assert report(shop, campaign).links == [("main", 1, 1)]


def test_a_forged_or_foreign_token_counts_nothing_and_leads_to_the_shop(shop, sent, browser):
    campaign, message = sent
    token = path_of(message["link"]).removeprefix("/t/c/")
    flipped = ("A" if token[5] != "A" else "B").join([token[:5], token[6:]])
    for wrong in (flipped, "x", path_of(message["unsubscribe"]).removeprefix("/t/u/")):
        answer = browser.get(f"/t/c/{wrong}", headers=HUMAN)
        assert answer.location == "https://shop.example.kr"
    assert report(shop, campaign).total.clicks == 0


def test_looking_at_the_unsubscribe_page_changes_nothing(shop, sent, browser):
    _, message = sent
    page = browser.get(path_of(message["unsubscribe"]))
    assert page.status_code == 200
    assert "광고 메일 수신을 거부하시겠습니까?" in page.text
    with shop.core.db.read() as session:
        assert consent.granted(session, [1], "email", "advertising") == {1}


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "One-Click"}])
def test_posting_unsubscribes_and_the_next_campaign_leaves_them_out(shop, sent, browser, form):
    campaign, message = sent
    done = browser.post(path_of(message["unsubscribe"]), data=form)
    assert done.status_code == 200
    assert "수신거부가 처리되었습니다." in done.text
    browser.post(path_of(message["unsubscribe"]), data=form)
    shop.pass_time(days=2)
    following = shop.launch()
    shop.work()
    assert shop.reasons(following) == {"no_consent": 1}
    assert report(shop, campaign).total.unsubscribes == 1


def test_a_wrong_unsubscribe_link_says_so_in_both_languages(browser):
    assert "유효하지 않은 링크입니다." in browser.get("/t/u/nonsense").text
    english = browser.get("/t/u/nonsense", headers={"Accept-Language": "en"})
    assert "This link is not valid." in english.text
    assert english.status_code == 404


def test_an_order_after_a_click_is_the_campaigns(shop, sent, browser):
    campaign, message = sent
    browser.get(path_of(message["link"]), headers=HUMAN)
    shop.pass_time(hours=1)
    order(shop)
    found = report(shop, campaign)
    assert (found.total.conversions, found.total.revenue) == (1, 50_000)
    assert reports.rates(found.total)["conversion_rate"] == "100.0"


def test_an_order_without_a_click_or_after_the_window_is_nobodys(shop, sent, browser):
    campaign, message = sent
    order(shop, "before")
    browser.get(path_of(message["link"]), headers=HUMAN)
    shop.pass_time(days=5, seconds=1)
    order(shop, "late")
    assert report(shop, campaign).total.conversions == 0


def test_the_same_order_reported_twice_counts_once(shop, sent, browser):
    campaign, message = sent
    browser.get(path_of(message["link"]), headers=HUMAN)
    order(shop)
    shop.happens("purchase", "kim", product="p", order="o1", value=50_000, currency="KRW")
    attribution.attribute(shop.core)
    assert report(shop, campaign).total.revenue == 50_000


def test_the_last_click_earns_the_order(shop, sent, browser):
    first, message = sent
    browser.get(path_of(message["link"]), headers=HUMAN)
    shop.pass_time(days=1)
    second = shop.launch(content={"body": "x", "link": "https://shop.example.kr"})
    shop.work()
    shop.pass_time(minutes=5)
    browser.get(path_of(shop.recording.messages[-1].rendered["link"]), headers=HUMAN)
    order(shop)
    assert report(shop, first).total.conversions == 0
    assert report(shop, second).total.conversions == 1


def test_a_refund_is_taken_off(shop, sent, browser):
    campaign, message = sent
    browser.get(path_of(message["link"]), headers=HUMAN)
    order(shop)
    shop.happens("refund", "kim", order="o1", value=20_000, currency="KRW")
    assert report(shop, campaign).total.revenue == 30_000


def test_the_roll_up_equals_the_rows_and_can_be_rebuilt(shop, sent, browser):
    _, message = sent
    browser.get(path_of(message["pixel"]), headers=HUMAN)
    browser.get(path_of(message["link"]), headers=HUMAN)
    with shop.core.db.unit() as session:
        assert not statistics.differences(session)
        statistics.rebuild(session)
        assert not statistics.differences(session)


def test_every_order_is_asked_about_once(shop, sent):
    order(shop)
    assert attribution.attribute(shop.core) == 0
    with shop.core.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Conversion)) == 0
