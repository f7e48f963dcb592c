"""The main job on a slice of a real shop's data; ``make bench ARGS=journey`` does the whole."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from benchmarks.complete_journey import adapter, answers, data, questions
from growthcore.cli import main
from growthcore.customers.models import Customer
from growthcore.events.models import Event, EventItem
from growthcore.sandbox.smtp import SandboxSmtp

HOUSEHOLDS, DAYS = 300, 92


@pytest.fixture
def core(make_core, database, clock):
    clock.at = data.NOW
    return make_core(database)


@pytest.fixture
def run(core):
    """Run a command of ``growthcore`` for this shop; what it printed as JSON."""

    def invoke(*arguments):
        result = CliRunner().invoke(main, [*map(str, arguments), "--json"], obj=core)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return invoke


@pytest.fixture
def saved(run, tmp_path):
    """Save a definition under a name, by command; its number."""

    def save(group, name, definition):
        path = tmp_path / "definition.json"
        path.write_text(json.dumps(definition))
        return run(group, "create", name, path)["id"]

    return save


@pytest.fixture
def smtp(tmp_path):
    with SandboxSmtp(tmp_path / "inbox") as server:
        yield server


def import_everything(run, journey, folder):
    written = adapter.write(journey, folder)
    run("shop", "set", "--zone", data.ZONE, "--currency", "USD", "--locale", "en")
    run("shop", "set", "--name", "Journey", "--contact-phone", "02-000-0000", "--contact-email",
        "help@shop.example", "--postal-address", "서울시 가상구 실험로 1")  # fmt: skip
    # The clock stands at midnight.
    run(
        "policy",
        "set",
        "quiet_hours",
        '{"exempt": ["*:email"]}',
        "--reason",
        "e-mail is exempt by decree",
    )
    assert run("import", "products", folder / "products.parquet")["created"] == written.products
    assert run("import", "customers", folder / "customers.csv")["created"] == written.customers
    assert run("import", "events", folder / "events.jsonl")["accepted"] == written.baskets
    return written


def assert_all_is_stored(core, journey, written):
    """Every basket is an event, and its lines come to what the till took, to the cent."""
    revenue = answers.revenue(journey)
    with core.db.read() as session:
        events = session.execute(select(func.count(), func.sum(Event.value)))
        assert tuple(events.one()) == (answers.baskets(journey), revenue)
        items = session.execute(select(func.count(), func.sum(EventItem.amount)))
        assert tuple(items.one()) == (written.items, revenue)
    assert written.items == len(journey.transactions) - written.nothing + written.divided


def households(core, customer_ids):
    with core.db.read() as session:
        rows = select(Customer.external_id).where(Customer.id.in_(customer_ids))
        return {int(each) for each in session.scalars(rows)}


def send(run, saved, smtp, jobs, core, segment):
    account = run(
        "accounts", "add", "email_smtp", "Sandbox", "--set", f"host={smtp.host}",
        "--set", f"port={smtp.port}", "--set", "security=none",
        "--set", "sender_address=news@sandbox.example",
    )  # fmt: skip
    campaign = saved("campaigns", "Groceries", questions.campaign(account["id"], segment))
    run("campaigns", "launch", campaign)
    jobs.run(core)
    return campaign


def test_a_real_shops_segments_are_right_and_every_member_gets_one_mail(
    core, run, saved, smtp, jobs, tmp_path
):
    journey = data.load(households=HOUSEHOLDS, days=DAYS)
    assert_all_is_stored(core, journey, import_everything(run, journey, tmp_path))

    expected, segments = answers.members(journey), {}
    for name, definition in questions.SEGMENTS.items():
        segments[name] = saved("segments", name, definition)
        shown = run("segments", "preview", segments[name])
        assert shown["count"] == shown["reachable"]["email"] == len(expected[name])
        found = run("segments", "members", segments[name], "--limit", HOUSEHOLDS)
        assert households(core, found) == expected[name] != set()

    name = max(expected, key=lambda each: len(expected[each]))
    campaign = send(run, saved, smtp, jobs, core, segments[name])
    mails = smtp.inbox.messages(limit=HOUSEHOLDS)
    assert Counter(one for mail in mails for one in mail.recipients) == Counter(
        map(adapter.address, expected[name])
    )
    report = run("campaigns", "report", campaign)
    assert report["targets"] == report["sent"] == report["total"]["sent"] == len(expected[name])
    assert report["pending"] == report["failed"] == report["suppressed"] == 0
