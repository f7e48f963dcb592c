"""Rules: kept, put in order, obeyed by models wherever they answer."""

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput, Scored
from growthcore.operators.models import AuditEntry
from growthcore.recommendations import widgets
from growthcore.recommendations.rules import attaching, effects, previewing, store
from growthcore.recommendations.rules.store import Outdated
from growthcore.segments import saved
from growthcore.testing import factories

SALE = {"type": "category", "category": "세일"}
VIP = {"condition": "customer_attribute", "params": {"attribute": "grade", "value": "vip"}}


def told(*rows, do="exclude", **then):
    return {"if": {"all": list(rows or (SALE,))}, "then": {"do": do, **then}}


@pytest.fixture
def unit(shop):
    """Run one service function in a unit of work."""

    def call(do, *given, **named):
        with shop.core.db.unit() as session:
            return do(shop.core, session, *given, actor="test", **named)

    return call


@pytest.fixture
def read(shop):
    def call(do, *given, **named):
        with shop.core.db.read() as session:
            return do(session, *given, **named)

    return call


@pytest.fixture
def rule(unit):
    """Make a rule that is on; its id."""

    def make(name="세일 제외", definition=None, *, page="main", on=True):
        made = unit(store.create, name=name, page=page, definition=definition or told())
        return unit(store.switch, made.id, on=on).id

    return make


@pytest.fixture
def stocked(shop):
    """P1 to P4, proposed in that order by the models ``all`` and, its backup, ``more``."""
    shop.sells("P1", "P3", category="세일/봄", brand="가", price=1_000)
    shop.sells("P2", "P4", category="상의", brand="나", price=2_000)
    ids = [shop.products[name] for name in ("P1", "P2", "P3", "P4")]
    shop.scripted.answers = lambda request: [
        Scored(id_, 4.0 - n, "told") for n, id_ in enumerate(ids)
    ]
    shop.scripted.trained = False
    shop.model("more", "scripted")
    shop.model("all", "scripted", backups=["more"])
    return shop


def test_a_rule_is_off_and_last_until_somebody_says_otherwise(unit, read, rule):
    first = rule(on=False)
    second = rule("둘째", on=False)
    assert [each.id for each in read(store.find).items] == [first, second]
    assert not read(store.get, second).enabled
    unit(store.reorder, [second, first], before=[first, second])
    assert read(store.order) == [second, first]
    with pytest.raises(Outdated):
        unit(store.reorder, [first, second], before=[first, second])
    with pytest.raises(InvalidInput, match="every rule once"):
        unit(store.reorder, [first], before=[second, first])


def test_what_is_wrong_is_told_by_path_all_at_once(unit, rule):
    rule()
    segment = {"type": "segment", "segment_id": 9}
    with pytest.raises(InvalidInput) as refused:
        unit(store.create, name="세일 제외", page="roof", definition=told(segment))
    assert list(refused.value.errors) == ["name", "page", "definition.if.all[0].segment_id"]


def test_a_change_over_somebody_elses_is_refused(unit, read, rule):
    id_ = rule()
    unit(store.change, id_, version=1, name="봄 세일 제외")
    with pytest.raises(Outdated):
        unit(store.change, id_, version=1, name="여름 세일 제외")
    assert read(store.get, id_).name == "봄 세일 제외"


def test_every_change_is_in_the_audit_log(unit, read, rule):
    id_ = rule()
    unit(store.change, id_, version=1, description="봄까지")
    unit(store.switch, id_, on=False)
    unit(store.delete, id_)
    found = read(lambda session: session.scalars(select(AuditEntry.action)).all())
    assert [each for each in found if each.startswith("rule.")] == [
        "rule.created",
        "rule.switched_on",
        "rule.changed",
        "rule.switched_off",
        "rule.deleted",
    ]


def test_a_rule_that_models_obey_stays_unless_they_are_told(stocked, unit, read, rule):
    id_ = rule()
    unit(attaching.attach, "all", [id_])
    with pytest.raises(InvalidInput, match="Models obey this rule: all"):
        unit(store.delete, id_)
    with pytest.raises(InvalidInput, match="Models obey it for this page"):
        unit(store.change, id_, version=1, page="cart")
    unit(store.delete, id_, detach=True)
    assert read(attaching.rules_of, "all") == []


def test_a_model_obeys_rules_of_its_own_page_only(stocked, unit, rule):
    id_ = rule(page="cart")
    with pytest.raises(InvalidInput, match="Choose rules of the same page"):
        unit(attaching.attach, "all", [id_])
    with pytest.raises(InvalidInput, match="There is no rule 99"):
        unit(attaching.attach, "all", [99])


