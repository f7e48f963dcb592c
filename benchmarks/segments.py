"""Live segment counts against the same question written by hand in SQL, on the same tables.

A: began checkout in 7 days and purchased nothing in 7 days. B: viewed a category three times in 30
days and spent more than 300,000 in 90 days. Environment: ``GROWTHCORE_BENCH_CUSTOMERS`` and
``GROWTHCORE_BENCH_EVENTS`` say how large the shop is, ``GROWTHCORE_BENCH_DIR`` where to keep it for
the next time.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from marshmallow import fields
from sqlalchemy import func

from benchmarks import shop
from growthcore.api import Condition, ConditionQuery, Members, ParamsSchema, Text, Window
from growthcore.api.db import EPOCH
from growthcore.app import build_core
from growthcore.clock import FixedClock
from growthcore.core import Core
from growthcore.db.unit_of_work import Database
from growthcore.plugins.discovery import installed
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import generate
from growthcore.segments import service
from growthcore.segments.preview import preview
from growthcore.settings import Settings
from growthcore.testing.plugins import a_plugin

CUSTOMERS = int(os.environ.get("GROWTHCORE_BENCH_CUSTOMERS", "200000"))
EVENTS = int(os.environ.get("GROWTHCORE_BENCH_EVENTS", "2000000"))
CATEGORY = 7
ROUNDS = 5


class ViewedCategory(Condition):
    """A third party's condition: three lines of a category viewed in 30 days."""

    id = "viewed_category"
    title = Text("카테고리 조회", "Viewed a category")

    class Params(ParamsSchema):
        category = fields.String(required=True)

    within: ClassVar = Window(length=timedelta(days=30))

    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        lines = query.items("view_item", self.within).where(query.in_category(params["category"]))
        often = lines.group_by(query.item.c.customer_id).having(func.count() >= 3)
        return Members(often, estimate=query.estimate(lines))

    def describe(self, params: Mapping[str, Any]) -> Text:
        return Text(f"{params['category']} 3회 조회", f"viewed {params['category']} 3 times")


def _event_count(event: str, operator: str, count: int) -> dict[str, Any]:
    params = {"event": event, "operator": operator, "count": count, "within": {"days": 7}}
    return {"condition": "event_count", "params": params}


def _segments() -> dict[str, dict[str, Any]]:
    path = next(path for id_, path in shop.categories() if id_ == CATEGORY)
    spent = {"operator": ">", "amount": 300_000, "within": {"days": 90}}
    a = [_event_count("begin_checkout", ">=", 1), _event_count("purchase", "=", 0)]
    b = [
        {"condition": "purchase_value", "params": spent},
        {"condition": "viewed_category", "params": {"category": path}},
    ]
    return {"A": {"all": a}, "B": {"all": b}, "not A": {"not": {"all": a}}}


def _by_hand() -> dict[str, str]:
    """The set form, with nothing in it that the answer does not need."""

    def during(days: int) -> str:
        since, until = (
            (shop.END - timedelta(days=ago) - EPOCH) // timedelta(microseconds=1)
            for ago in (days, 0)
        )
        # The partial indexes are used only where their own term is repeated.
        span = f"occurred_at > {since} AND occurred_at <= {until}"
        return f"{span} AND customer_id IS NOT NULL"

    view, _, checkout, purchase = shop.NUMBERS
    did = "SELECT customer_id FROM events WHERE name_id = {} AND " + during(7)
    a = f"SELECT count(*) FROM ({did.format(checkout)} EXCEPT {did.format(purchase)})"
    b = f"""SELECT count(*) FROM (
            SELECT customer_id FROM event_items
            WHERE name_id = {view} AND category_id = {CATEGORY} AND {during(30)}
            GROUP BY customer_id HAVING count(*) >= 3) AS viewer
        WHERE (SELECT sum(value) FROM events WHERE events.customer_id = viewer.customer_id
            AND name_id = {purchase} AND {during(90)}) > 300000"""
    return {"A": a, "B": b, "not A": f"SELECT (SELECT count(*) FROM customers) - ({a})"}


def run() -> bool:
    """Print a line a segment: by hand, the count, its ratio, and the whole preview, in ms."""
    with _shop() as core:
        print(f"segments: {CUSTOMERS:,} customers, {EVENTS:,} events, SQLite, medians of {ROUNDS}")
        print(f"{'':8}{'members':>10}{'by hand':>10}{'count':>10}{'ratio':>8}{'preview':>10}")
        right = [_compared(core, name, each) for name, each in _segments().items()]
    return all(right)


def _compared(core: Core, name: str, definition: Mapping[str, Any]) -> bool:
    with core.db.read() as session:
        statement = _by_hand()[name]
        driver = session.connection().connection
        expected, by_hand = _timed(lambda: driver.cursor().execute(statement).fetchone()[0])
        found, counted = _timed(lambda: service.count(core, session, definition))
        shown, previewed = _timed(lambda: preview(core, session, definition))
    ratio = counted / by_hand
    print(f"{name:8}{found:>10,}{by_hand:>10.1f}{counted:>10.1f}{ratio:>8.2f}{previewed:>10.1f}")
    if {found, shown["count"]} != {expected}:
        print(f"{name}: by hand it is {expected:,}, the preview says {shown['count']:,}")
    return {found, shown["count"]} == {expected}


def _timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    answer, times = ask(), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - began) * 1_000)
    return answer, statistics.median(times)


@contextmanager
def _shop() -> Iterator[Core]:
    """The made shop, in a folder that is kept only where one was named."""
    with ExitStack() as stack:
        kept = os.environ.get("GROWTHCORE_BENCH_DIR")
        folder = Path(kept or stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / f"shop-{CUSTOMERS}-{EVENTS}.db"
        if not file.exists():
            _make(file)
        viewed = a_plugin("viewed_category", growthcore_segment_conditions=lambda: [ViewedCategory])
        core = build_core(
            Settings(data_dir=folder, database_url=f"sqlite:///{file}", secret_keys=generate()),
            clock=FixedClock(shop.END),
            plugins=Plugins.load(entry_points=[*installed(), viewed]),
        )
        stack.callback(core.db.dispose)
        yield core


def _make(file: Path) -> None:
    began, part = time.perf_counter(), file.with_suffix(".part")
    part.unlink(missing_ok=True)
    database = Database(f"sqlite:///{part}")
    shop.load(database.engine, CUSTOMERS, shop.stream(CUSTOMERS, EVENTS))
    database.dispose()
    part.rename(file)
    print(f"made the shop in {time.perf_counter() - began:.0f} s")
