"""A report as a file: the same figures, safe to open, Hangul intact."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from growthcore.analytics import exports
from growthcore.analytics.reports import Line, Report, percent
from growthcore.campaigns.reports import Standing
from growthcore.messaging.states import State


@pytest.fixture
def report():
    monday = Line(sent=100, failed=1, openers=40, opens=55, clicks=9, clickers=7, revenue=12_900)
    tuesday = Line(sent=3)
    return Report(
        standing=Standing(1, dict.fromkeys(State, 0), {}),
        currency="KRW",
        total=Line(sent=103, failed=1, openers=40, opens=55, clicks=9, clickers=7, revenue=12_900),
        days={date(2026, 3, 2): monday, date(2026, 3, 3): tuesday},
        hours={},
        links=[("=cmd|' /C calc'!A1", 5, 4)],
    )


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_csv_begins_with_a_mark_and_sums_to_the_report(report):
    content = exports.as_csv(report)
    assert content.startswith(b"\xef\xbb\xbf")
    head, monday, tuesday, total = read(content)
    assert head[:2] == ["일자", "발송 성공"]
    assert (monday[0], monday[1]) == ("2026-03-02", "100")
    assert len(head) == len(monday)
    revenue, opened = head.index("매출 기여도"), head.index("오픈율(%)")
    assert (monday[revenue], monday[opened]) == ("12900", "40.0")
    sent = head.index("발송 성공")
    assert int(monday[sent]) + int(tuesday[sent]) == int(total[sent]) == 103


def test_the_csv_is_english_when_asked(report):
    assert read(exports.as_csv(report, "en"))[0][0] == "Day"


def test_nothing_to_divide_by_is_empty_not_zero(report):
    report.days[date(2026, 3, 4)] = Line()
    row = next(row for row in read(exports.as_csv(report)) if row[0] == "2026-03-04")
    assert row[-1] == ""


def test_the_workbook_holds_numbers_as_numbers_and_no_formula(report):
    made = datetime(2026, 3, 3, 1, tzinfo=UTC)
    content = exports.as_xlsx(report, "=봄 세일", zone="Asia/Seoul", made_at=made)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        days = book.read("xl/worksheets/sheet1.xml").decode()
        links = book.read("xl/worksheets/sheet2.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in days + links
    assert "<v>12900</v>" in days
    assert "=봄 세일" in strings
    assert "2026-03-03 10:00 · Asia/Seoul · KRW" in strings


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 3, "33.3"), (69, 2000, "3.5"), (1, 400, "0.3"), (0, 5, "0.0"), (1, 0, None)],
)
def test_rates_are_rounded_half_up(part, whole, shown):
    assert percent(part, whole) == shown
