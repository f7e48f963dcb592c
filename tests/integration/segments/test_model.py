"""Random segments over random histories: the compiled set is what plain Python says it is."""

import operator as operators
from dataclasses import dataclass
from datetime import timedelta
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from growthcore.api import NoHistory
from growthcore.catalog.models import Category, Product
from growthcore.customers import attributes, consent
from growthcore.customers.models import Customer
from growthcore.events.models import Event, EventItem, EventName
from growthcore.segments import compiler, explanation, preview, service
from growthcore.segments.models import Segment
from growthcore.testing.fakes import START

NAMES = {"begin_checkout": 40, "purchase": 50, "quiz": 200}
COMPARE = {
    ">=": operators.ge,
    ">": operators.gt,
    "=": operators.eq,
    "<=": operators.le,
    "<": operators.lt,
    "!=": operators.ne,
}
LENGTHS = {"hours": 3_600, "days": 86_400}
CUSTOMERS = range(1, 9)
CATEGORIES = {1: "옷", 2: "옷/니트", 3: "옷장", 4: "shoes", 5: "SHOES/boots"}
VALUES = [None, "red", "Red", "빨강", "", 0, 1, 1.5, True, False, ["red"], "2026-01-01"]
# Around the edges of the windows below, to the microsecond.
AGES = [
    timedelta(seconds=edge, microseconds=tick)
    for edge in (-60, 0, 3_600, 7_200, 86_400, 7 * 86_400, 8 * 86_400, 30 * 86_400)
    for tick in (-1, 0, 1)
]
MOMENTS = [timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=8)]


@dataclass(frozen=True)
class Happened:
    customer: int | None
    name: str
    age: timedelta
    received: timedelta
    value: int | None
    properties: dict | None
    lines: list


@dataclass(frozen=True)
class Said:
    customer: int
    granted: bool
    age: timedelta


@dataclass(frozen=True)
class Shop:
    gone: dict
    events: list
    said: list
    known: dict
    saved: list


# ------------------------------------------------------------ what is drawn

customers = st.sampled_from(CUSTOMERS)
values = st.sampled_from(VALUES)
happened = st.builds(
    Happened,
    st.one_of(st.none(), customers),
    st.sampled_from(list(NAMES)),
    st.sampled_from(AGES),
    st.sampled_from(AGES),
    st.one_of(st.none(), st.integers(0, 5)),
    st.one_of(st.none(), st.fixed_dictionaries({}, optional={"color": values})),
    st.lists(st.tuples(st.sampled_from(list(CATEGORIES)), st.integers(0, 3)), max_size=2),
)
said = st.builds(Said, customers, st.booleans(), st.sampled_from(AGES))
attribute = st.sampled_from(["red", "Red", "빨강", 0.0, 1.0, 1.5, True, False])
windows = st.sampled_from(
    [
        None,
        {"hours": 1},
        {"days": 7},
        {"days": 30},
        {"hours": 1, "ago": {"hours": 1}},
        {"days": 7, "ago": {"days": 1}},
    ]
)


def compared(operator):
    """An operator with a value that goes with it."""
    if operator == "exists":
        return st.just({"operator": operator})
    if operator == "in":
        scalars = st.sampled_from([each for each in VALUES if isinstance(each, str | int | float)])
        value = st.lists(scalars, min_size=1, max_size=3)
    elif operator == "contains":
        value = st.sampled_from(["r", "R", "빨", "%", ""])
    else:
        value = st.sampled_from(["red", "빨강", 0, 1, 1.5, True])
    return st.fixed_dictionaries({"operator": st.just(operator), "value": value})


comparisons = st.sampled_from(
    ["=", "!=", ">", ">=", "<", "<=", "in", "contains", "exists"]
).flatmap(compared)


def leaf(condition, **params):
    given_ = {name: each for name, each in params.items() if each is not None}
    return {"condition": condition, "params": given_}


