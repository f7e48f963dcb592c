"""Text messages by Cafe24 and AlimTalk by SENS, against stand-ins that answer after 40 ms.

Each stand-in is a process of its own; the channels are those of a shop, with what they keep in its
database. A channel makes one request at a time, so that its limit is one request a round trip: 25 a
second. The stand-in's own work comes on top of its 40 ms, so that the same requests are made again
bare, over one kept connection, and are the second limit. Cafe24's bucket, of one slot, and SENS's calls
a second are set too high to be felt. Personalised texts are a request each; 100 AlimTalks share one.
 ``GROWTHCORE_BENCH_REQUESTS`` says how many a turn has.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from growthcore.api import Channel, HttpResponse, MessageClass, Outcome, OutgoingMessage
from growthcore.app import build_core
from growthcore.core import Core
from growthcore.db import migrations
from growthcore.messaging import syncing
from growthcore.plugins.http import Http
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import generate
from growthcore.sandbox.cafe24 import Cafe24Settings, create
from growthcore.sandbox.faults import Faults, Plan
from growthcore.sandbox.phone import PhoneInbox
from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, SandboxSens
from growthcore.sandbox.serving import Served
from growthcore.settings import Settings
from growthcore.testing.rendering import FakeRecipient

REQUESTS = int(os.environ.get("GROWTHCORE_BENCH_REQUESTS", "100"))
ROUNDS = 5
LATENCY = 0.040
GOAL = 0.9
BATCH = 100
BACK = "http://127.0.0.1:8000/callback"
MALL = Cafe24Settings(
    customers=2, products=1, orders=0, access_life=timedelta(days=1),
    slots=10_000, rate=10_000.0, small_buckets={}, usage_calls=1_000_000, balance=Decimal(10**6),
)  # fmt: skip


class Wire:
    """The HTTP client of the shop, which remembers what went out."""

    def __init__(self) -> None:
        self._http = Http()
        self.made: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, url: str, **more: Any) -> HttpResponse:
        """Send one request and read its answer."""
        self.made.append((method, url, more))
        return self._http.request(method, url, **more)

    def again(self) -> list[int]:
        """Make the same requests with nothing around them; the statuses."""
        parts = urlsplit(self.made[0][1])
        connection = HTTPConnection(parts.hostname or "", parts.port)
        statuses = []
        for method, url, more in self.made:
            connection.request(method, urlsplit(url).path, more["body"], more["headers"])
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
        return statuses


@dataclass
class Turn:
    """A channel, what its requests go out by, and how many messages one of them has."""

    channel: Channel
    wire: Wire
    content: dict[str, Any]
    together: int
    rates: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)

    def take(self) -> bool:
        """Once; whether every message was taken."""
        batches = self._batches()
        self.wire.made.clear()
        began, cpu = time.perf_counter(), time.process_time()
        receipts = [receipt for batch in batches for receipt in self.channel.send(batch)]
        self.rates.append(REQUESTS / (time.perf_counter() - began))
        self.spent.append((time.process_time() - cpu) / len(receipts) * 1e6)
        began = time.perf_counter()
        statuses = self.wire.again()
        self.bare.append(REQUESTS / (time.perf_counter() - began))
        taken = all(receipt.outcome is Outcome.ACCEPTED for receipt in receipts)
        return taken and len(statuses) == REQUESTS and max(statuses) < 300

    def _batches(self) -> list[Sequence[OutgoingMessage]]:
        """Laid out beforehand: the time is the hand-over's."""
        compiled = self.channel.compile(self.channel.Content().load(self.content))
        messages = [
            OutgoingMessage(
                reference=f"gc-{n}",
                address=f"+8210{n:04}0000",
                message_class=MessageClass.INFORMATIONAL,
                rendered=compiled.render(FakeRecipient(values={"NAME": f"고객{n}"})),
            )
            for n in range(REQUESTS * self.together)
        ]
        return [messages[n : n + BATCH] for n in range(0, len(messages), BATCH)]


