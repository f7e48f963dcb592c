"""When people come to the shop: the week and the day have their tides."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from growthcore.demo.scale import ZONE

# From Monday on: Sunday and Monday evenings sell, Friday and Saturday people are out.
_WEEK = (1.12, 1.02, 1.0, 0.98, 0.86, 0.88, 1.14)
# By the hour: the lunch break, and the evening until midnight.
_DAY = (
    3.2, 1.6, 0.8, 0.5, 0.4, 0.6, 1.2, 2.4, 3.4, 3.8, 4.2, 4.8,
    6.2, 5.4, 4.4, 4.2, 4.4, 4.8, 5.4, 6.0, 7.2, 8.4, 8.2, 6.0,
)  # fmt: skip
_PAYDAY = 25


def visits(day: date, average: float, source: random.Random) -> int:
    """How many visits a day has: the week, the days after payday, and chance."""
    payday = 1.18 if _PAYDAY <= day.day <= _PAYDAY + 3 else 1.0
    return round(average * _WEEK[day.weekday()] * payday * source.gauss(1, 0.07))


def moments(day: date, count: int, source: random.Random) -> Sequence[datetime]:
    """The instants at which that many visits of a day begin, in order."""
    midnight = datetime.combine(day, time(), ZONE)
    hours = source.choices(range(24), _DAY, k=count)
    return sorted(
        midnight + timedelta(hours=hour, seconds=source.uniform(0, 3_600)) for hour in hours
    )
