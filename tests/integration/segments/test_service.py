"""Counting, listing, asking and explaining: what holds whatever the conditions are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api import Condition, InvalidInput, Members, NoHistory, ParamsSchema, Text
from growthcore.customers.models import Customer
from growthcore.plugins import discovery
from growthcore.plugins.records import PluginFailure
from growthcore.segments import explanation, service
from growthcore.segments.models import Segment
from growthcore.testing.factories import make_customer, make_event
from growthcore.testing.fakes import START
from growthcore.testing.plugins import a_plugin

DAY = timedelta(days=1)


def did(name, operator=">=", count=1):
    params = {"event": name, "operator": operator, "count": count, "within": {"days": 7}}
    return {"condition": "event_count", "params": params}


def within(segment_id):
    return {"condition": "in_segment", "params": {"segment_id": segment_id}}


BEGAN, BOUGHT = did("begin_checkout"), did("purchase")
ABANDONED = {"all": [BEGAN, did("purchase", "=", 0)]}
VIP = {"condition": "customer_attribute", "params": {"attribute": "grade", "value": "VIP"}}


@pytest.fixture
def shop(make_core, database):
    """A began and left, B began and bought, C did nothing."""
    core = make_core(database)
    with core.db.unit() as session:
        a, b, c = (make_customer(session, name, attributes={"grade": "VIP"}) for name in "abc")
        for customer in (a, b):
            make_event(session, "begin_checkout", at=START - DAY, customer=customer)
        make_event(session, "purchase", at=START - timedelta(hours=1), customer=b, value=100)
    return core, a.id, b.id, c.id


def save(session, id_, definition):
    made = {"created_at": START, "changed_at": START}
    session.add(Segment(id=id_, name=f"segment {id_}", definition=definition, **made))


def test_abandoners_are_those_who_began_and_did_not_buy(shop):
    core, a, b, c = shop
    with core.db.read() as session:
        assert service.members(core, session, ABANDONED) == [a]
        assert service.members(core, session, {"not": ABANDONED}) == [b, c]


def test_whoever_is_erased_or_merged_is_in_no_segment(shop):
    core, a, b, c = shop
    with core.db.unit() as session:
        session.get(Customer, a).erased_at = START
        session.get(Customer, c).merged_into_id = b
    with core.db.read() as session:
        for definition in (BEGAN, {"not": BOUGHT}, {"not": did("quiz")}):
            expected = [] if definition == {"not": BOUGHT} else [b]
            assert service.members(core, session, definition) == expected
            assert service.count(core, session, definition) == len(expected)
            assert service.contains(core, session, definition, [a, b, c]) == set(expected)
        with pytest.raises(InvalidInput, match="no customer"):
            explanation.explain(core, session, BEGAN, a)


def test_members_come_in_pages_in_the_order_of_ids(shop):
    core, a, b, c = shop
    everybody = {"not": did("quiz")}
    with core.db.read() as session:
        assert service.members(core, session, everybody, limit=2) == [a, b]
        assert service.members(core, session, everybody, after=b, limit=2) == [c]
        assert service.members(core, session, everybody, after=c) == []


def test_the_select_of_members_can_be_embedded(shop):
    core, a, *_ = shop
    with core.db.read() as session:
        inside = service.members_select(core, session, ABANDONED)
        assert session.scalars(select(Customer.id).where(Customer.id.in_(inside))).all() == [a]


def test_more_customers_are_asked_about_than_one_statement_takes(shop):
    core, a, b, _ = shop
    with core.db.read() as session:
        assert service.contains(core, session, BEGAN, range(1, 40_000)) == {a, b}
        assert service.contains(core, session, BEGAN, []) == set()


def test_as_of_a_moment_counts_what_had_happened_by_then(shop):
    core, a, b, _ = shop
    with core.db.read() as session:
        before = START - timedelta(hours=2)
        assert service.members(core, session, ABANDONED, at=before) == [a, b]
        assert service.members(core, session, ABANDONED, at=START - 2 * DAY) == []
        assert service.contains(core, session, ABANDONED, [b], at=before) == {b}
        assert explanation.explain(core, session, ABANDONED, b, at=before).holds


def test_the_past_of_an_attribute_is_refused_by_the_path_of_its_leaf(shop):
    core, *_ = shop
    with core.db.read() as session:
        definition = {"all": [BEGAN, {"not": VIP}]}
        with pytest.raises(NoHistory, match=r"^all\[1\]\.not: customer attributes keep no history"):
            service.count(core, session, definition, at=START - DAY)
        # A job reads the clock once and works for a while: that is no past.
        assert service.count(core, session, VIP, at=START - timedelta(minutes=1)) == 3


def test_the_past_of_a_segment_made_of_attributes_is_refused_by_its_name(shop):
    core, *_ = shop
    with core.db.unit() as session:
        save(session, 1, {"any": [VIP]})
    told = r"^all\[0\]: segment 'segment 1': any\[0\]: customer"
    with core.db.read() as session, pytest.raises(NoHistory, match=told):
        service.count(core, session, {"all": [within(1)]}, at=START - DAY)


def test_a_segment_that_contains_itself_is_refused(shop):
    core, *_ = shop
    with core.db.unit() as session:
        save(session, 1, {"any": [BEGAN, within(2)]})
        save(session, 2, {"not": within(1)})
    with core.db.read() as session:
        with pytest.raises(InvalidInput, match="Segment 1 would contain itself") as refused:
            service.count(core, session, {"all": [within(1)]})
        assert list(refused.value.errors) == ["all[0].params.segment_id"]
        assert service.referred(core, session, within(1)) == {1, 2}


def test_a_segment_that_is_not_there_is_refused_by_path(shop):
    core, *_ = shop
    with core.db.read() as session, pytest.raises(InvalidInput) as refused:
        service.check(core, session, {"any": [BEGAN, within(9)]})
    assert refused.value.errors == {"any[1].params.segment_id": "There is no segment 9."}


def test_an_explanation_says_of_every_condition_whether_it_holds(shop):
    core, _, b, _ = shop
    with core.db.read() as session:
        found = explanation.explain(core, session, {"any": [ABANDONED, VIP]}, b)
    assert list(found.lines("en")) == [
        "✓ at least one of these",
        "  ✗ all of these",
        "    ✓ began checkout at least once in the last 7 days",
        "    ✗ never purchased in the last 7 days",
        "  ✓ grade is VIP",
    ]
    assert found.as_dict("ko")["children"][1] == {
        "path": "any[1]", "holds": True, "text": "등급 VIP 같음", "children": [],
    }  # fmt: skip


def test_the_description_is_one_sentence_in_either_language(shop):
    core, *_ = shop
    assert service.describe(core, ABANDONED) == (
        "지난 7일 동안 결제 시작 1회 이상 그리고 지난 7일 동안 구매 없음"
    )
    assert service.describe(core, VIP, "en") == "grade is VIP"


class Heedless(Condition):
    """Knows nothing of restrictions, repeats ids, and may do worse."""

    id, title = "heedless", Text("제멋대로", "Heedless")
    Params = ParamsSchema
    answer = staticmethod(lambda query: Members(select(query.event.c.customer_id.label("who"))))

    def members(self, query, params):
        return self.answer(query)

    def describe(self, params):
        return Text("", "")


@pytest.fixture
def heedless(make_core, sqlite_database):
    tried = a_plugin("heedless", growthcore_segment_conditions=lambda: [Heedless])
    core = make_core(sqlite_database, [*discovery.installed(), tried])
    with core.db.unit() as session:
        a, b = make_customer(session), make_customer(session)
        for customer in (a, b, a):
            make_event(session, "login", customer=customer)
    return core, a.id, b.id


LEAF = {"condition": "heedless"}


def test_a_condition_that_overlooks_the_restriction_adds_nobody(heedless):
    core, a, b = heedless
    with core.db.read() as session:
        assert service.contains(core, session, LEAF, [a]) == {a}
        assert service.contains(core, session, {"not": LEAF}, [a, b]) == set()
        assert service.members(core, session, {"all": [LEAF, LEAF]}) == [a, b]
        assert service.count(core, session, LEAF) == 2


@pytest.mark.parametrize("answer", [lambda query: None, lambda query: 1 / 0])
def test_a_broken_condition_is_blamed_on_its_plugin(heedless, monkeypatch, answer):
    core, *_ = heedless
    monkeypatch.setattr(Heedless, "answer", staticmethod(answer))
    with core.db.read() as session, pytest.raises(PluginFailure, match="plugin heedless"):
        service.count(core, session, LEAF)
    assert core.plugins.record("heedless").failures == 1