def run() -> bool:
    """Print requests a second, the ratio to the limit and processor time; whether all were taken."""
    with tempfile.TemporaryDirectory() as name, _turns(Path(name)) as turns:
        right = True
        for turn in [*turns.values()] * ROUNDS:
            right &= turn.take()
    print(f"http_channels: {REQUESTS:,} requests a turn, medians of {ROUNDS} turns")
    for title, turn in turns.items():
        rate = statistics.median(turn.rates)
        pairs = zip(turn.rates, turn.bare, strict=True)
        bare = statistics.median(own / other for own, other in pairs)
        print(
            f"  {title:<30}{rate:>6.1f} requests/s {rate * turn.together:>6,.0f} messages/s"
            f"{statistics.median(turn.spent):>6.0f} us CPU each"
            f"{rate * LATENCY:>6.2f} x {1 / LATENCY:.0f}/s (goal {GOAL}){bare:>6.2f} x bare requests"
        )
    return right


@contextmanager
def _turns(folder: Path) -> Iterator[dict[str, Turn]]:
    settings = Settings(data_dir=folder, secret_keys=generate())
    plugins = Plugins.load()
    wire = Wire()
    core = build_core(settings, plugins=plugins, http=wire)
    migrations.upgrade(core.db, plugins)
    try:
        with _elsewhere(_mall, folder) as (mall, code), _elsewhere(_sens, folder) as (sens, _):
            texts = _channel(core, "sms_cafe24", {"connection": _connected(core, mall, code)})
            kakao = _channel(core, "alimtalk", _kakao(sens))
            yield {
                "text messages, personalised": Turn(
                    texts, wire, {"body": "#{NAME}님, 발송되었습니다", "sender": "3"}, 1
                ),
                f"AlimTalk, {BATCH} a request": Turn(
                    kakao,
                    wire,
                    {"template": "ORDER01", "values": {"고객명": "#{NAME}", "주문번호": "7"}},
                    BATCH,
                ),
            }
    finally:
        core.db.dispose()


def _connected(core: Core, url: str, code: str) -> int:
    """The id of a connection with the mall that a person has agreed to."""
    values = {
        "mall_id": MALL.mall_id, "client_id": MALL.client_id, "client_secret": MALL.client_secret,
        "base_url": url, "allow_private": True,
    }  # fmt: skip
    made = _account(core, "cafe24", values, kind="connection")
    core.accounts.connection(made).finish(BACK, {"code": code})
    return made


def _kakao(url: str) -> dict[str, Any]:
    return {
        "channel_id": "@growthcore", "service_id": EXAMPLE_PROJECT.kakao_service,
        "access_key": EXAMPLE_KEY.access, "secret_key": EXAMPLE_KEY.secret,
        "base_url": url, "calls_per_second": 100,
    }  # fmt: skip


def _channel(core: Core, provider: str, values: dict[str, Any]) -> Channel:
    account_id = _account(core, provider, values)
    syncing.sync(core, account_id, actor="bench")
    return core.accounts.channel(account_id)


def _account(core: Core, provider: str, values: dict[str, Any], **more: Any) -> int:
    with core.db.unit() as session:
        return core.accounts.create(
            session, provider=provider, label=provider, values=values, actor="bench", **more
        ).id


@contextmanager
def _elsewhere(
    serve: Callable[[Path, Connection], None], folder: Path
) -> Iterator[tuple[str, str]]:
    """A stand-in in a process of its own: its URL, and what else it tells."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(folder, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send(None)
        process.join()


def _mall(folder: Path, pipe: Connection) -> None:
    faults = Faults(Plan(latency=LATENCY))
    app = create(MALL, phones=PhoneInbox(folder / "texts"), faults=faults)
    with Served(app) as served:
        pipe.send((served.url, app.tokens.agree(BACK, MALL.scopes)))
        pipe.recv()


def _sens(_: Path, pipe: Connection) -> None:
    with Served(SandboxSens(faults=Faults(Plan(latency=LATENCY)))) as served:
        pipe.send((served.url, ""))
        pipe.recv()
