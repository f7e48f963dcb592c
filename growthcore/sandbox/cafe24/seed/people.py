"""Members and their groups."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import datetime, timedelta

from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import Record, flag, iso, won

GROUPS = ((1, "일반회원"), (2, "실버"), (3, "골드"), (4, "VIP"))
_SHARES = (0.6, 0.24, 0.12, 0.04)
_FAMILIES = {"김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "남궁": "namgung"}
_WOMEN = {"서연": "seoyeon", "민지": "minji", "하은": "haeun", "지우": "jiwoo", "수빈": "subin"}
_MEN = {"민준": "minjun", "도윤": "doyun", "현우": "hyunwoo", "준서": "junseo", "지훈": "jihun"}
_CITIES = ("서울특별시 종로구", "경기도 성남시", "부산광역시 해운대구", "대전광역시 유성구")
AT_ONCE = 12
"""Members who were brought in together, in the same second."""
_USUAL: Record = {
    "shop_no": 1,
    "name_english": "",
    "name_phonetic": "",
    "nick_name": "",
    "phone": "",
    "cellphone": "",
    "email": "",
    "sms": "F",
    "news_mail": "F",
    "thirdparty_agree": "F",
    "birthday": "",
    "solar_calendar": "T",
    "wedding_anniversary": None,
    "gender": "",
    "total_points": won(0),
    "available_points": won(0),
    "used_points": won(0),
    "city": "",
    "state": "",
    "address1": "",
    "address2": "",
    "zipcode": "",
    "country_code": "KR",
    "group_no": 1,
    "member_authentication": "T",
    "use_blacklist": "F",
    "blacklist_type": "",
    "member_authority": "C",
    "recommend_id": "",
    "member_type": "p",
    "authentication_method": "m",
    "lifetime_member": "F",
    "use_mobile_app": "F",
    "join_path": "M",
    "fixed_group": "F",
    "sns_list": [],
    "account_reactivation_date": None,
    "available_credits": won(0),
    "additional_information": [],
}


def members(settings: Cafe24Settings, source: random.Random, now: datetime) -> list[Record]:
    """Everybody, in the order they joined; two thirds before the first order."""
    first, count = 3 * 365, settings.customers
    old = round(count * 2 / 3)
    ages = [source.uniform(settings.days, first) for _ in range(old)]
    ages += [source.uniform(0.2, settings.days) for _ in range(count - old)]
    ages.sort(reverse=True)
    together = min(AT_ONCE, count)
    ages[:together] = [ages[0]] * together
    return [
        _member(number, now - timedelta(days=age), source, now)
        for number, age in enumerate(ages, 1)
    ]


def member(member_id: str, joined: datetime, **known: object) -> Record:
    """A member with every field; those that are not ``known`` as usual."""
    dates = {"created_date": iso(joined), "last_login_date": iso(joined)}
    return {**deepcopy(_USUAL), "member_id": member_id, "name": member_id, **dates, **known}


def _member(number: int, joined: datetime, source: random.Random, now: datetime) -> Record:
    woman = source.random() < 0.68
    given, latin_given = source.choice([*(_WOMEN if woman else _MEN).items()])
    family, latin = source.choice([*_FAMILIES.items()])
    points = round(source.expovariate(1 / 3_000) / 10) * 10
    child, mail = source.random() < 0.01, source.random() < 0.7
    seen = joined + (now - joined) * source.random()
    return member(
        f"{latin_given}{number:04}",
        joined,
        name=f"{family}{given}",
        # A few have none, and some wrote it without hyphens.
        cellphone=_cellphone(number, source),
        email=f"{latin_given}.{latin}{number}@example.com",
        sms=flag(source.random() < 0.6),
        news_mail=flag(mail),
        thirdparty_agree=flag(source.random() < 0.2),
        birthday=f"{source.randint(2013, 2015) if child else source.randint(1965, 2007)}"
        f"-{source.randint(1, 12):02}-{source.randint(1, 28):02}",
        solar_calendar=flag(source.random() < 0.9),
        gender=source.choices(("F" if woman else "M", ""), (9, 1))[0],
        total_points=won(points),
        available_points=won(points),
        address1=source.choice(_CITIES),
        zipcode=f"{source.randint(10_000, 60_000)}",
        group_no=source.choices([no for no, _ in GROUPS], _SHARES)[0],
        last_login_date=iso(seen),
        member_authentication="J" if child else source.choices("TFB", (80, 18, 2))[0],
        use_blacklist=flag(source.random() < 0.01),
        use_mobile_app=flag(source.random() < 0.15),
        join_path=source.choice("PM"),
        sns_list=source.choices(([], ["KAKAO(2025-05-23 16:12:47)"]), (7, 3))[0],
    )


def _cellphone(number: int, source: random.Random) -> str:
    digits = f"0100{number:07}"
    hyphens = f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    return source.choices((hyphens, digits, ""), (92, 5, 3))[0]
