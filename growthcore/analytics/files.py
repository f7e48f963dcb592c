"""Tables as files: CSV for programs, XLSX for people."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | Decimal | datetime | None
"""Text stays text, so that a number of a telephone or a shop keeps its zeros; an instant must be aware."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WRITTEN = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table of a workbook: a heading row and the rest, with lines that say what it is above."""

    name: str
    rows: Iterable[Sequence[Cell]]
    about: Sequence[str] = ()


def as_csv(rows: Iterable[Sequence[Cell]], *, zone: str) -> bytes:
    """UTF-8 with a byte order mark, without which Excel breaks Hangul; instants as of ``zone``."""
    text, place = StringIO(newline=""), ZoneInfo(zone)
    csv.writer(text).writerows([_written(cell, place) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(cell: Cell, place: ZoneInfo) -> str | int | float | Decimal | None:
    """Text a spreadsheet would run as a formula is shown instead."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(place):{_WRITTEN}}"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def as_xlsx(sheets: Iterable[Sheet], *, zone: str) -> bytes:
    """A workbook; numbers and instants, as of ``zone``, are cells of their own kinds."""
    content, place = BytesIO(), ZoneInfo(zone)
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            for number, line in enumerate(sheet.about):
                page.write_string(number, 0, line, bold if number == 0 else None)
            first = len(sheet.about) + 1 if sheet.about else 0
            for number, row in enumerate(sheet.rows, first):
                for column, cell in enumerate(row):
                    _write(page, (number, column), cell, place, instant)
            page.set_row(first, None, bold)
            page.set_column(0, 0, 14)
    return content.getvalue()


def _write(
    page: Worksheet, at: tuple[int, int], cell: Cell, place: ZoneInfo, instant: Format
) -> None:
    if isinstance(cell, datetime):
        page.write_datetime(*at, cell.astimezone(place).replace(tzinfo=None), instant)
    elif isinstance(cell, int | float | Decimal):
        page.write_number(*at, cell)
    else:
        page.write_string(*at, cell or "")