def test_an_answer_obeys_what_is_on_and_fills_up_with_what_is_left(stocked, unit, rule):
    off = rule("꺼진 규칙", told({"type": "brand", "brand": "나"}), on=False)
    unit(attaching.attach, "all", [rule(), off])
    answer = stocked.recommend("all", limit=2)
    assert stocked.names(answer) == ["P2", "P4"]
    assert answer.passed == {stocked.products[each]: ("all", "rule") for each in ("P1", "P3")}
    looked_at = stocked.recommend("all", limit=2, preview=True)
    assert [each.product.external_id for each in looked_at.withheld] == ["P1", "P3"]
    # A page of another kind by now: the rule has nothing to say.
    unit(widgets.place, "all", placement="product")
    assert stocked.names(stocked.recommend("all", limit=2)) == ["P1", "P2"]


def test_rules_put_forward_hold_and_say_so(stocked, unit, rule):
    brand = {"type": "brand", "brand": "나"}
    pin = rule("고정", told({"type": "category", "category": "상의"}, do="pin", slot=1))
    boost = rule("높이기", told(brand, do="boost", factor=3))
    unit(attaching.attach, "all", [pin, boost])
    found = previewing.preview(stocked.core, "all", limit=3)
    assert [each.item.product.external_id for each in found.items] == ["P2", "P1", "P4"]
    assert [[rule.name for rule in each.rules] for each in found.items] == [
        ["고정", "높이기"],
        [],
        ["높이기"],
    ]


def test_a_backups_own_rule_holds_for_what_it_proposes(stocked, unit, rule):
    unit(attaching.attach, "more", [rule()])
    ids = stocked.products
    answers = iter([["P1"], ["P2", "P3", "P4"]])
    stocked.scripted.answers = lambda request: [
        Scored(ids[name], 1.0, "told") for name in next(answers)
    ]
    assert stocked.names(stocked.recommend("all", limit=4)) == ["P1", "P2", "P4"]


def test_what_a_limited_backup_has_no_place_for_the_next_may_propose(stocked, unit, rule):
    boost = rule("높이기", told({"type": "brand", "brand": "나"}, do="boost", factor=3))
    stocked.model("last", "recently_viewed")
    for name in ("P1", "P3"):
        stocked.happens("view_item", name, visitor="browser-1")
    chain = [{"model": "more", "slots": 1}, "last"]
    stocked.model("first", "recently_viewed", enabled=False, backups=chain)
    unit(attaching.attach, "first", [boost])
    answer = stocked.recommend("first", limit=4, visitor_id=stocked.visitor("browser-1"))
    assert [(each.product.external_id, each.source) for each in answer.items] == [
        ("P2", "more"),
        ("P3", "last"),
        ("P1", "last"),
    ]


def test_a_rule_about_a_segment_is_for_its_customers(stocked, unit, rule):
    with stocked.core.db.unit() as session:
        vip = factories.make_customer(session, "haneul", attributes={"grade": "vip"}).id
    other = stocked.customer("bada")
    vips = unit(saved.create, "VIP", VIP).id
    id_ = rule(definition=told({"type": "segment", "segment_id": vips}, SALE))
    unit(attaching.attach, "all", [id_])

    def first(customer_id=None):
        return stocked.names(stocked.recommend("all", limit=1, customer_id=customer_id))

    assert [first(), first(other), first(vip)] == [["P1"], ["P1"], ["P2"]]
    # Nobody is in a segment that can't be evaluated: recommendations go on.
    stocked.core.plugins.hold("segment_customer_attribute", "for the test")
    assert first(vip) == ["P1"]


def test_what_is_looked_at_is_compared_with(stocked, unit, rule):
    unit(widgets.place, "all", placement="product")
    same = rule("같은 카테고리만", told({"type": "alike"}, do="only"), page="product")
    unit(attaching.attach, "all", [same])
    asked = {"limit": 4, "product_id": stocked.products["P1"]}
    assert stocked.names(stocked.recommend("all", **asked)) == ["P3"]
    assert len(stocked.recommend("all", limit=4).items) == 4


def test_the_effect_counts_what_is_on_sale_and_warns_before_widgets_stay_empty(stocked):
    stocked.sells("P5", category="세일", stock=0)
    view = stocked.core.shelf.view()
    found = effects.effect(view, told(SALE | {"operator": "within"}), now=stocked.now)
    assert (found.on_sale, found.matched, found.left, found.is_scarce) == (4, 2, 2, True)
    boost = told(SALE | {"operator": "within"}, do="boost", factor=2.0)
    assert not effects.effect(view, boost, now=stocked.now).is_scarce
