"""Imports, run whole, in part and again."""

from __future__ import annotations

import csv
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from growthcore.api import ConfigError, InvalidInput
from growthcore.catalog.models import Content, Product
from growthcore.customers.models import Consent, ConsentRecord, Customer
from growthcore.events.importing import checkpoint, files, turns
from growthcore.events.importing.contents import Contents
from growthcore.events.importing.customers import Customers
from growthcore.events.importing.events import Events
from growthcore.events.importing.kinds import Reading
from growthcore.events.importing.plan import Plan
from growthcore.events.importing.products import Products
from growthcore.events.importing.runner import Import
from growthcore.events.models import Event, EventItem

KINDS = {"customers": Customers, "products": Products, "contents": Contents, "events": Events}


@pytest.fixture(autouse=True)
def units_of_ten_rows(monkeypatch):
    monkeypatch.setattr(turns, "FIRST_ROWS", 10)
    monkeypatch.setattr(turns, "MOST_ROWS", 10)
    monkeypatch.setattr(turns, "SECONDS", 3600)
    monkeypatch.setattr(turns, "BETWEEN", {"sqlite": 0.0, "postgresql": 0.0})


@pytest.fixture
def importer(database, clock):
    def make(kind, path, *, columns=None, constants=None, react=False, currency="KRW"):
        source = files.inspect(path)
        reading = Reading(
            zone=ZoneInfo("Asia/Seoul"),
            currency=currency,
            source="import:test",
            fingerprint=source.fingerprint,
        )
        made = Events(reading, react=react) if kind == "events" else KINDS[kind](reading)
        plan = Plan(name=kind, kind=made, columns=columns or {}, constants=constants or {})
        return Import(database, clock, source, plan)

    return make


def write_csv(path, rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def purchases(tmp_path):
    """37 purchases, of which two do not fit."""
    rows = [
        {
            "id": f"o-{n}",
            "name": "purchase",
            "time": f"2026-02-0{n % 7 + 1} 10:{n:02}:00",
            "customer": f"C-{n % 5}",
            "order_id": f"O-{n}",
            "value": "30000.00",
            "product_id": f"P-{n % 3}",
            "quantity": "2",
            "price": "15000",
        }
        for n in range(37)
    ]
    rows[13]["value"] = "12.5"
    rows[29]["name"] = "???"
    return write_csv(tmp_path / "orders.csv", rows)


def everything(database):
    """What imports of the same file must agree on, whatever the ids."""
    with database.read() as session:
        lines = session.execute(
            select(
                Event.source, Event.event_id, Event.occurred_at, Event.value,
                Customer.external_id, Product.external_id, EventItem.quantity, EventItem.amount,
            )
            .join(EventItem, EventItem.event_id == Event.id)
            .join(Customer, Customer.id == Event.customer_id)
            .join(Product, Product.id == EventItem.product_id)
            .order_by(Event.event_id)
        )  # fmt: skip
        return [tuple(line) for line in lines]


def count(database, model):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_events_are_stored_and_what_does_not_fit_is_kept_aside(importer, purchases, database):
    summary = importer("events", purchases).run()
    assert (summary.rows, summary.counts["accepted"], summary.rejected) == (37, 35, 2)
    lines = [json.loads(line) for line in summary.rejects_file.read_text().splitlines()]
    assert [line["row"] for line in lines] == [14, 30]
    assert "value" in lines[0]["errors"]
    assert lines[0]["values"]["id"] == "o-13"
    assert summary.rejects_file.stat().st_mode & 0o077 == 0
    stored = everything(database)
    assert len(stored) == 35
    assert stored[0][2].isoformat() == "2026-02-01T01:00:00+00:00"
    assert stored[0][3:] == (30_000, "C-0", "P-0", 2, 30_000)


def test_imported_events_do_not_react_unless_asked(importer, purchases, database):
    importer("events", purchases).run()
    with database.read() as session:
        assert set(session.scalars(select(Event.reacted))) == {True}


def test_a_second_run_stores_nothing_twice(importer, purchases, database):
    importer("events", purchases).run()
    again = importer("events", purchases).run()
    assert (again.counts["accepted"], again.counts["duplicates"]) == (0, 35)
    assert again.rejected == 2
    assert count(database, Event) == 35


def test_a_dry_run_tells_and_writes_nothing(importer, purchases, database):
    summary = importer("events", purchases).check()
    assert (summary.rows, summary.counts["accepted"], summary.rejected) == (37, 35, 2)
    assert [row for row, _ in summary.problems] == [14, 30]
    assert (count(database, Event), count(database, Customer)) == (0, 0)
    assert list(purchases.parent.glob("*rejects*")) == []


@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
def test_an_import_that_died_goes_on_and_ends_as_if_it_had_not(
    importer, purchases, database, monkeypatch, dies_at
):
    """It dies after the unit's rows and rejects were written, before they are committed."""
    advance = checkpoint.Checkpoint.advance
    calls = []

    def die(self, session, **values):
        calls.append(values)
        advance(self, session, **values)
        if len(calls) == dies_at:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.Checkpoint, "advance", die)
    with pytest.raises(KeyboardInterrupt):
        importer("events", purchases).run()
    monkeypatch.setattr(checkpoint.Checkpoint, "advance", advance)
    resumed = importer("events", purchases).run(resume=True)
    assert resumed.resumed_at == (dies_at - 1) * 10
    assert (resumed.rows, resumed.counts["accepted"], resumed.rejected) == (37, 35, 2)
    assert resumed.counts["duplicates"] == 0
    lines = resumed.rejects_file.read_text().splitlines()
    assert [json.loads(line)["row"] for line in lines] == [14, 30]
    assert len(everything(database)) == 35


