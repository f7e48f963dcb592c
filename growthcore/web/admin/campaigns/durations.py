"""Lengths and instants in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_date
from flask_babel import gettext as _

from growthcore.web.admin import languages
from growthcore.web.admin.formats import local

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def length(span: timedelta) -> str:
    """``1시간 30분``: the two largest units that say something."""
    parts = []
    for unit, text in ((_DAY, _day), (_HOUR, _hour), (_MINUTE, _minute)):
        number, span = divmod(span, unit)
        if number:
            parts.append(text(number))
    return " ".join(parts[:2]) or _("1분 미만")


def _day(n: int) -> str:
    return _("%(n)s일", n=n)


def _hour(n: int) -> str:
    return _("%(n)s시간", n=n)


def _minute(n: int) -> str:
    return _("%(n)s분", n=n)


def clock(minutes: int) -> str:
    """A time of the day in minutes, ``08:00``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def day_and_time(at: datetime) -> str:
    """``11/23(월) 08:00`` in the shop's zone."""
    here = local(at)
    weekday = format_date(here.date(), "EEE", locale=languages.current())
    return f"{here.month}/{here.day}({weekday}) {here:%H:%M}"
