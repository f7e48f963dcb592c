"""A made shop: customers, products and a funnel of events, loaded straight into the tables.

The same seed always makes the same shop. Activity is log-normal over customers, popularity is
Zipfian over products, hours follow a day curve; a view may lead to a cart, a checkout, a purchase.
On demand customers have tastes: half of what each looks at is of one group of products.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine
from sqlalchemy.schema import CreateIndex, CreateTable

from growthcore.api.db import EPOCH
from growthcore.db.ownership import core_set
from growthcore.events.vocabulary import STANDARD

END = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 90
NAMES = ("view_item", "add_to_cart", "begin_checkout", "purchase")
MEDIA = ("email", "sms")
NUMBERS = tuple(STANDARD[name] for name in NAMES)
PRODUCTS = 20_000
CATEGORIES = 100
_GOES_ON = (0.16, 0.40, 0.58)
_ANONYMOUS = 0.15
_TASTES = 50
_TASTEFUL = 0.5
_CHUNK = 200_000
_TICK = timedelta(microseconds=1)

Row = tuple[Any, ...]
Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Stream:
    """Equally long columns of 64-bit integers in time order.

    ``at`` is microseconds since 1970; customer 0 is nobody known.
    """

    at: Column
    customer: Column
    name: Column
    product: Column
    category: Column
    amount: Column

    def __len__(self) -> int:
        return len(self.at)


def stream(
    customers: int, events: int, seed: int = 7, *, tastes: bool = False, products: int = PRODUCTS
) -> Stream:
    """About ``events`` events of the last :data:`DAYS` days before :data:`END`.

    With ``tastes``, half the views of everybody known are of products of their own group.
    """
    random = np.random.default_rng(seed)
    views = int(events / (1 + sum(np.cumprod(_GOES_ON))))
    session = np.sort(random.integers(0, max(1, views // 5), views))
    who = _active(random, customers, session[-1] + 1)[session]
    start = _starts(random, session[-1] + 1)[session]
    product = _popular(random, views, products)
    if tastes:
        product = _to_taste(random, who, product)
    steps = [(start + random.integers(0, 1_200, views), who, product)]
    for chance in _GOES_ON:
        at, who, product = steps[-1]
        on = random.random(len(at)) < chance
        steps.append((at[on] + random.integers(20, 900, on.sum()), who[on], product[on]))
    return _in_time_order(random, steps, products)


def _active(random: np.random.Generator, customers: int, sessions: int) -> Column:
    weight = np.cumsum(random.lognormal(0, 1.4, customers))
    who: Column = np.searchsorted(weight, random.random(sessions) * weight[-1]) + 1
    who[random.random(sessions) < _ANONYMOUS] = 0
    return who


def _starts(random: np.random.Generator, sessions: int) -> Column:
    day = random.integers(0, DAYS, sessions)
    second = (random.normal(15, 5, sessions) % 24 * 3_600).astype(np.int64)
    first = int((END - timedelta(days=DAYS) - EPOCH).total_seconds())
    return first + day * 86_400 + second


def _popular(random: np.random.Generator, count: int, products: int) -> Column:
    weight = np.cumsum(np.arange(1, products + 1) ** -1.07)
    found: Column = np.searchsorted(weight, random.random(count) * weight[-1]) + 1
    return found


def _to_taste(random: np.random.Generator, who: Column, product: Column) -> Column:
    """Half of everybody's products moved into their group: the same place in popularity, nearly."""
    group = (product - 1) // _TASTES * _TASTES + who % _TASTES + 1
    moved = (who > 0) & (random.random(len(product)) < _TASTEFUL)
    found: Column = np.where(moved, group, product)
    return found


