"""How fast recommendations are served, and how true they are, beside a bare Flask endpoint.

A made shop of a million customers and 50,000 products: a model with a list for every active customer,
popularity as its backup, rules and serve-time truth on. The bare endpoint answers JSON of the same
shape out of a constant. Both run in granian with the same two workers and are asked by the same wrk,
in turns, so that only the median of their ratios means anything.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import urllib3
from flask import Flask
from werkzeug.test import EnvironBuilder

from benchmarks import granian, shop
from growthcore import garbage
from growthcore.app import build_core
from growthcore.catalog import service as catalog
from growthcore.catalog.service import ProductInput
from growthcore.clock import FixedClock
from growthcore.core import Core
from growthcore.db import migrations
from growthcore.db.unit_of_work import Database
from growthcore.operators import keys, origins
from growthcore.plugins import secrets
from growthcore.plugins.registry import Plugins
from growthcore.recommendations import chains, service, serving, training
from growthcore.recommendations.rules import attaching, store
from growthcore.settings import Settings
from growthcore.web import create_app

CUSTOMERS = 1_000_000
PRODUCTS = 50_000
EVENTS = 1_000_000
DAYS = 14
ORIGIN = "https://shop.example"
TURNS, SECONDS = 5, 6
MODEL = "for-you"
_WARM, _TIMED = 1_000, 3_000
_RECIPIENTS, _BATCH = 40_000, 1_000
_BARE = {
    "model": MODEL,
    "items": [
        {"id": f"P{n}", "name": f"상품 {n}", "url": f"https://shop.example/p/{n}", "price": 10_000 + n,
         "image_url": f"https://shop.example/i/{n}.jpg", "sale_price": None, "currency": "KRW",
         "brand": "brand", "source": "for-you", "reason": "for_you", "receipt": "x" * 56}
        for n in range(8)
    ],
    "skipped": {},
}  # fmt: skip
_LUA = """
math.randomseed({run})
function request()
  local visitor = string.format("visitor-%08d", math.random({customers}))
  return wrk.format("GET", "{path}?key={key}&visitor=" .. visitor, {{["Origin"]="{origin}"}})
end
"""
_RULES: Sequence[tuple[Any, Any]] = (
    ({"type": "category", "category": "parent 3/child 13"}, {"do": "exclude"}),
    ({"type": "stock", "most": 1}, {"do": "exclude"}),
    ({"type": "brand", "brand": "brand 7"}, {"do": "boost", "factor": 1.5}),
    ({"type": "price", "most": 30_000}, {"do": "boost", "factor": 1.1}),
    ({"type": "new", "days": 3}, {"do": "pin", "slot": 4}),
)


def bare() -> Flask:
    """The least an endpoint can do: answer JSON."""
    app = Flask("bare")
    path = f"/v1/recommendations/{MODEL}"
    app.add_url_rule(path, view_func=lambda: app.json.response(_BARE))
    return app


def recommender() -> Flask:
    """The real thing, over the shop in the environment."""
    core = build_core(Settings.from_environment())
    app = create_app(core, {"STOREFRONT_RATE": 1e9, "STOREFRONT_BURST": 10**9})
    garbage.spare()
    return app


def run() -> bool:
    """Right means: everybody is answered in time, at the rate asked for, and nothing sold out is shown."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        settings = _make(Path(folder))
        core = _core(settings)
        key = _models(core)
        print(f"made a shop of {CUSTOMERS:,} customers in {time.perf_counter() - began:.0f} s")
        results = [_in_process(core, key), _batches(core)]
        if wrk := granian.wrk():
            results.append(_over_http(core, settings, key, wrk, Path(folder)))
        else:
            print("served: wrk is missing. Run: make bench-packages")
        core.db.dispose()
    return all(results)


