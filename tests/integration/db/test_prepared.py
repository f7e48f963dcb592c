"""A prepared statement gives what SQLAlchemy would give."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.exc import DBAPIError

from growthcore.catalog.models import Product
from growthcore.db.chunks import among_given
from growthcore.db.prepared import Prepared
from growthcore.testing.factories import make_product
from growthcore.testing.values import START

COLUMNS = (Product.external_id, Product.hidden, Product.created_at, Product.attributes)
SOME = select(*COLUMNS).where(among_given(Product.external_id, "ids"))
SINCE = select(*COLUMNS).where(
    Product.created_at >= bindparam("since", type_=Product.created_at.type),
    Product.price == literal(10_000),
)


@pytest.fixture
def shop(database):
    with database.unit() as session:
        make_product(session, "P1", attributes={"색": "검정"})
        make_product(session, "P2", hidden=True)
    return database


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (SOME, {"ids": ["P1", "P2", "P9"]}),
        (SOME, {"ids": []}),
        (SINCE, {"since": START}),
        (union_all(SOME, SINCE), {"ids": ["P1"], "since": START}),
    ],
)
def test_the_rows_are_those_of_sqlalchemy(shop, statement, given):
    with shop.read() as session:
        expected = [tuple(row) for row in session.execute(statement, given)]
    assert sorted(Prepared(statement).rows(shop, **given), key=repr) == sorted(expected, key=repr)


def test_what_the_driver_refuses_is_raised_as_by_sqlalchemy(shop):
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE products RENAME TO gone")
    with pytest.raises(DBAPIError) as raised:
        Prepared(SOME).rows(shop, ids=["secret"])
    assert "secret" not in str(raised.value)


def test_a_connection_that_broke_is_replaced(postgresql_database):
    prepared = Prepared(SOME)
    prepared.rows(postgresql_database, ids=[])
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert prepared.rows(postgresql_database, ids=[]) == []