def test_what_is_done_is_not_done_again_on_resuming(importer, purchases):
    importer("events", purchases).run()
    again = importer("events", purchases).run(resume=True)
    assert again.already
    assert again.counts["accepted"] == 35


def test_of_two_imports_of_one_file_at_once_only_one_goes_on(database, clock):
    begin = {"kind": "events", "file_name": "orders.csv", "now": clock.now()}
    step = {"rows": 10, "counts": Counter(), "rejects_bytes": 0}
    with database.unit() as session:
        first = checkpoint.start(session, "key", **begin)
        second = checkpoint.find(session, "key")
        first.advance(session, **step)
        with pytest.raises(ConfigError, match="Another import"):
            second.advance(session, **step)


def test_others_get_their_turn_between_units(importer, tmp_path, database, monkeypatch):
    """SQLite lets one writer in at a time; the collector must not wait for the whole file."""
    monkeypatch.setattr(turns, "BETWEEN", {"sqlite": 0.11, "postgresql": 0.0})
    rows = [
        {"name": "view_item", "time": "2026-02-01", "visitor": f"visitor-{n:04}"}
        for n in range(100)
    ]
    path = write_csv(tmp_path / "views.csv", rows)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(importer("events", path).run)
        others = 0
        while not running.done():
            with database.unit() as session:
                session.execute(select(func.count()).select_from(Event))
            others += 1
        assert running.result().counts["accepted"] == 100
    assert others >= 5


def test_rows_without_an_id_are_known_again_by_their_place_in_the_file(
    importer, tmp_path, database
):
    rows = [
        {"name": "view_item", "time": "2026-02-01", "visitor": f"visitor-{n:04}"} for n in range(12)
    ]
    path = write_csv(tmp_path / "views.csv", rows)
    importer("events", path).run()
    renamed = path.rename(tmp_path / "renamed.csv")
    again = importer("events", renamed).run()
    assert (again.counts["accepted"], again.counts["duplicates"]) == (0, 12)


def test_columns_are_mapped_left_out_and_set(importer, tmp_path, database):
    rows = [{"주문번호": "O-1", "회원": "C-1", "일시": "2026-02-01T10:00:00+09:00", "메모": "x"}]
    path = write_csv(tmp_path / "orders.csv", rows)
    columns = {"주문번호": "order_id", "회원": "customer", "일시": "time", "메모": ""}
    summary = importer(
        "events", path, columns=columns, constants={"name": "purchase", "value": "1000"}
    ).run()
    assert summary.counts["accepted"] == 1


@pytest.mark.parametrize(
    ("columns", "constants", "named"),
    [
        ({}, {}, "메모"),
        ({"메모": "memo"}, {}, "memo"),
        ({"메모": "id"}, {}, "id"),
        ({"메모": "", "없음": "name"}, {}, "없음"),
        ({"메모": ""}, {"nmae": "purchase"}, "nmae"),
        ({"메모": ""}, {"id": "1"}, "id"),
    ],
)
def test_columns_that_are_not_understood_are_told_before_anything_is_written(
    importer, tmp_path, database, columns, constants, named
):
    path = write_csv(tmp_path / "a.csv", [{"id": "1", "메모": "x"}])
    with pytest.raises(InvalidInput) as caught:
        importer("events", path, columns=columns, constants=constants).run()
    assert named in caught.value.errors