def _make(folder: Path) -> Settings:
    url = f"sqlite:///{folder}/growthcore.db"
    database = Database(url)
    events = shop.stream(CUSTOMERS, EVENTS, tastes=True, products=PRODUCTS)
    shop.load(database.engine, CUSTOMERS, events)
    now = int(shop.END.timestamp() * 1e6)
    with database.engine.begin() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.executemany(
            "INSERT INTO products (id, external_id, name, url, image_url, price, sale_price, currency,"
            " stock, hidden, known, brand, category_id, created_at, updated_at, revision)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'KRW', ?, ?, 1, ?, ?, ?, ?, 0)",
            (
                (n, f"P{n}", f"상품 {n}", f"{ORIGIN}/p/{n}", f"{ORIGIN}/i/{n}.jpg", 10_000 + n,
                 None if n % 4 else 9_000 + n, None if n % 5 == 0 else n % 13, n % 40 == 0,
                 f"brand {n % 300}", n % shop.CATEGORIES + 1, now - n * 10**9, now)
                for n in range(1, PRODUCTS + 1)
            ),
        )  # fmt: skip
        cursor.executemany(
            "INSERT INTO visitors (id, key, customer_id, first_seen_at) VALUES (?, ?, ?, ?)",
            ((n, f"visitor-{n:08}", n, now) for n in range(1, CUSTOMERS + 1)),
        )
    database.dispose()
    return Settings(data_dir=folder, database_url=url, secret_keys=secrets.generate())


def _core(settings: Settings) -> Core:
    core = build_core(settings, clock=FixedClock(shop.END), plugins=Plugins.load())
    migrations.create_all(core.db, core.plugins)
    return core


def _models(core: Core) -> str:
    """The models, trained, with rules; the key that pages know."""
    now = core.clock.now()
    with core.db.unit() as session:
        popular = service.create(
            core, session, "popular", algorithm="popular_backup", actor="benchmark"
        ).id
        mine = service.create(
            core, session, MODEL, algorithm="user_based", backups=["popular"],
            given={"days": DAYS}, actor="benchmark",
        ).id  # fmt: skip
        rules = []
        for n, (row, then) in enumerate(_RULES):
            definition = {"if": {"all": [row]}, "then": then}
            rule = store.create(
                core,
                session,
                name=f"rule {n}",
                page="main",
                definition=definition,
                actor="benchmark",
            )
            store.switch(core, session, rule.id, on=True, actor="benchmark")
            rules.append(rule.id)
        attaching.attach(core, session, MODEL, rules, actor="benchmark")
        origins.add(session, ORIGIN, now=now, actor="benchmark")
        key = keys.issue_public(session, now=now, actor="benchmark").public_value
    for model in (popular, mine):
        training.train(core, model)
    assert key
    return key


def _in_process(core: Core, key: str) -> bool:
    app = create_app(core, {"STOREFRONT_RATE": 1e9, "STOREFRONT_BURST": 10**9})
    chance = random.Random(1)
    times = []
    for n in range(_WARM + _TIMED):
        asked = _environ(key, f"visitor-{chance.randint(1, CUSTOMERS):08}")
        began = time.perf_counter()
        body = _called(app, asked)
        if n >= _WARM:
            times.append((time.perf_counter() - began) * 1_000)
        assert body.startswith(b'{"model"'), body
    times.sort()
    middle, most = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"in the process: median {middle:.2f} ms, 95 % within {most:.2f} ms (goal: 10 ms)")
    return most < 10


def _environ(key: str, visitor: str) -> dict[str, Any]:
    query = urlencode({"key": key, "visitor": visitor})
    path = f"/v1/recommendations/{MODEL}"
    return EnvironBuilder(path, query_string=query, headers=[("Origin", ORIGIN)]).get_environ()


def _called(app: Flask, environ: dict[str, Any]) -> bytes:
    body = BytesIO()
    answer: Any = app.wsgi_app(environ, lambda *_told: body.write)
    for part in answer:
        body.write(part)
    answer.close()
    return body.getvalue()


