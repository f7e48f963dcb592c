"""Charts as numbers: where each bar and point stands in a drawing of a fixed size.

The page draws them as SVG, so nothing runs in the browser and nothing is styled inline; beside each
chart stands a table of the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from growthcore.analytics.reports import Line

WIDTH, HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 8, 18, 28
_TICKS = 4
_LABELS = 8
LONGEST = 92
"""Days a chart shows at the most, the newest."""


@dataclass(frozen=True)
class Mark:
    """A label on an axis, and where it stands."""

    at: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A bar and what it says when asked."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, kw_only=True)
class Series:
    """One kind of number: drawn as a line through ``points``, or as ``bars``."""

    name: str
    bars: Sequence[Bar] = ()
    points: Sequence[tuple[float, float]] = ()

    @property
    def path(self) -> str:
        """The line as SVG writes it."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing of ``WIDTH`` by ``HEIGHT``; ``base`` is where zero lies."""

    series: Sequence[Series]
    rows: Sequence[Mark]
    columns: Sequence[Mark]
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    base: float = HEIGHT - _BOTTOM


def lines(labels: Sequence[str], numbers: Mapping[str, Sequence[int]]) -> Chart:
    """Lines over equally distant labels; ``numbers`` by the name of the line."""
    top = _ceiling(numbers)
    step = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    centres = [_LEFT + step * (index + 0.5) for index in range(len(labels))]
    series = [
        Series(
            name=name,
            points=[
                (round(x, 1), _height(number, top))
                for x, number in zip(centres, values, strict=True)
            ],
        )
        for name, values in numbers.items()
    ]
    return Chart(series=series, rows=_rows(top), columns=_columns(labels, centres))


def bars(labels: Sequence[str], numbers: Mapping[str, Sequence[int]]) -> Chart:
    """Bars side by side over each label; ``numbers`` by the name of the series."""
    top = _ceiling(numbers)
    step = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    width = step * 0.7 / max(len(numbers), 1)
    centres = [_LEFT + step * (index + 0.5) for index in range(len(labels))]
    series = []
    for place, (name, values) in enumerate(numbers.items()):
        offset = (place - len(numbers) / 2) * width
        drawn = [
            _bar(centre + offset, width, number, top, f"{label} {name} {number:,}")
            for centre, number, label in zip(centres, values, labels, strict=True)
        ]
        series.append(Series(name=name, bars=drawn))
    return Chart(series=series, rows=_rows(top), columns=_columns(labels, centres))


def filled(days: Mapping[date, Line]) -> Mapping[date, Line]:
    """The days without a gap, so that a day on which nothing happened shows as zero."""
    if not days:
        return {}
    last = max(days)
    first = max(min(days), last - timedelta(days=LONGEST - 1))
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {day: days.get(day, Line()) for day in every}


def _ceiling(numbers: Mapping[str, Sequence[int]]) -> int:
    """A round number no value is above, divisible by the ticks."""
    largest = max((value for values in numbers.values() for value in values), default=0)
    steps = (digit * int(10**power) for power in count() for digit in (1, 2, 5))
    return next(step for step in steps if step * _TICKS >= largest) * _TICKS


def _height(number: int, top: int) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * max(number, 0) / top, 1)


def _bar(x: float, width: float, number: int, top: int, title: str) -> Bar:
    y = _height(number, top)
    return Bar(round(x, 1), y, round(width, 1), round(HEIGHT - _BOTTOM - y, 1), title)


def _rows(top: int) -> list[Mark]:
    values = [top * tick // _TICKS for tick in range(_TICKS + 1)]
    return [Mark(_height(value, top), f"{value:,}") for value in values]


def _columns(labels: Sequence[str], centres: Sequence[float]) -> list[Mark]:
    """As many labels as there is room for."""
    every = -(-len(labels) // _LABELS) or 1
    return [
        Mark(round(centre, 1), label)
        for index, (label, centre) in enumerate(zip(labels, centres, strict=True))
        if index % every == 0
    ]
