"""Senders of texts, carts, wish lists, coupons, and the shop's own data."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import Record, iso, won

_SENDERS = (
    (1, "02-123-0001", "00", "", ""),
    (2, "02-123-0002", "10", "", ""),
    (3, "070-0000-0003", "30", "", ""),
    (4, "02-123-0004", "20", "고객센터 번호 추가", ""),
    (5, "02-123-0005", "40", "대표번호 변경", "통신서비스 이용증명원의 명의가 다릅니다."),
    (6, "15880006", "30", "", ""),
)


def senders() -> list[Record]:
    """A sender in each state; numbers with and without hyphens."""
    return [
        {
            "sender_no": number,
            "sender": phone,
            "auth_status": status,
            "memo": {"request_reason": asked, "reject_reason": refused},
        }
        for number, phone, status, asked, refused in _SENDERS
    ]


def sms_setting() -> Record:
    """How the mall sends texts."""
    return {
        "shop_no": 1,
        "use_sms": "T",
        "exclude_unsubscriber": "T",
        "default_sender": "070-0000-0003",
        "unsubscribe_phone": "080-000-0024",
        "send_method": "S",
        "send_method_automatic": "S",
    }


def carts(
    source: random.Random, now: datetime, members: Sequence[Record], products: Sequence[Record]
) -> list[Record]:
    """What one in five members has in the cart."""
    some = source.sample(members, len(members) // 5)
    picks = [(who["member_id"], source.choice(products)) for who in some for _ in range(2)]
    return [
        cart_item(
            number,
            who,
            product,
            source.choice(product["variants"]),
            quantity=source.choice((1, 1, 2)),
            at=now - timedelta(days=source.uniform(0, 20)),
        )
        for number, (who, product) in enumerate(picks, 1)
    ]


def cart_item(
    number: int, member_id: str, product: Record, variant: Record, *, quantity: int, at: datetime
) -> Record:
    """A line of a cart."""
    return {
        "shop_no": 1,
        "basket_product_no": number,
        "member_id": member_id,
        "created_date": iso(at),
        "product_no": product["product_no"],
        "additional_option_values": [],
        "variant_code": variant["variant_code"],
        "quantity": quantity,
        "product_price": product["price"],
        "option_price": variant["additional_amount"],
        "product_bundle": "F",
        "shipping_type": "A",
        "category_no": product["category"][0]["category_no"],
    }


def wishes(
    source: random.Random, now: datetime, members: Sequence[Record], products: Sequence[Record]
) -> list[Record]:
    """What one in four members has on the wish list."""
    some = source.sample(members, len(members) // 4)
    picks = [(who["member_id"], source.choice(products)) for who in some for _ in range(2)]
    return [
        {
            "shop_no": 1,
            "wishlist_no": number,
            "member_id": who,
            "product_no": product["product_no"],
            "variant_code": product["variants"][0]["variant_code"],
            "additional_option": [],
            "price": product["price"],
            "product_bundle": "F",
            "created_date": iso(now - timedelta(days=source.uniform(0, 60))),
        }
        for number, (who, product) in enumerate(picks, 1)
    ]


def coupons(now: datetime) -> list[Record]:
    """Three coupons that may be given to members."""
    given = (("신규 회원 10%", "B", "10.0"), ("오천원 할인", "A", "5000"), ("VIP 20%", "B", "20.0"))
    return [
        coupon(
            f"60000000000000000{number:02}",
            now - timedelta(days=100 - number),
            coupon_name=name,
            benefit_type=kind,
            benefit_percentage=value if kind == "B" else None,
            benefit_price=won(int(value)) if kind == "A" else None,
        )
        for number, (name, kind, value) in enumerate(given, 1)
    ]


def coupon(number: str, at: datetime, **known: object) -> Record:
    """A coupon with the usual fields."""
    record: Record = {
        "shop_no": 1,
        "coupon_no": number,
        "coupon_type": "O",
        "coupon_name": "",
        "created_date": iso(at),
        "deleted": "F",
        "is_stopped_issued_coupon": "F",
        "benefit_type": "A",
        "benefit_price": None,
        "benefit_percentage": None,
        "issue_type": "M",
        "issue_sub_type": "M",
        "issued_count": "0",
        "available_period_type": "R",
        "available_begin_datetime": None,
        "available_end_datetime": None,
        "available_day_from_issued": 30,
        "available_site": "W,M,P",
        "available_scope": "O",
        "available_min_price": None,
        "send_sms_for_issue": "F",
    }
    return {**record, **known}


def store(settings: Cafe24Settings) -> Record:
    """Who runs the mall."""
    mail = f"help@{settings.mall_id}.example.com"
    return {
        "shop_no": 1,
        "shop_name": settings.shop_name,
        "mall_id": settings.mall_id,
        "base_domain": f"{settings.mall_id}.cafe24.com",
        "primary_domain": f"{settings.mall_id}.example.com",
        "company_registration_no": "000-00-00000",
        "company_name": f"(주){settings.shop_name}",
        "president_name": "홍길동",
        "country": "한국",
        "country_code": "KOR",
        "zipcode": "03000",
        "address1": "서울특별시 종로구 예시로 24",
        "address2": "3층",
        "phone": "02-123-0001",
        "fax": "",
        "email": mail,
        "notification_only_email": f"noreply@{settings.mall_id}.example.com",
        "mall_url": f"https://{settings.mall_id}.example.com",
        "mail_order_sales_registration": "T",
        "mail_order_sales_registration_number": "제0000-서울종로-0000호",
        "customer_service_phone": "02-123-0001",
        "customer_service_email": mail,
        "customer_service_hours": "평일 10:00 ~ 17:00",
    }


def shops(settings: Cafe24Settings) -> list[Record]:
    """The mall's one storefront."""
    return [
        {
            "shop_no": 1,
            "default": "T",
            "shop_name": settings.shop_name,
            "business_country_code": "KR",
            "language_code": "ko_KR",
            "language_name": "국문",
            "currency_code": "KRW",
            "currency_name": "원 (KRW)",
            "pc_skin_no": 1,
            "mobile_skin_no": 2,
            "base_domain": f"{settings.mall_id}.cafe24.com",
            "primary_domain": f"{settings.mall_id}.example.com",
            "slave_domain": [],
            "active": "T",
            "timezone": "Asia/Seoul",
            "timezone_name": "(UTC+09:00) Seoul",
            "is_https_active": "T",
        }
    ]
