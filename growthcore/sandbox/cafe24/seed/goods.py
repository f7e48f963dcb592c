"""Categories and products with their variants."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import Record, flag, iso, won

_TREE = (
    (24, 1, 1, ("상의",)),
    (25, 1, 1, ("하의",)),
    (26, 1, 1, ("잡화",)),
    (42, 2, 24, ("상의", "니트")),
    (43, 2, 24, ("상의", "셔츠")),
    (44, 2, 25, ("하의", "데님")),
    (45, 2, 26, ("잡화", "가방")),
)
_KINDS = (
    (42, "니트", ("라운드", "브이넥", "터틀넥"), (29, 89)),
    (43, "셔츠", ("린넨", "옥스퍼드", "스트라이프"), (25, 69)),
    (44, "데님 팬츠", ("와이드", "스트레이트", "부츠컷"), (35, 79)),
    (45, "토트백", ("캔버스", "레더", "미니"), (19, 129)),
)
_COLOURS = ("아이보리", "블랙", "네이비", "카키", "베이지")
_SIZES = ("S", "M", "L")
_IMAGES = {"detail": "big", "list": "medium", "tiny": "tiny", "small": "small"}
_USUAL: Record = {
    "shop_no": 1,
    "custom_product_code": "",
    "eng_product_name": "",
    "model_name": "",
    "product_condition": "N",
    "simple_description": "",
    "price_content": None,
    "brand_code": "B0000000",
    "manufacturer_code": "M0000000",
    "supplier_code": "S0000000",
    "trend_code": "T0000000",
    "adult_certification": "F",
}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def categories() -> list[Record]:
    """The tree, parents first."""
    return [
        {
            "shop_no": 1,
            "category_no": number,
            "category_depth": depth,
            "parent_category_no": parent,
            "category_name": names[-1],
            "display_type": "A",
            "full_category_name": {str(n): dict(enumerate(names, 1)).get(n) for n in range(1, 5)},
            "full_category_no": {
                "1": parent if depth == 2 else number,
                "2": number if depth == 2 else None,
                "3": None,
                "4": None,
            },
            "root_category_no": parent if depth == 2 else number,
            "use_display": "T",
            "display_order": place,
        }
        for place, (number, depth, parent, names) in enumerate(_TREE, 1)
    ]


def products(settings: Cafe24Settings, source: random.Random, now: datetime) -> list[Record]:
    """Every product, numbered from 9 as the first ones of a mall are samples that were deleted."""
    count = settings.products
    ages = sorted((source.uniform(1, 700) for _ in range(count)), reverse=True)
    return [
        _product(number, now - timedelta(days=age), source, settings)
        for number, age in enumerate(ages, 9)
    ]


def _product(
    number: int, created: datetime, source: random.Random, settings: Cafe24Settings
) -> Record:
    category, noun, styles, (least, most) = source.choice(_KINDS)
    style, colour = source.choice(styles), source.choice(_COLOURS)
    retail = source.randint(least, most) * 1_000
    price = round(retail * source.choice((1, 1, 1, 0.9, 0.8, 0.7)) / 100) * 100
    code = f"P{_lettered(number):0>7}"
    name = f"{style} {noun} ({colour})"
    sized = noun != "토트백"
    record: Record = {
        **_USUAL,
        "product_no": number,
        "product_code": code,
        # Merchants write HTML into names.
        "product_name": f"<b>[단독]</b> {name}" if number % 17 == 0 else name,
        "price": won(price),
        "retail_price": won(retail),
        "supply_price": won(round(price * 0.5)),
        "display": flag(source.random() < 0.96),
        "selling": flag(source.random() < 0.97),
        "summary_description": f"{colour} 색의 {style} {noun}",
        "product_tag": [style, noun],
        "category": [{"category_no": category, "recommend": "F", "new": "F"}],
        "has_option": flag(sized),
        "created_date": iso(created),
        "updated_date": iso(created + timedelta(hours=source.uniform(0, 20))),
        "variants": [
            _variant(f"{code}000{_LETTERS[place]}", size, source)
            for place, size in enumerate(_SIZES if sized else ("",))
        ],
    }
    pictures = f"https://{settings.mall_id}.cafe24.com/web/product"
    record |= {f"{k}_image": f"{pictures}/{folder}/{number}.jpg" for k, folder in _IMAGES.items()}
    return settle(record)


def settle(product: Record) -> Record:
    """The product with ``sold_out`` as its variants have it."""
    product["sold_out"] = flag(all(_gone(variant) for variant in product["variants"]))
    return product


def _gone(variant: Record) -> bool:
    return variant["use_inventory"] == "T" and int(variant["quantity"]) <= 0


def _variant(code: str, size: str, source: random.Random) -> Record:
    return {
        "shop_no": 1,
        "variant_code": code,
        "options": [{"name": "사이즈", "value": size}] if size else [],
        "custom_variant_code": "",
        "display": "T",
        "selling": "T",
        "additional_amount": won(0),
        "use_inventory": flag(source.random() < 0.9),
        "display_soldout": "T",
        "quantity": source.choice((0, 0, 3, 12, 40, 120)),
        "safety_inventory": 0,
    }


def _lettered(number: int) -> str:
    """9 as "J", 26 as "BA": how Cafe24 numbers product codes."""
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters = _LETTERS[rest] + letters
    return letters
