"""``growthcore import`` and ``growthcore customers`` as an operator runs them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from growthcore.db.unit_of_work import Database
from growthcore.events.models import Event, EventItem, FileImport

ROWS = 6_000


class Shop:
    """An installation of its own, driven through its command."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GROWTHCORE_DATA_DIR": str(folder / "data"),
        }
        self.run("db", "upgrade")
        self.db = Database(f"sqlite:///{folder / 'data' / 'growthcore.db'}")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "growthcore.cli", *arguments]
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == status, err
        return out if status == 0 else err

    def count(self, model) -> int:
        with self.db.read() as session:
            return session.scalar(select(func.count()).select_from(model))

    def rows(self) -> list[tuple[object, ...]]:
        statement = select(
            Event.source, Event.event_id, Event.occurred_at, Event.value, EventItem.quantity
        ).join(EventItem, EventItem.event_id == Event.id)
        with self.db.read() as session:
            return [tuple(row) for row in session.execute(statement.order_by(Event.event_id))]


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    yield shop
    shop.db.dispose()


def write_events(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "time", "customer", "value", "product_id", "quantity"])
        for n in range(rows):
            day, value = n % 28 + 1, "bad" if n % 1_000 == 7 else n
            writer.writerow(
                ["view_item", f"2025-01-{day:02}", f"C-{n % 500}", value, f"P-{n % 90}", n % 3 + 1]
            )
    return path


def wait_for_rows(shop: Shop, at_least: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while shop.count(Event) < at_least:
        assert process.poll() is None, "the import ended before it could be killed"
        assert time.monotonic() < deadline, "the import stores nothing"
        time.sleep(0.02)


def test_an_import_killed_again_and_again_ends_with_the_rows_of_one_run(shop, tmp_path):
    path = write_events(tmp_path / "views.csv", ROWS)
    for portion in (1, ROWS // 3, ROWS // 2):
        process = shop.start("import", "events", str(path), "--resume")
        wait_for_rows(shop, portion, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    summary = json.loads(shop.run("import", "events", str(path), "--resume", "--json"))
    assert summary["resumed_at"] > 0
    assert (summary["rows"], summary["rejected"]) == (ROWS, ROWS // 1_000)
    assert (summary["accepted"], summary.get("duplicates", 0)) == (ROWS - ROWS // 1_000, 0)
    rejected = Path(summary["rejects_file"]).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["row"] for line in rejected] == [
        n * 1_000 + 8 for n in range(ROWS // 1_000)
    ]

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Shop(elsewhere)
    other.run("import", "events", str(path))
    assert shop.rows() == other.rows()
    other.db.dispose()


def test_the_summary_is_json_and_the_rest_stays_off_standard_output(shop, tmp_path):
    path = write_events(tmp_path / "views.csv", 20)
    summary = json.loads(shop.run("import", "events", str(path), "--dry-run", "--json"))
    assert (summary["accepted"], summary["rejected"], summary["dry_run"]) == (19, 1, True)
    assert summary["problems"][0]["row"] == 8
    assert (shop.count(Event), shop.count(FileImport)) == (0, 0)


def test_a_file_in_cp949_is_said_to_be(shop, tmp_path):
    path = tmp_path / "고객.csv"
    path.write_text("external_id,name\nC-1,김민지\n", encoding="cp949")
    process = shop.start("import", "customers", str(path))
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "CP949" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--map", "nonsense"], "joined by ="),
        (["--map", "value=worth"], "worth"),
        (["--name", "a name"], "--name"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(shop, tmp_path, arguments, told):
    path = write_events(tmp_path / "views.csv", 2)
    error = shop.run("import", "events", str(path), *arguments, status=1)
    assert told in error
    assert "Traceback" not in error


def test_a_customer_is_shown_exported_merged_and_erased(shop, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text(
        "external_id,email,consent_email,consent_at\n"
        "C-1,minji@example.com,true,2025-01-01\nC-2,other@example.com,,\n",
        encoding="utf-8",
    )
    shop.run("import", "customers", str(path))
    shown = json.loads(shop.run("customers", "show", "minji@example.com", "--json"))
    assert (shown["external_id"], shown["consents"][0]["granted"]) == ("C-1", True)
    output = tmp_path / "c1.json"
    shop.run("customers", "export", "C-1", "--output", str(output))
    assert json.loads(output.read_text())["customer"]["email"] == "minji@example.com"
    assert output.stat().st_mode & 0o077 == 0
    assert "choose a new file" in shop.run(
        "customers", "export", "C-1", "--output", str(output), status=1
    )
    shop.run("customers", "merge", "C-1", "C-2")
    assert json.loads(shop.run("customers", "show", "C-2", "--json"))["external_id"] == "C-1"
    shop.run("customers", "erase", "C-1", "--yes")
    assert "No customer" in shop.run("customers", "show", "C-1", status=1)