def _batches(core: Core) -> bool:
    """How many recipients of a mail a process answers a second: those with a list, and anybody."""
    garbage.spare()  # as a worker does
    listed = chains.load(core, MODEL).links[0].artifact["people"]
    chance = random.Random(2)
    rates = [
        _answered(core, [serving.Request(customer_id=each) for each in people])
        for people in (
            chance.choices(listed[listed > 0].tolist(), k=_RECIPIENTS),
            [chance.randint(1, CUSTOMERS) for _ in range(_RECIPIENTS)],
        )
    ]
    print(
        f"in messages: {rates[0]:,.0f} recipients/s a process with a list of their own (goal: 20,000), "
        f"{rates[1]:,.0f} of all customers, {len(listed) / CUSTOMERS:.0%} of whom have one"
    )
    return rates[0] >= 20_000


def _answered(core: Core, requests: Sequence[serving.Request]) -> float:
    """Requests a second, in batches as messages are made in; the first half makes it warm."""
    half = len(requests) // 2
    for first in range(0, len(requests), _BATCH):
        if first == half:
            began = time.perf_counter()
        serving.recommend_many(core, MODEL, requests[first : first + _BATCH], limit=6)
    return half / (time.perf_counter() - began)


def _over_http(core: Core, settings: Settings, key: str, wrk: str, folder: Path) -> bool:
    environment = {
        "GROWTHCORE_DATABASE_URL": settings.database,
        "GROWTHCORE_DATA_DIR": str(folder),
        "GROWTHCORE_SECRET_KEYS": settings.secret_keys or "",
        "GROWTHCORE_FROZEN_TIME": shop.END.isoformat(),
    }
    path = f"/v1/recommendations/{MODEL}"
    rates: dict[str, list[float]] = {"bare": [], "recommender": []}
    stale = 0.0
    for turn in range(TURNS):
        lua = _LUA.format(run=turn, customers=CUSTOMERS, path=path, key=key, origin=ORIGIN)
        for name, measured in rates.items():
            with granian.served(f"benchmarks.serving:{name}", environment) as address:
                ask = partial(granian.asked_by_wrk, wrk, address, lua, folder)
                ask(2)
                measured.append(ask(SECONDS))
                if name == "recommender":
                    stale = max(stale, _stale(core, key, address, partial(ask, 5)))
    ratios = [own / bare for own, bare in zip(rates["recommender"], rates["bare"], strict=True)]
    ratio = median(ratios)
    print(
        f"served, {TURNS} turns: bare Flask {median(rates['bare']):,.0f} requests/s, recommendations "
        f"{median(rates['recommender']):,.0f} requests/s, ratio {ratio:.2f} (goal: 0.3; "
        f"{min(ratios):.2f} to {max(ratios):.2f})"
    )
    print(f"a product that was sold out was last shown {stale:.1f} s later at most (goal: 2 s)")
    return ratio >= 0.3 and stale <= 2


def _stale(core: Core, key: str, address: str, load: Callable[[], object]) -> float:
    """Sell a product out under load; the seconds until nobody was shown it any more."""
    pool = urllib3.connection_from_url(address)
    path = f"/v1/recommendations/{MODEL}?{urlencode({'key': key, 'visitor': 'visitor-00000001'})}"

    def shown() -> list[str]:
        answer = pool.request("GET", path, headers={"Origin": ORIGIN}).json()
        return [each["id"] for each in answer["items"]]

    with ThreadPoolExecutor(1) as background:
        loading = background.submit(load)
        time.sleep(1)
        product = shown()[0]
        with core.db.unit() as session:
            told = ProductInput(external_id=product, stock=0)
            catalog.upsert_products(session, [told], now=core.clock.now())
        sold_out = last = time.perf_counter()
        while time.perf_counter() - sold_out < 4:
            if product in shown():
                last = time.perf_counter()
        loading.result()
    return last - sold_out