def _in_time_order(
    random: np.random.Generator, steps: list[tuple[Column, Column, Column]], products: int
) -> Stream:
    at, who, product = (np.concatenate([step[i] for step in steps]) for i in range(3))
    name = np.repeat(np.arange(len(steps)), [len(step[0]) for step in steps])
    category = random.integers(1, CATEGORIES + 1, products + 1)[product]
    price = (random.lognormal(10, 0.8, products + 1) // 100 * 100 + 1_000).astype(np.int64)
    at = at * 1_000_000 + random.integers(0, 1_000_000, len(at))
    order = np.argsort(at, kind="stable")
    columns = (at, who, name, product, category, price[product])
    return Stream(*(column[order].astype(np.int64) for column in columns))


def load(engine: Engine, customers: int, events: Stream) -> None:
    """Fill an empty SQLite database: rows first, indexes after, as a restore would."""
    tables = core_set().metadata.sorted_tables
    with engine.begin() as connection:
        for table in tables:
            connection.execute(CreateTable(table))
        _insert(connection, "categories", ["id", "path"], categories())
        _insert(connection, "customers", _CUSTOMER, _customers(customers))
        _insert(connection, "consents", _CONSENT, _consents(customers))
        _insert(connection, "events", _EVENT, _event_rows(events))
        _insert(connection, "event_items", _ITEM, _item_rows(events))
        for index in (index for table in tables for index in table.indexes):
            connection.execute(CreateIndex(index))


_CUSTOMER = ["id", "email", "email_hash", "phone", "phone_hash", "created_at", "updated_at"]
_CONSENT = ["customer_id", "channel", "purpose", "granted", "at"]
_EVENT = ["id", "source", "event_id", "name_id", "occurred_at", "received_at", "customer_id",
          "value", "currency", "properties", "reacted"]  # fmt: skip
_ITEM = ["event_id", "position", "name_id", "occurred_at", "customer_id", "product_id",
         "category_id", "quantity", "price", "amount"]  # fmt: skip


def _insert(connection: Connection, table: str, names: list[str], rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * len(names))
    cursor: Any = connection.connection.cursor()
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def categories() -> Iterator[Row]:
    """Ten parents with ten children each."""
    for id_ in range(1, CATEGORIES + 1):
        yield id_, f"parent {id_ % 10}/child {id_}"


def _customers(count: int) -> Iterator[Row]:
    since = (END - timedelta(days=DAYS) - EPOCH) // _TICK
    for id_ in range(1, count + 1):
        email = (f"c{id_}@shop.example", f"e{id_:031x}") if id_ % 10 else (None, None)
        phone = (f"+8210{id_:08}", f"p{id_:031x}") if id_ % 3 else (None, None)
        yield (id_, *email, *phone, since, since)


def _consents(count: int) -> Iterator[Row]:
    since = (END - timedelta(days=DAYS) - EPOCH) // _TICK
    for id_ in range(1, count + 1):
        yield id_, MEDIA[0], "advertising", id_ % 5 < 3, since
        if id_ % 2:
            yield id_, MEDIA[1], "advertising", id_ % 7 < 3, since


def _event_rows(events: Stream) -> Iterator[Row]:
    columns = (events.at, events.name, events.customer, events.amount)
    for id_, (at, name, customer, amount) in enumerate(_rows(columns), 1):
        value = amount if NAMES[name] in ("begin_checkout", "purchase") else None
        number = NUMBERS[name]
        yield (id_, "bench", f"e{id_:012}", number, at, at, customer or None, value,
               value and "KRW", '{"device": "mobile"}', True)  # fmt: skip


def _item_rows(events: Stream) -> Iterator[Row]:
    columns = (events.at, events.name, events.customer, events.product, events.category,
               events.amount)  # fmt: skip
    for id_, (at, name, customer, product, category, amount) in enumerate(_rows(columns), 1):
        number = NUMBERS[name]
        yield id_, 0, number, at, customer or None, product, category, 1, amount, amount


def _rows(columns: Sequence[Column]) -> Iterator[Row]:
    """Python's own integers, a chunk at a time: whole columns of them would not fit in memory."""
    for start in range(0, len(columns[0]), _CHUNK):
        yield from zip(
            *(column[start : start + _CHUNK].tolist() for column in columns), strict=True
        )
