"""The main job on a real shop's data: import, segments, a campaign by e-mail, its report.

A year of groceries (:mod:`benchmarks.complete_journey`) goes through ``growthcore import`` into an
installation of its own while visitors go on calling ``/v1/collect``; two segments are compared with
pandas; everybody in the larger one gets one mail through the sandbox's SMTP server. A wrong count, a
double, or a call that was answered with an error fails. ``GROWTHCORE_BENCH_HOUSEHOLDS`` takes only
the first so many households.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.complete_journey import adapter, answers, data, questions
from benchmarks.complete_journey.data import Journey
from benchmarks.installation import Installation, Up
from benchmarks.visitors import Visitors
from growthcore.campaigns import reports
from growthcore.catalog.models import Product
from growthcore.customers.models import Customer
from growthcore.db.unit_of_work import Database
from growthcore.events.models import Event, EventItem
from growthcore.events.vocabulary import STANDARD
from growthcore.sandbox.smtp import SandboxSmtp

HOUSEHOLDS = int(os.environ.get("GROWTHCORE_BENCH_HOUSEHOLDS", "0")) or None
ORIGIN = "https://sandbox.example"
_LONGEST_SENDING = 600


def run() -> bool:
    """Print figures of every step; whether everything was right."""
    with tempfile.TemporaryDirectory() as folder:
        whole = time.perf_counter()
        journey = data.load(households=HOUSEHOLDS)
        shop = Installation(Path(folder) / "data", frozen_time=data.NOW.isoformat())
        with SandboxSmtp(Path(folder) / "inbox") as smtp, shop.up() as up:
            work = _Work(journey, shop, up, smtp, Path(folder))
            work.set_up()
            work.bring_in()
            work.ask()
            work.send()
            print(f"memory at most, MiB: {_mebibytes(up.memory())}")
        print(f"{time.perf_counter() - whole:.0f} s in all; {len(work.wrong)} things wrong")
    for what in work.wrong:
        print(f"  WRONG: {what}")
    return not work.wrong


@dataclass
class _Work:
    """The steps, and what was found wrong on the way."""

    journey: Journey
    shop: Installation
    up: Up
    smtp: SandboxSmtp
    folder: Path
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = Database(self.shop.database)
        self.expected = answers.members(self.journey)

    def _same(self, what: str, found: object, expected: object) -> None:
        if found != expected:
            self.wrong.append(f"{what}: {found}, expected {expected}")

    def _json(self, *arguments: str | Path) -> Any:
        return self.shop.run(*arguments, "--json").json

    def _file(self, name: str, content: Mapping[str, Any]) -> Path:
        path = self.folder / name
        path.write_text(json.dumps(content))
        return path

    def set_up(self) -> None:
        """What an operator does before the first import."""
        run = self.shop.run
        run("shop", "set", "--name", "Complete Journey", "--url", ORIGIN,
            "--zone", data.ZONE, "--currency", adapter.CURRENCY, "--locale", "en")  # fmt: skip
        run("origins", "add", ORIGIN)
        # The clock stands at midnight.
        run(
            "policy",
            "set",
            "quiet_hours",
            '{"exempt": ["*:email"]}',
            "--reason",
            "e-mail is exempt by decree",
        )

    def bring_in(self) -> None:
        """Import everything while visitors call, and compare what is stored with the data."""
        began = time.perf_counter()
        written = adapter.write(self.journey, self.folder)
        print(f"files written in {time.perf_counter() - began:.1f} s: {asdict(written)}")
        key = self._json("keys", "issue", "public")["value"]
        products = self.journey.products["product_id"].astype(str).tolist()
        visitors = Visitors(self.up.url, key=key, origin=ORIGIN, now=data.NOW, products=products)
        with visitors as calls:
            self._import("products", "products.parquet", written.products)
            self._import("customers", "customers.csv", written.customers)
            seconds = self._import("events", "events.jsonl", written.baskets)
        print(
            f"events: {written.lines / seconds:,.0f} lines/s, "
            f"{written.baskets / seconds:,.0f} purchases/s, beside /v1/collect: {calls.shown()}"
        )
        self._same("calls of /v1/collect that failed", calls.refused, 0)
        self._compare_stored(written, calls.accepted)

    def _import(self, kind: str, name: str, rows: int) -> float:
        done = self.shop.run("import", kind, self.folder / name, "--json")
        # A product that a visitor viewed before its row came is not created but updated.
        taken = sum(done.json.get(name, 0) for name in ("accepted", "created", "updated"))
        self._same(f"{kind} taken and rejected", (taken, done.json["rejected"]), (rows, 0))
        print(f"{kind}: {rows:,} in {done.seconds:.1f} s, {done.memory / 2**20:.0f} MiB")
        return done.seconds

    def _compare_stored(self, written: adapter.Written, viewed: int) -> None:
        purchase, view = STANDARD["purchase"], STANDARD["view_item"]
        orders = select(func.count(), func.sum(Event.value)).where(Event.name_id == purchase)
        views = select(func.count()).select_from(Event).where(Event.name_id == view)
        lines = select(func.count(), func.sum(EventItem.amount)).where(
            EventItem.name_id == purchase
        )
        revenue = answers.revenue(self.journey)
        with self.database.read() as session:
            found = session.execute(orders).one()
            self._same("purchases", tuple(found), (answers.baskets(self.journey), revenue))
            found_lines = session.execute(lines).one()
            self._same("their lines", tuple(found_lines), (written.items, revenue))
            self._same("events collected", session.scalar(views), viewed)
            unknown = select(func.count()).select_from(Product).where(~Product.known)
            print(f"products that only lines name: {session.scalar(unknown)}")

    def ask(self) -> None:
        """Save the segments; compare them with pandas, household by household."""
        self.segments: dict[str, int] = {}
        for number, (name, definition) in enumerate(questions.SEGMENTS.items()):
            path = self._file(f"segment-{number}.json", definition)
            self.segments[name] = segment = self._json("segments", "create", name, path)["id"]
            shown = self._json("segments", "preview", str(segment))
            expected = len(self.expected[name])
            self._same(f"count of {name!r}", shown["count"], expected)
            self._same(f"reachable of {name!r}", shown["reachable"]["email"], expected)
            ids = self._json("segments", "members", str(segment), "--limit", "10000")
            self._same(f"members of {name!r}", self._households(ids), self.expected[name])
            print(f"segment {name!r}: {shown['count']:,} by GrowthCore, {expected:,} by pandas")

    def _households(self, ids: list[int]) -> set[int]:
        with self.database.read() as session:
            rows = session.scalars(select(Customer.external_id).where(Customer.id.in_(ids)))
            return {int(each or 0) for each in rows}

    def send(self) -> None:
        """A campaign to the larger segment: one mail each, and a report that says so."""
        name = max(self.expected, key=lambda each: len(self.expected[each]))
        settings = {
            "host": self.smtp.host,
            "port": self.smtp.port,
            "security": "none",
            "sender_address": "news@sandbox.example",
        }
        self.shop.run("shop", "set", "--business-name", "Complete Journey",
                      "--contact-phone", "02-000-0000", "--contact-email", "news@sandbox.example",
                      "--postal-address", "서울시 가상구 실험로 1")  # fmt: skip
        account = self._json("accounts", "add", "email_smtp", "Sandbox",
                             *(f"--set={key}={value}" for key, value in settings.items()))  # fmt: skip
        definition = questions.campaign(account["id"], self.segments[name])
        path = self._file("campaign.json", definition)
        campaign = self._json("campaigns", "create", name, path)["id"]
        self.shop.run("campaigns", "launch", str(campaign))
        self._wait(campaign, len(self.expected[name]))
        self._compare_sent(campaign, self.expected[name])

    def _wait(self, campaign: int, targets: int) -> None:
        """Until nothing waits to be sent any more."""
        began = time.perf_counter()
        while time.perf_counter() - began < _LONGEST_SENDING:
            with self.database.read() as session:
                standing = reports.standing(session, campaign)
            if standing.targets >= targets and not standing.pending:
                return
            time.sleep(0.1)

    def _compare_sent(self, campaign: int, members: set[int]) -> None:
        mails = self.smtp.inbox.messages(limit=len(members) * 2)
        got = Counter(address for mail in mails for address in mail.recipients)
        wanted = Counter(map(adapter.address, members))
        self._same("mails too many", len(got - wanted), 0)
        self._same("mails missing", len(wanted - got), 0)
        # The newest come first.
        seconds = (mails[0].received_at - mails[-1].received_at).total_seconds()
        print(f"{len(mails):,} mails, {len(mails) / seconds:,.0f}/s")
        report = self._json("campaigns", "report", str(campaign))
        found = [report["targets"], report["sent"], report["total"]["sent"], report["pending"]]
        self._same("report: targets, sent, sent by hour, pending", found, [len(members)] * 3 + [0])
        print(f"report: {report['sent']:,} of {report['targets']:,} sent, {report['rates']}")


def _mebibytes(sizes: Mapping[str, int]) -> dict[str, int]:
    return {name: size // 2**20 for name, size in sizes.items()}