filters = st.lists(comparisons.map(lambda each: {"property": "color", **each}), max_size=1)
counts = st.builds(
    leaf,
    st.just("event_count"),
    event=st.sampled_from([*NAMES, "never_seen"]),
    operator=st.sampled_from(list(COMPARE)),
    count=st.integers(0, 3),
    within=windows,
    filters=filters,
)
of_what = st.sampled_from(
    [{}, {"category": "옷"}, {"category": "shoes"}, {"product": "P2"}, {"product": "nothing"}]
)
bought = st.builds(
    lambda of_what, **params: leaf("purchase_value", **params, **of_what),
    of_what=of_what,
    operator=st.sampled_from(list(COMPARE)),
    amount=st.integers(0, 6),
    within=windows,
)
consents = st.builds(
    leaf, st.just("consent"), channel=st.just("sms"), granted=st.booleans(), purpose=st.none()
)
known = comparisons.map(lambda each: leaf("customer_attribute", attribute="color", **each))
within = st.builds(leaf, st.just("in_segment"), segment_id=st.sampled_from([1, 2]))


def trees(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda each: {"all": each}),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: {"any": each}),
            inner.map(lambda each: {"not": each}),
        ),
        max_leaves=5,
    )


simple = st.one_of(counts, bought, consents, known)
shops = st.builds(
    Shop,
    gone=st.dictionaries(customers, st.sampled_from(["erased", "merged"]), max_size=2),
    events=st.lists(happened, max_size=25),
    said=st.lists(said, max_size=10),
    known=st.dictionaries(customers, attribute, max_size=6),
    saved=st.lists(trees(simple), min_size=2, max_size=2),
)


# ------------------------------------------------------------ in Python


def holds(shop, tree, customer, at):
    for join in (all, any):
        if below := tree.get(join.__name__):
            # Every one of them, since each may have no past.
            parts = [holds(shop, each, customer, at) for each in below]
            return join(parts)
    if "not" in tree:
        return not holds(shop, tree["not"], customer, at)
    return LEAVES[tree["condition"]](shop, tree["params"], customer, at)


def during(shop, params, customer, at, name):
    window = dict(params.get("within") or {})
    ago = sum(count * LENGTHS[unit] for unit, count in window.pop("ago", {}).items())
    until = at - timedelta(seconds=ago)
    length = sum(count * LENGTHS[unit] for unit, count in window.items())
    for each in shop.events:
        when = START - each.age
        inside = when <= until and (not window or when > until - timedelta(seconds=length))
        if each.customer == customer and each.name == name and inside:
            yield each


def event_count(shop, params, customer, at):
    found = [
        each
        for each in during(shop, params, customer, at, params["event"])
        if all(passes((each.properties or {}).get("color"), **f) for f in params["filters"])
    ]
    return COMPARE[params["operator"]](len(found), params["count"])


def purchase_value(shop, params, customer, at):
    found = list(during(shop, params, customer, at, "purchase"))
    if "category" in params:
        path = params["category"]
        total = sum(
            amount
            for each in found
            for category, amount in each.lines
            if CATEGORIES[category] == path or CATEGORIES[category].startswith(f"{path}/")
        )
    elif "product" in params:
        lines = [line for each in found for line in each.lines]
        total = sum(amount for product, amount in lines if f"P{product}" == params["product"])
    else:
        total = sum(each.value or 0 for each in found)
    return COMPARE[params["operator"]](total, params["amount"])


def consented(shop, params, customer, at):
    told = [
        (START - each.age, not each.granted, each.granted)
        for each in shop.said
        if each.customer == customer and (START - each.age <= at or at == START)
    ]
    return bool(told) and max(told)[-1] == params["granted"]


def customer_attribute(shop, params, customer, at):
    if at != START:
        raise NoHistory("color")
    rest = {name: each for name, each in params.items() if name != "attribute"}
    return passes(shop.known.get(customer), **rest)


def in_segment(shop, params, customer, at):
    return holds(shop, shop.saved[params["segment_id"] - 1], customer, at)


LEAVES = {
    "event_count": event_count,
    "purchase_value": purchase_value,
    "consent": consented,
    "customer_attribute": customer_attribute,
    "in_segment": in_segment,
}


def kind(value):
    return float if type(value) in (int, float) else type(value)


def passes(actual, operator, value=None, property=None):
    if operator == "exists" or actual is None:
        return actual is not None
    if operator == "contains":
        return isinstance(actual, str) and value in actual
    if operator == "in":
        return any(kind(actual) is kind(each) and actual == each for each in value)
    alike = kind(actual) is kind(value)
    if operator == "!=":
        return not alike or actual != value
    if isinstance(value, bool) and operator != "=":
        return False
    return alike and COMPARE[operator](actual, value)


# ------------------------------------------------------------ in the database


