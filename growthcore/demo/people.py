"""The customers of the demo shop. Their addresses and numbers are nobody's.

Mail addresses are of the domains that RFC 2606 keeps for examples; telephone numbers begin with
010-0, which Korea has not given out.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from growthcore.customers.profiles import Profile
from growthcore.demo.scale import ZONE, Scale

_DOMAINS = ("example.com", "example.net", "example.org")
_TIERS = (("VIP", 0.04), ("GOLD", 0.12), ("SILVER", 0.26), ("WELCOME", 0.58))
_ACTIVITY = {"VIP": 6.0, "GOLD": 3.0, "SILVER": 1.4, "WELCOME": 0.7}
_CITIES = ("서울", "경기", "부산", "인천", "대구", "대전", "광주", "강원", "제주")
_CITY_WEIGHTS = (34, 26, 8, 7, 6, 5, 5, 5, 4)
_WOMEN = 0.68
_MAIL, _TEXT, _NIGHT, _SUPPRESSED = 0.78, 0.61, 0.12, 0.025


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer. ``weight`` is how often they come, compared with the others."""

    external_id: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    tier: str
    woman: bool
    city: str
    birth_year: int
    points: int
    joined: datetime
    weight: float
    mail: bool
    text: bool
    night: bool
    suppressed: str | None

    @property
    def reachable(self) -> bool:
        """Whether advertising mail may go to them."""
        return self.mail and self.suppressed is None

    @property
    def profile(self) -> Profile:
        """The customer as the shop tells them."""
        return Profile(
            external_id=self.external_id,
            email=self.email,
            phone=self.phone,
            name=self.name,
            locale="ko",
            attributes={
                "grade": self.tier,
                "points": self.points,
                "gender": "여성" if self.woman else "남성",
                "city": self.city,
                "birth_year": self.birth_year,
                "joined_on": self.joined.astimezone(ZONE).date(),
            },
        )


def people(scale: Scale, source: random.Random, now: datetime) -> Sequence[Person]:
    """Everybody, in the order they joined: three quarters before the past that is told begins."""
    text = resources.files("growthcore.demo").joinpath("data/names.toml").read_text("utf-8")
    names = tomllib.loads(text)
    before = round(scale.customers * 0.75)
    ages = [scale.days + source.expovariate(1 / 240) for _ in range(before)]
    ages += [source.uniform(0.5, scale.days) for _ in range(scale.customers - before)]
    joined = sorted(now - timedelta(days=min(age, 1_400)) for age in ages)
    return [_person(number, at, names, source) for number, at in enumerate(joined, 1)]


def _person(number: int, joined: datetime, names: dict[str, Any], source: random.Random) -> Person:
    woman = source.random() < _WOMEN
    given, latin_given = source.choice([*names["women" if woman else "men"].items()])
    families = names["families"]
    family = source.choices([*families], [weight for _, weight in families.values()])[0]
    tier = source.choices([name for name, _ in _TIERS], [share for _, share in _TIERS])[0]
    suppressed = source.choices(
        [None, "bounced", "unsubscribed"],
        [1 - _SUPPRESSED, _SUPPRESSED * 0.4, _SUPPRESSED * 0.6],
    )[0]
    mail = source.random() < _MAIL and suppressed != "unsubscribed"
    return Person(
        external_id=f"M{number:05}",
        name=f"{family}{given}",
        email=f"{latin_given}.{families[family][0]}{number}@{source.choice(_DOMAINS)}",
        phone=f"010-0{number // 10_000 % 1_000:03}-{number % 10_000:04}",
        tier=tier,
        woman=woman,
        city=source.choices(_CITIES, _CITY_WEIGHTS)[0],
        birth_year=source.randint(1972, 2006),
        points=round(source.expovariate(1 / 3_500) * _ACTIVITY[tier] / 100) * 100,
        joined=joined,
        weight=_ACTIVITY[tier] * source.lognormvariate(0, 0.8),
        mail=mail,
        text=source.random() < _TEXT,
        night=mail and source.random() < _NIGHT,
        suppressed=suppressed,
    )
