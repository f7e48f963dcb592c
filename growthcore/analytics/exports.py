"""A campaign's report as a file: CSV for programs, XLSX for people."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from growthcore.analytics.reports import Line, Report, rates
from growthcore.api import Text

Cell = str | int | None

HEADINGS = {
    "sent": Text("발송 성공", "Sent"),
    "failed": Text("실패", "Failed"),
    "suppressed": Text("제외", "Suppressed"),
    "uncertain": Text("확인 필요", "Uncertain"),
    "opens": Text("오픈", "Opens"),
    "openers": Text("오픈 고객", "Openers"),
    "clicks": Text("클릭", "Clicks"),
    "clickers": Text("클릭 고객", "Clickers"),
    "unsubscribes": Text("수신거부", "Unsubscribes"),
    "conversions": Text("전환", "Conversions"),
    "revenue": Text("매출 기여도", "Attributed revenue"),
    "delivery_rate": Text("전송 성공률(%)", "Delivery rate (%)"),
    "open_rate": Text("오픈율(%)", "Open rate (%)"),
    "click_rate": Text("클릭률(%)", "Click rate (%)"),
    "conversion_rate": Text("전환율(%)", "Conversion rate (%)"),
}
_DAY, _TOTAL = Text("일자", "Day"), Text("합계", "Total")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(report: Report, locale: str) -> Iterator[Sequence[Cell]]:
    """A heading, a row a day and the sum, which equals the report's own."""
    yield [_DAY.to(locale), *(heading.to(locale) for heading in HEADINGS.values())]
    for day, line in report.days.items():
        yield [day.isoformat(), *_figures(line)]
    yield [_TOTAL.to(locale), *_figures(report.total)]


def _figures(line: Line) -> list[Cell]:
    counts = asdict(line)
    return [*(counts[each.name] for each in fields(Line)), *rates(line).values()]


def as_csv(report: Report, locale: str = "ko") -> bytes:
    """UTF-8 with a byte order mark, without which Excel breaks Hangul."""
    text = StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows(report, locale))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: Cell) -> Cell:
    """Text a spreadsheet would run as a formula is shown instead."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def as_xlsx(
    report: Report, name: str, *, zone: str, made_at: datetime, locale: str = "ko"
) -> bytes:
    """A workbook of days and links that says of what, in which zone and when it was made."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(Text("일자별", "By day").to(locale))
        made = f"{made_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        sheet.write_string(0, 0, name, bold)
        sheet.write_string(1, 0, f"{made} · {zone} · {report.currency}")
        _write(sheet, 3, rows(report, locale))
        sheet.set_row(3, None, bold)
        sheet.set_column(0, 0, 14)
        _write(book.add_worksheet(Text("링크별", "By link").to(locale)), 0, _links(report, locale))
    return content.getvalue()


def _links(report: Report, locale: str) -> Iterator[Sequence[Cell]]:
    heads = (Text("링크", "Link"), HEADINGS["clicks"], HEADINGS["clickers"])
    yield [head.to(locale) for head in heads]
    yield from report.links


def _write(sheet: Worksheet, first: int, lines: Iterator[Sequence[Cell]]) -> None:
    for number, line in enumerate(lines, first):
        for column, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell is not None and _is_rate(cell):
                sheet.write_number(number, column, float(cell))
            else:
                sheet.write_string(number, column, cell or "")


def _is_rate(cell: str) -> bool:
    whole, _, decimals = cell.partition(".")
    return whole.isdigit() and decimals.isdigit()
