"""How the databases carry segments out: by covering ranges, and by look-up from the smaller side."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from growthcore.catalog.models import Category
from growthcore.customers.models import Customer
from growthcore.events.models import Event, EventItem
from growthcore.segments import service
from growthcore.testing.factories import make_product
from growthcore.testing.fakes import START

CHECKOUT, PURCHASE, LOGIN = 40, 50, 61
CUSTOMERS = 300


def did(name, operator=">=", count=1, days=7):
    params = {"event": name, "operator": operator, "count": count, "within": {"days": days}}
    return {"condition": "event_count", "params": params}


ABANDONED = {"all": [did("begin_checkout"), did("purchase", "=", 0)]}
# Few logged in, many purchased.
FEW = {"all": [did("purchase", count=2, days=30), did("login")]}
FEW_NOT = {"all": [did("login"), {"not": did("purchase", count=2, days=30)}]}
OF_CATEGORY = {
    "condition": "purchase_value",
    "params": {"operator": ">", "amount": 5, "within": {"days": 30}, "category": "옷"},
}
OF_PRODUCT = {
    "condition": "purchase_value",
    "params": {"operator": ">", "amount": 5, "within": {"days": 30}, "product": "P1"},
}


def an_event(id_, name, customer):
    at = START - timedelta(minutes=id_ % 40_000)
    return {
        "id": id_, "source": "test", "event_id": str(id_), "name_id": name, "occurred_at": at,
        "received_at": at, "customer_id": customer, "value": id_ % 9, "reacted": True,
    }  # fmt: skip


def a_line(each, category):
    copied = {name: each[name] for name in ("name_id", "occurred_at", "customer_id")}
    return {
        **copied, "event_id": each["id"], "position": 0, "product_id": category,
        "category_id": category, "quantity": 1, "amount": each["value"],
    }  # fmt: skip


def fill(session):
    made = {"created_at": START, "updated_at": START}
    session.execute(insert(Customer), [{"id": id_, **made} for id_ in range(1, CUSTOMERS + 1)])
    session.execute(insert(Category), [{"id": 1, "path": "옷"}, {"id": 2, "path": "옷/니트"}])
    names = [CHECKOUT] * 3_000 + [PURCHASE] * 6_000 + [LOGIN] * 20
    rows = [an_event(id_, name, id_ % CUSTOMERS + 1) for id_, name in enumerate(names, 1)]
    session.execute(insert(Event), rows)
    session.execute(insert(EventItem), [a_line(each, each["id"] % 20 + 1) for each in rows])


@pytest.fixture(
    params=["sqlite", "sqlite-analyzed", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def core(request, make_core):
    """A shop with many purchases and few logins, with and without statistics of them."""
    database = request.getfixturevalue(f"{request.param.removesuffix('-analyzed')}_database")
    core = make_core(database)
    with core.db.unit() as session:
        fill(session)
    if request.param != "sqlite":
        with core.db.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            analyze = "ANALYZE" if request.param == "sqlite-analyzed" else "VACUUM ANALYZE"
            alone.exec_driver_sql(analyze)
    return core


def plan(core, definition):
    """The database's plan of the count, as lines."""
    sent = []
    with core.db.read() as session:
        connection = session.connection()

        def keep(_connection, _cursor, statement, parameters, _context, _many):
            sent.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", keep)
        service.count(core, session, definition)
        event.remove(connection, "before_cursor_execute", keep)
        statement, parameters = sent[-1]
        if core.db.dialect == "postgresql":
            # On tables this small reading everything would win; what can be read is the question.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            return [
                row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            ]
        explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in explained]


def read(core, lines, index):
    """How often the plan reads nothing but ``index``."""
    covering = "Index Only Scan using" if core.db.dialect == "postgresql" else "COVERING INDEX"
    return sum(f"{covering} {index} " in line for line in lines)


def whole_tables(lines):
    """Reads of a table that are no search of an index."""
    sequential = [line for line in lines if "Seq Scan on" in line]
    return sequential + [
        line
        for line in lines
        if line.startswith(("SCAN events", "SCAN event_items")) or line == "SCAN customers"
    ]


@pytest.mark.parametrize("definition", [ABANDONED, {"not": ABANDONED}, {"any": ABANDONED["all"]}])
def test_every_condition_is_one_range_of_a_covering_index(core, definition):
    lines = plan(core, definition)
    assert read(core, lines, "ix_events_name") == 2, lines
    assert not whole_tables([line for line in lines if "on customers" not in line]), lines


@pytest.mark.parametrize("definition", [FEW, FEW_NOT])
def test_what_is_many_is_looked_up_from_what_is_few(core, definition):
    lines = plan(core, definition)
    assert read(core, lines, "ix_events_name") == 1, lines
    assert read(core, lines, "ix_events_customer") == 1, lines
    assert not whole_tables(lines), lines


def test_a_sum_by_category_is_a_range_of_its_index(core):
    lines = plan(core, OF_CATEGORY)
    assert read(core, lines, "ix_event_items_category") == 1, lines
    assert not whole_tables(lines), lines


def test_a_sum_of_one_product_is_a_range_of_its_index(core):
    with core.db.unit() as session:
        assert make_product(session, "P1").id == 1
    lines = plan(core, OF_PRODUCT)
    assert read(core, lines, "ix_event_items_product") == 1, lines
    assert not whole_tables(lines), lines


def test_those_who_are_gone_are_read_from_their_own_index(core):
    lines = plan(core, did("login"))
    assert any("ix_customers_gone" in line for line in lines), lines


def test_one_customer_is_looked_up_by_customer(core):
    sent = []
    with core.db.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: sent.append(args[2:4]))
        assert service.contains(core, session, ABANDONED, [1]) == set()
        statement, parameters = sent[-1]
        if core.db.dialect == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines = [row[3] for row in rows]
            assert read(core, lines, "ix_events_customer") == 2, lines
            assert not whole_tables(lines), lines
