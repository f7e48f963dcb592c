"""How many events a second ``POST /v1/collect`` takes, beside a bare Flask endpoint on the same machine.

Both are served by granian with the same two workers and asked by the same wrk (or, where there is
none, by a few Python processes), one after the other, so that only their ratio means anything.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import urllib3
from flask import Flask, request
from sqlalchemy import func, select

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
CONNECTIONS = 16
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
                with _served(name, environment) as address:
                    rates[name] = _asked(address, size, key, Path(folder))
            plain, real = rates["bare"], rates["collector"]
            answered += real * SECONDS * size
            print(
                f"{size:>3} events a request: bare Flask {plain:,.0f} requests/s, "
                f"collect {real:,.0f} requests/s = {real * size:,.0f} events/s, "
                f"ratio {real / plain:.2f}"
            )
        # What was on its way when time was up is stored too, and wrk rounds.
        return answered * 0.95 <= _stored(url) <= answered * 1.05 + CONNECTIONS * sum(SIZES)


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


@contextlib.contextmanager
def _served(name: str, environment: Mapping[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "8", "--no-ws",
        "--log-level", "error", f"benchmarks.ingestion:{name}",
    ]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}/v1/collect"
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            time.sleep(1.5)
            return
        time.sleep(0.1)
    raise TimeoutError("granian does not answer")


def _asked(address: str, size: int, key: str, folder: Path) -> float:
    """Requests a second that were answered with 200."""
    if wrk := shutil.which("wrk"):
        return _by_wrk(wrk, address, size, key, folder)
    with multiprocessing.Pool(2) as pool:
        return sum(pool.starmap(_by_python, [(address, size, key)] * 2))


def _by_wrk(wrk: str, address: str, size: int, key: str, folder: Path) -> float:
    script = folder / "wrk.lua"
    script.write_text(
        _LUA.format(size=size, key=key, run=uuid4().hex[:8], origin=ORIGIN, type="text/plain")
    )
    command = [
        wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "20s", "-s", str(script), address,
    ]  # fmt: skip
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    return float(next(line.split()[1] for line in out.splitlines() if "Requests/sec" in line))


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
