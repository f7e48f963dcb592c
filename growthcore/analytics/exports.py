"""A campaign's report as a file: CSV for programs, XLSX for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from growthcore.analytics import files
from growthcore.analytics.files import Cell, Sheet
from growthcore.analytics.reports import Line, Report, rates
from growthcore.api import Text

HEADINGS = {
    "sent": Text("발송 성공", "Sent"),
    "failed": Text("실패", "Failed"),
    "suppressed": Text("제외", "Suppressed"),
    "uncertain": Text("확인 필요", "Uncertain"),
    "cost": Text("발송 비용", "Cost"),
    "delivered": Text("수신 확인", "Delivered"),
    "undelivered": Text("미수신", "Undelivered"),
    "opens": Text("오픈", "Opens"),
    "openers": Text("오픈 고객", "Openers"),
    "clicks": Text("클릭", "Clicks"),
    "clickers": Text("클릭 고객", "Clickers"),
    "unsubscribes": Text("수신거부", "Unsubscribes"),
    "bounces": Text("반송", "Bounces"),
    "soft_bounces": Text("일시 반송", "Soft bounces"),
    "complaints": Text("스팸 신고", "Complaints"),
    "conversions": Text("전환", "Conversions"),
    "revenue": Text("매출 기여도", "Attributed revenue"),
    "delivery_rate": Text("전송 성공률(%)", "Delivery rate (%)"),
    "open_rate": Text("오픈율(%)", "Open rate (%)"),
    "click_rate": Text("클릭률(%)", "Click rate (%)"),
    "conversion_rate": Text("전환율(%)", "Conversion rate (%)"),
    "bounce_rate": Text("반송률(%)", "Bounce rate (%)"),
    "complaint_rate": Text("스팸 신고율(%)", "Complaint rate (%)"),
    "roas": Text("비용 대비 매출(%)", "Return on cost (%)"),
}
_DAY, _TOTAL = Text("일자", "Day"), Text("합계", "Total")
_ZONELESS = "UTC"
"""The rows hold days of the shop's zone, and no instants."""


def rows(report: Report, locale: str) -> Iterator[Sequence[Cell]]:
    """A heading, a row a day and the sum, which equals the report's own."""
    yield [_DAY.to(locale), *(heading.to(locale) for heading in HEADINGS.values())]
    for day, line in report.days.items():
        yield [day.isoformat(), *_figures(line)]
    yield [_TOTAL.to(locale), *_figures(report.total)]


def _figures(line: Line) -> list[Cell]:
    counts = asdict(line)
    found = rates(line)
    return [
        counts[name] if name in counts else (rate := found[name]) and Decimal(rate)
        for name in HEADINGS
    ]


def as_csv(report: Report, locale: str = "ko") -> bytes:
    """The days, for programs."""
    return files.as_csv(rows(report, locale), zone=_ZONELESS)


def as_xlsx(
    report: Report, name: str, *, zone: str, made_at: datetime, locale: str = "ko"
) -> bytes:
    """A workbook of days and links that says of what, in which zone and when it was made."""
    made = f"{made_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    days = Sheet(
        name=Text("일자별", "By day").to(locale),
        rows=rows(report, locale),
        about=[name, f"{made} · {zone} · {report.currency}"],
    )
    links = Sheet(name=Text("링크별", "By link").to(locale), rows=_links(report, locale))
    return files.as_xlsx([days, links], zone=zone)


def _links(report: Report, locale: str) -> Iterator[Sequence[Cell]]:
    heads = (Text("링크", "Link"), HEADINGS["clicks"], HEADINGS["clickers"])
    yield [head.to(locale) for head in heads]
    yield from report.links