def fill(session: Session, shop: Shop) -> None:
    session.execute(insert(Customer), [_customer(shop, id_) for id_ in CUSTOMERS])
    session.execute(insert(EventName), [{"id": 200, "name": "quiz"}])
    session.execute(insert(Category), [{"id": i, "path": path} for i, path in CATEGORIES.items()])
    session.execute(insert(Product), [_product(id_) for id_ in CATEGORIES])
    for id_, each in enumerate(shop.events, 1):
        session.execute(insert(Event).values(_event(id_, each)))
        for position, line in enumerate(each.lines):
            session.execute(insert(EventItem).values(_line(id_, position, each, line)))
    statements = [
        consent.Statement(
            customer_id=each.customer, channel="sms", purpose="advertising",
            granted=each.granted, at=START - each.age, source="test",
        )
        for each in shop.said
    ]  # fmt: skip
    consent.record_all(session, statements)
    told = {customer: {"color": value} for customer, value in shop.known.items()}
    attributes.write(session, {}, told)
    for id_, tree in enumerate(shop.saved, 1):
        made = {"created_at": START, "changed_at": START}
        session.execute(
            insert(Segment).values(id=id_, name=str(id_), description="", definition=tree, **made)
        )


def _customer(shop, id_):
    gone = shop.gone.get(id_)
    return {
        "id": id_,
        "created_at": START,
        "updated_at": START,
        "erased_at": START if gone == "erased" else None,
        "merged_into_id": 1 if gone == "merged" else None,
    }


def _product(id_):
    return {
        "id": id_, "external_id": f"P{id_}", "name": "옷", "currency": "KRW", "category_id": id_,
        "created_at": START, "updated_at": START,
    }  # fmt: skip


def _event(id_, each):
    return {
        "id": id_, "source": "test", "event_id": str(id_), "name_id": NAMES[each.name],
        "occurred_at": START - each.age, "received_at": START - each.received,
        "customer_id": each.customer, "value": each.value, "properties": each.properties,
    }  # fmt: skip


def _line(id_, position, each, line):
    category, amount = line
    return {
        "event_id": id_, "position": position, "name_id": NAMES[each.name],
        "occurred_at": START - each.age, "customer_id": each.customer, "product_id": category,
        "category_id": category, "quantity": 1, "amount": amount,
    }  # fmt: skip


# ------------------------------------------------------------ the comparison


def compare(core, shop, tree, at):
    everybody = [id_ for id_ in CUSTOMERS if id_ not in shop.gone]
    with core.db.read() as session:
        fill(session, shop)
        try:
            expected = [id_ for id_ in everybody if holds(shop, tree, id_, at)]
        except NoHistory:
            with pytest.raises(NoHistory, match="attributes keep no history"):
                service.count(core, session, tree, at=at)
            return
        assert service.count(core, session, tree, at=at) == len(expected)
        assert list(paged(core, session, tree, at)) == expected
        assert service.contains(core, session, tree, [*CUSTOMERS, 99], at=at) == set(expected)
        for id_ in everybody:
            alone = service.contains(core, session, tree, [id_], at=at)
            assert alone == {id_} & set(expected)
            assert explanation.explain(core, session, tree, id_, at=at).holds is bool(alone)
        if at == START:
            assert preview.preview(core, session, tree)["count"] == len(expected)


def paged(core, session, tree, at):
    after = 0
    while page := service.members(core, session, tree, at=at, after=after, limit=3):
        yield from page
        after = page[-1]


def model(examples):
    def decorate(test):
        test = given(
            shop=shops,
            tree=trees(st.one_of(simple, within)),
            ago=st.sampled_from(MOMENTS),
            # 0 looks up from the smallest set wherever it can, whatever there is to read.
            probe=st.sampled_from([0, compiler.PROBE]),
        )(test)
        return settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )(test)

    return decorate


@model(examples=60)
def test_the_compiled_set_is_what_python_says_on_sqlite(make_core, sqlite_database, **drawn):
    check(make_core, sqlite_database, **drawn)


@pytest.mark.postgres
@model(examples=25)
def test_the_compiled_set_is_what_python_says_on_postgresql(
    make_core, postgresql_database, **drawn
):
    check(make_core, postgresql_database, **drawn)


_cores = {}


def check(make_core, database, shop, tree, ago, probe):
    core = _cores.get(id(database)) or _cores.setdefault(id(database), make_core(database))
    with mock.patch.object(compiler, "PROBE", probe):
        compare(core, shop, tree, START - ago)
