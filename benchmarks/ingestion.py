"""How many events a second ``POST /v1/collect`` takes, beside a bare Flask endpoint on the same machine.

Both are served by granian with the same two workers and asked by the same wrk (or, where there is
none, by a few Python processes), one after the other, so that only their ratio means anything.
"""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import urllib3
from flask import Flask, request
from sqlalchemy import func, select

from benchmarks import granian
from growthcore.app import build_core
from growthcore.db.unit_of_work import Database
from growthcore.events.models import Event
from growthcore.operators import keys, origins
from growthcore.plugins import secrets
from growthcore.plugins.registry import Plugins
from growthcore.settings import Settings
from growthcore.testing.databases import make_tables
from growthcore.web import create_app

ORIGIN = "https://shop.example"
SECONDS = 6
SIZES = (1, 20)

_LUA = """
local events, key = {size}, "{key}"
local count, who, sent, sent_for = 0, "", "", 0
local function event()
  count = count + 1
  return '{{"id":"' .. who .. count .. '","name":"view_item","time":"' .. sent
    .. '","items":[{{"product_id":"P-' .. count % 500 .. '","price":30000}}],'
    .. '"properties":{{"list":"main"}}}}'
end
function init() who = tostring({{}}):sub(8) .. "-{run}-" end
function request()
  if os.time() ~= sent_for then sent_for = os.time(); sent = os.date("!%Y-%m-%dT%H:%M:%SZ") end
  local parts = {{}}
  for n = 1, events do parts[n] = event() end
  local body = '{{"key":"' .. key .. '","visitor":"visitor-' .. count % 5000 .. '","sent_at":"'
    .. sent .. '","events":[' .. table.concat(parts, ",") .. ']}}'
  return wrk.format("POST", nil, {{["Content-Type"]="{type}", ["Origin"]="{origin}"}}, body)
end
"""


def bare() -> Flask:
    """The least an endpoint can do: read JSON, answer JSON."""
    app = Flask("bare")

    @app.post("/v1/collect")
    def collect() -> dict[str, int]:
        return {"accepted": len(request.get_json(force=True)["events"])}

    return app


def collector() -> Flask:
    """The real thing, over the database in the environment."""
    core = build_core(Settings.from_environment(), plugins=Plugins.load(entry_points=[]))
    return create_app(core, {"STOREFRONT_RATE": 1e9, "STOREFRONT_BURST": 10**9})


def run(url: str | None = None) -> bool:
    """Measure on a fresh SQLite database, or the empty one at ``url``.

    Right means that every event a caller was told of is stored, and stored once.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/bench.db"
        make_tables(url)
        key = _prepare(url)
        environment = {"GROWTHCORE_DATABASE_URL": url, "GROWTHCORE_DATA_DIR": folder}
        environment["GROWTHCORE_SECRET_KEYS"] = secrets.generate()
        answered = 0.0
        for size in SIZES:
            rates = {}
            for name in ("bare", "collector"):
                with granian.served(f"benchmarks.ingestion:{name}", environment) as address:
                    rates[name] = _asked(f"{address}/v1/collect", size, key, Path(folder))
            plain, real = rates["bare"], rates["collector"]
            answered += real * SECONDS * size
            print(
                f"{size:>3} events a request: bare Flask {plain:,.0f} requests/s, "
                f"collect {real:,.0f} requests/s = {real * size:,.0f} events/s, "
                f"ratio {real / plain:.2f}"
            )
        # What was on its way when time was up is stored too, and wrk rounds.
        return answered * 0.95 <= _stored(url) <= answered * 1.05 + granian.CONNECTIONS * sum(SIZES)


def _stored(url: str) -> int:
    database = Database(url)
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Event)) or 0
    database.dispose()
    return count


def _prepare(url: str) -> str:
    database, now = Database(url), datetime.now(UTC)
    with database.unit() as session:
        key = keys.issue_public(session, now=now, actor="benchmark").public_value
        origins.add(session, ORIGIN, now=now, actor="benchmark")
    database.dispose()
    assert key
    return key


def _asked(address: str, size: int, key: str, folder: Path) -> float:
    """Requests a second that were answered with 200."""
    if wrk := granian.wrk():
        lua = _LUA.format(size=size, key=key, run=uuid4().hex[:8], origin=ORIGIN, type="text/plain")
        return granian.asked_by_wrk(wrk, address, lua, folder, SECONDS)
    with multiprocessing.Pool(2) as pool:
        return sum(pool.starmap(_by_python, [(address, size, key)] * 2))


def _by_python(address: str, size: int, key: str) -> float:
    pool = urllib3.connection_from_url(address)
    end, count = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        now = datetime.now(UTC).isoformat()
        events = [{"id": uuid4().hex, "name": "view_item", "time": now} for _ in range(size)]
        body = {"key": key, "visitor": f"visitor-{count % 5000}", "sent_at": now, "events": events}
        headers = {"Content-Type": "text/plain", "Origin": ORIGIN}
        answer = pool.request("POST", "/v1/collect", body=json.dumps(body), headers=headers)
        if answer.status != 200:
            raise RuntimeError(answer.data.decode())
        count += 1
    return count / SECONDS