def test_json_lines_carry_lists_and_objects(importer, tmp_path, database):
    items = [{"product_id": "P-1", "price": 1000}, {"product_id": "P-2", "price": "2000"}]
    event = {
        "id": "e",
        "name": "purchase",
        "time": "2026-02-01T00:00:00Z",
        "customer": "C",
        "order_id": "O",
        "value": 3000,
        "items": items,
        "properties": {"coupon": "A"},
    }
    bad = event | {"id": "f", "items": [{"product_id": "P", "price": 1.5}]}
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (event, bad)), encoding="utf-8")
    summary = importer("events", path).run()
    assert (summary.counts["accepted"], summary.rejected) == (1, 1)
    assert "items[0].price" in summary.problems[0][1]
    with database.read() as session:
        assert session.scalars(select(EventItem.amount).order_by(EventItem.position)).all() == [
            1000,
            2000,
        ]
        assert session.scalars(select(Event.properties)).one() == {"coupon": "A"}


def test_customers_come_with_attributes_and_dated_consent(importer, tmp_path, database):
    rows = [
        {
            "external_id": "C-1",
            "email": "a@example.com",
            "attributes.grade": "VIP",
            "attributes.age": "35",
            "consent_email": "Y",
            "consent_sms": "n",
            "consent_sms_night": "",
            "consent_at": "2025-12-24",
            "consent_source": "가입 폼",
        },
        {"external_id": "C-2", "consent_email": "Y"},
        {"external_id": "C-3", "email": "nobody"},
    ]
    summary = importer("customers", write_csv(tmp_path / "c.csv", rows)).run()
    assert (summary.counts["created"], summary.counts["consents"]) == (1, 2)
    assert [(row, list(errors)) for row, errors in summary.problems] == [
        (2, ["consent_at"]),
        (3, ["email"]),
    ]
    with database.read() as session:
        said = session.execute(
            select(Consent.channel, Consent.purpose, Consent.granted, Consent.at).order_by(
                Consent.channel
            )
        ).all()
        sources = set(session.scalars(select(ConsentRecord.source)))
    assert [tuple(one[:3]) for one in said] == [
        ("email", "advertising", True),
        ("sms", "advertising", False),
    ]
    assert said[0].at.isoformat() == "2025-12-23T15:00:00+00:00"
    assert sources == {"가입 폼"}


def test_consent_nobody_can_date_is_kept_as_of_its_earliest_day_and_marked(
    importer, tmp_path, database
):
    row = {
        "external_id": "C-1", "consent_email": "Y", "consent_sms": "Y", "consent_sms_at": "2025-05-01",
        "consent_since": "2024-01-02", "consent_wording": "2024 가입 양식",
    }  # fmt: skip
    importer("customers", write_csv(tmp_path / "c.csv", [row])).run()
    with database.read() as session:
        kept = {each.channel: each for each in session.scalars(select(ConsentRecord))}
    assert (kept["email"].dated, kept["sms"].dated) == (False, True)
    assert kept["email"].at.isoformat() == "2024-01-01T15:00:00+00:00"
    assert kept["email"].wording == "2024 가입 양식"


def test_products_are_made_and_an_empty_cell_changes_nothing(importer, tmp_path, database):
    first = [{"external_id": "P-1", "name": "니트", "price": "30000", "category": "여성/상의"}]
    importer("products", write_csv(tmp_path / "a.csv", first)).run()
    second = [
        {"external_id": "P-1", "name": "", "price": "25000", "stock": "3"},
        {"external_id": "P-2", "name": "코트", "price": "1.5", "stock": ""},
    ]
    summary = importer("products", write_csv(tmp_path / "b.csv", second)).run()
    assert (summary.counts["updated"], summary.rejected) == (1, 1)
    with database.read() as session:
        product = session.scalars(select(Product)).one()
    assert (product.name, product.price, product.stock) == ("니트", 25_000, 3)


def test_cents_are_never_guessed(importer, tmp_path):
    rows = [{"external_id": "P-1", "name": "knit", "price": "12.00"}]
    path = write_csv(tmp_path / "a.csv", rows)
    assert importer("products", path, currency="USD").check().rejected == 1
    assert importer("products", path, currency="KRW").check().rejected == 0


def test_contents_are_imported(database, importer, tmp_path):
    row = {
        "external_id": "B1",
        "kind": "blog",
        "title": "니트 세탁법",
        "url": "https://blog.example/1",
        "keywords": "니트, 세탁",
        "products": "P1",
        "published_at": "2026-03-01",
    }
    path = write_csv(tmp_path / "posts.csv", [row, {**row, "external_id": "B2", "kind": "podcast"}])
    summary = importer("contents", path).run()
    assert summary.counts == Counter(created=1, rejected=1)
    with database.read() as session:
        content = session.scalars(select(Content)).one()
    assert (content.keywords, content.products) == (["니트", "세탁"], ["P1"])
    assert content.published_at.isoformat() == "2026-02-28T15:00:00+00:00"
