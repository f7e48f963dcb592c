"""What pages tell of recommended items is counted by receipts, credited to orders, and explained."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthcore.analytics import crediting, recommended
from growthcore.customers import erasure
from growthcore.events import identification
from growthcore.plugins.registry import Plugins
from growthcore.recommendations import receipts, records, service, touches, training
from growthcore.recommendations.records import NotKept
from growthcore.testing import factories
from growthcore.testing.plugins import plugins_of
from growthcore_algo_popular_backup import plugin as popular_backup

ORIGIN = "https://www.shop.example"
VISITOR = "visitor-0001"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36"


@pytest.fixture
def plugins():
    return Plugins.load(entry_points=plugins_of(popular_backup), strict=True)


class Visit:
    """A visitor of a shop with one model, told in a few words."""

    def __init__(self, shop, app, access):
        self.shop, self.access = shop, access
        self.client = app.test_client()
        self.said = 0

    def sees(self, **asked):
        """Ask for recommendations; the receipts of what is shown, by product."""
        query = {"key": self.access.public, "visitor": VISITOR, **asked}
        answer = self.client.get(
            "/v1/recommendations/popular", query_string=query, headers={"Origin": ORIGIN}
        )
        answer.close()
        return {each["id"]: each["receipt"] for each in answer.json["items"]}

    def tells(self, name, *items, agent=BROWSER, visitor=VISITOR, at=None, **more):
        """Send an event; ``items`` are products, or pairs of a product and a receipt."""
        self.said += 1
        at = at or self.shop.clock.now()
        lines = [
            {"product_id": each, "price": 10_000}
            if isinstance(each, str)
            else {"product_id": each[0], "price": 10_000, "receipt": each[1]}
            for each in items
        ]
        event = {"id": f"e{self.said}", "name": name, "time": at.isoformat(), "items": lines}
        body = {
            "key": self.access.public,
            "visitor": visitor,
            "sent_at": self.shop.clock.now().isoformat(),
            "events": [event | more],
        }
        answer = self.client.post(
            "/v1/collect", json=body, headers={"Origin": ORIGIN, "User-Agent": agent}
        )
        assert answer.json["accepted"] == 1, answer.json
        return answer.json.get("receipts", [])

    def buys(self, *products, order="O-1", **more):
        value = 10_000 * len(products)
        return self.tells(
            "purchase", *products, order_id=order, value=value, currency="KRW", **more
        )

    def figures(self):
        """What the model brought, after orders were credited, and the roll-up proved."""
        while crediting.credit(self.shop):
            pass
        now = self.shop.clock.now()
        with self.shop.db.read() as session:
            assert not recommended.differences(session, now)
            model = service.get(session, "popular").id
            since, until = now - timedelta(days=20), now + timedelta(hours=1)
            return recommended.model_figures(session, [model], since, until)[model]


@pytest.fixture
def visit(shop, app, access):
    with shop.db.unit() as session:
        for product in ("P1", "P2", "P3"):
            factories.make_product(session, product)
        popular = service.create(shop, session, "popular", algorithm="popular_backup", actor="test")
    training.train(shop, popular.id)
    visit = Visit(shop, app, access)
    visit.tells("page_view")
    return visit


def counted(figures):
    return {
        name: number
        for name in ("views", "clicks", "carts", "purchases", "revenue", "assisted")
        if (number := getattr(figures, name))
    }


def test_what_is_seen_clicked_and_bought_is_counted_once(visit):
    shown = visit.sees()
    for _ in range(2):
        visit.tells("view_item_list", *shown.items())
        visit.tells("select_item", ("P2", shown["P2"]))
    visit.shop.clock.at += timedelta(minutes=5)
    visit.tells("add_to_cart", "P2")
    visit.buys("P2", "P3")
    found = visit.figures()
    assert counted(found) == {
        "views": 3, "clicks": 1, "carts": 1, "purchases": 1, "revenue": 10_000, "assisted": 1,
    }  # fmt: skip
    assert (found.clickers, found.buyers) == (1, 1)


def test_an_order_is_owed_to_the_last_click_of_the_product_in_the_window(visit):
    first, second = visit.sees(), visit.sees()
    visit.tells("select_item", ("P1", first["P1"]))
    visit.shop.clock.at += timedelta(days=6)
    visit.tells("select_item", ("P1", second["P1"]))
    visit.shop.clock.at += timedelta(days=2)
    visit.buys("P1")
    found = visit.figures()
    assert counted(found)["purchases"] == 1
    visit.shop.clock.at += timedelta(days=8)
    visit.buys("P1", order="O-2")
    assert counted(visit.figures())["purchases"] == 1, "the window is over"


def test_a_refund_takes_its_part_off(visit):
    shown = visit.sees()
    visit.tells("select_item", ("P1", shown["P1"]))
    visit.buys("P1")
    assert visit.figures().revenue == 10_000
    with visit.shop.db.unit() as session:
        at = visit.shop.clock.now()
        factories.make_event(session, "refund", at=at, order="O-1", value=4_000, currency="KRW")
    assert visit.figures().revenue == 6_000


def test_a_click_told_late_is_owed_all_the_same(visit):
    shown = visit.sees()
    clicked = visit.shop.clock.now()
    visit.shop.clock.at += timedelta(hours=2)
    visit.buys("P1")
    assert visit.figures().purchases == 0
    visit.tells("select_item", ("P1", shown["P1"]), at=clicked)
    assert visit.figures().purchases == 1


def test_programs_count_as_nothing_until_a_person_comes(visit):
    shown = visit.sees()
    visit.tells("select_item", ("P1", shown["P1"]), agent="Googlebot/2.1")
    assert counted(visit.figures()) == {}
    visit.tells("select_item", ("P1", shown["P1"]))
    assert counted(visit.figures()) == {"views": 1, "clicks": 1}


def test_receipts_that_can_not_be_counted_are_told(visit):
    shown = visit.sees()
    forged = shown["P1"][:-1] + ("A" if shown["P1"][-1] != "A" else "B")
    codes = [
        visit.tells("select_item", told)[0]["code"]
        for told in (("P1", forged), ("P1", "x"), ("P2", shown["P1"]))
    ]
    assert codes == ["unverifiable", "unverifiable", "other_product"]
    assert visit.tells("search", ("P1", shown["P1"]))[0]["code"] == "other_event"
    visit.shop.clock.at += touches.GOOD_FOR + timedelta(minutes=10)
    assert visit.tells("select_item", ("P1", shown["P1"]))[0]["code"] == "not_in_time"
    assert counted(visit.figures()) == {}


def test_every_byte_of_a_receipt_is_signed(visit):
    receipt = visit.sees()["P1"]
    signing = receipts.signer(visit.shop)
    assert signing.read(receipt).slot in (1, 2, 3)
    for place in range(len(receipt)):
        other = "A" if receipt[place] != "A" else "B"
        assert signing.read(receipt[:place] + other + receipt[place + 1 :]) is None


def test_a_receipt_says_why_an_item_was_shown(visit):
    with visit.shop.db.unit() as session:
        factories.make_product(session, "P3", stock=0)
    receipt = visit.sees(product="P2")["P1"]
    with visit.shop.db.read() as session:
        found = records.why(visit.shop, session, receipt)
    assert (found.product, found.model, found.source, found.version) == (
        "P1",
        "popular",
        "popular",
        1,
    )
    assert (found.looked_at, list(found.answer), found.price) == ("P2", ["P1"], 10_000)
    passed = {each["product"]: each["why"] for each in found.passed}
    assert passed == {"P2": "excluded", "P3": "sold_out"}


def test_what_was_shown_goes_with_its_customer_and_with_time(visit):
    with visit.shop.db.unit() as session:
        customer = factories.make_customer(session, "kim").id
        identification.identify(session, VISITOR, external_id="kim", now=visit.shop.clock.now())
    receipt = visit.sees()["P1"]
    with visit.shop.db.unit() as session:
        now, listeners = visit.shop.clock.now(), visit.shop.listeners
        erasure.erase(visit.shop, session, customer, now=now, actor="test", listeners=listeners)
    with visit.shop.db.read() as session, pytest.raises(NotKept, match="more was not kept"):
        records.why(visit.shop, session, receipt)

    receipt = visit.sees(visitor="visitor-0002")["P1"]
    visit.shop.clock.at += timedelta(days=visit.shop.settings.receipts_days, minutes=2)
    with visit.shop.db.unit() as session:
        records.sweep(visit.shop, session)
    with visit.shop.db.read() as session, pytest.raises(NotKept):
        records.why(visit.shop, session, receipt)


def test_rebuilding_the_roll_up_changes_nothing_that_was_right(visit):
    shown = visit.sees()
    visit.tells("view_item_list", *shown.items())
    visit.tells("select_item", ("P1", shown["P1"]))
    visit.buys("P1")
    before = visit.figures()
    with visit.shop.db.unit() as session:
        recommended.rebuild(session, visit.shop.clock.now())
    assert visit.figures() == before
