"""The confirmation of consent, every two years.

정보통신망법 article 50 (8), its decree article 62-3: before the same day of each second year after the
consent, with the sender's name, the fact and date of consent, and how to keep or withdraw it. Silence
keeps it. A new consent, or one confirmed anew, begins two years of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from marshmallow import fields, validate

from growthcore.api import (
    WANTED,
    ConsentStatement,
    Event,
    Occasion,
    Text,
    Trigger,
    TriggerPorts,
    Wanted,
    labelled,
)
from growthcore_trigger_consent_notice import params as shared

YEARS: Final = 2
_FURTHEST: Final = 30
# The law speaks of days in Korea.
_ZONE = ZoneInfo("Asia/Seoul")


class Params(shared.Params):
    """How long before the day."""

    days = fields.Integer(
        load_default=30,
        strict=True,
        validate=validate.Range(min=1, max=90),
        metadata=labelled(
            Text("며칠 전에 안내", "Days ahead"),
            Text(
                "동의한 지 2년이 되는 날보다 며칠 먼저 보낼지 정합니다. 그날 전에 나가야 합니다.",
                "How long before the second year is full; it must have gone before that day.",
            ),
        ),
    )


class ConfirmationDue(Trigger):
    """A customer enters some days before two years since their consent are full, and every two after."""

    id = "consent_confirmation"
    title = Text("수신 동의 확인 시기", "Consent confirmation due")
    help = Text(
        "수신에 동의한 날부터 2년마다 동의 여부를 확인합니다.",
        "Confirms consents every two years, as the law asks.",
    )
    Params = Params
    timed = True

    def listens_to(self, params: Mapping[str, Any]) -> frozenset[str]:
        return frozenset()

    def match(
        self, event: Event, params: Mapping[str, Any], ports: TriggerPorts
    ) -> Occasion | None:
        return None

    def due(
        self, params: Mapping[str, Any], ports: TriggerPorts, since: datetime, until: datetime
    ) -> Iterator[Occasion]:
        """One a customer and day: consents of several purposes are confirmed together."""
        ahead = timedelta(days=params["days"])
        for day in _days(since + ahead, until + ahead):
            for years in range(YEARS, _FURTHEST, YEARS):
                yield from self._of_day(params, ports, day, years)

    def _of_day(
        self, params: Mapping[str, Any], ports: TriggerPorts, day: date, years: int
    ) -> Iterator[Occasion]:
        """Who consented so many years before ``day``."""
        at = _midnight(day) - timedelta(days=params["days"])
        first, last = _same_days(day, years)
        until = _midnight(last + timedelta(days=1))
        for said in shared.stated(ports, params["channel"], _midnight(first), until):
            if said.granted:
                yield Occasion(key=_key(said, years), customer_id=said.customer_id, at=at)

    def still_wanted(
        self, occasion: Occasion, params: Mapping[str, Any], ports: TriggerPorts, now: datetime
    ) -> Wanted:
        """Not when the consent was withdrawn, or given anew, meanwhile."""
        said = ports.consents.of([occasion.customer_id]).get(occasion.customer_id, ())
        keys = {
            _key(each, years)
            for each in said
            if each.granted and each.channel == params["channel"]
            for years in range(YEARS, _FURTHEST, YEARS)
        }
        return WANTED if occasion.key in keys else Wanted(dropped="consent_changed")

    def describe(self, params: Mapping[str, Any]) -> Text:
        medium, days = shared.MEDIA[params["channel"]], params["days"]
        return Text(
            f"{medium.ko} 광고 수신에 동의한 지 2년이 되기 {days}일 전마다",
            f"{days} days before every second year since they consented to advertising by {medium.en}",
        )


def _key(said: ConsentStatement, years: int) -> str:
    day = _moved(said.at.astimezone(_ZONE).date(), years)
    return f"confirm:{said.channel}:{day.isoformat()}"


def _days(since: datetime, until: datetime) -> Iterator[date]:
    """The days that begin from ``since`` on and before ``until``."""
    day = since.astimezone(_ZONE).date()
    while _midnight(day) < until:
        if _midnight(day) >= since:
            yield day
        day += timedelta(days=1)


def _same_days(day: date, years: int) -> tuple[date, date]:
    """The first and last day that so many years before were the same: two before 1 March, at times."""
    first = _moved(day, -years)
    leap = first + timedelta(days=1)
    return first, leap if _moved(leap, years) == day else first


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE)


def _moved(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th, which is before it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
