"""Products: all by number, or those changed since, and as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from growthcore.api import Importer, Pulled
from growthcore.api.values import JSON
from growthcore_source_cafe24.mall import Mall, Shop
from growthcore_source_cafe24.wire import Record, flag, iso, minor, plain

PAGE: Final = 100
"""The most a page holds."""


def page(mall: Mall, cursor: JSON | None, importer: Importer, now: datetime) -> Pulled:
    """One page. The cursor holds the last number, and of what span changes are asked for."""
    place = dict(cursor or {})
    begun = place.get("until") or iso(now)
    span = {"updated_start_date": place.get("from"), "updated_end_date": begun}
    wanted = span if place.get("from") else {}
    total = mall.counted("products", **wanted) if "since" not in place else None
    found = mall.listed("products", since_product_no=place.get("since", 0), limit=PAGE, **wanted)
    take(mall, importer, found)
    if len(found) < PAGE:
        return Pulled(cursor={"from": begun}, done=True, count=len(found), total=total)
    last = max(each["product_no"] for each in found)
    further = {"since": last, "from": place.get("from"), "until": begun}
    return Pulled(cursor=further, done=False, count=len(found), total=total)


def take(mall: Mall, importer: Importer, products: Sequence[Record]) -> None:
    """Import products."""
    if products:
        shop = mall.shop
        importer.products([row(each, shop, mall.category) for each in products])


def again(mall: Mall, importer: Importer, numbers: Sequence[str]) -> None:
    """Fetch products anew; those that are gone are taken off sale."""
    for first in range(0, len(numbers), PAGE):
        wanted = numbers[first : first + PAGE]
        found = mall.listed("products", product_no=",".join(wanted), limit=PAGE)
        take(mall, importer, found)
        gone = set(wanted) - {str(each["product_no"]) for each in found}
        if gone:
            importer.products([{"external_id": each, "hidden": True} for each in sorted(gone)])


def row(product: Record, shop: Shop, category: Callable[[object], str | None]) -> JSON:
    """A product as the importer takes one.

    A price above the selling price (소비자가) is the one before the discount. Stock is told a variant:
    of the product only whether it is sold out.
    """
    number = str(product["product_no"])
    price = minor(product.get("price"), shop.currency)
    before = minor(product.get("retail_price"), shop.currency)
    is_reduced = before is not None and price is not None and before > price > 0
    return {
        "external_id": number,
        "name": plain(product.get("product_name"), 300) or number,
        "url": f"{shop.url}/product/detail.html?product_no={number}",
        "image_url": _picture(product),
        "price": before if is_reduced else price,
        "sale_price": price if is_reduced else None,
        "currency": shop.currency,
        "stock": 0 if flag(product.get("sold_out")) else None,
        "hidden": not (flag(product.get("display")) and flag(product.get("selling"))),
        "category": _category(product, category),
    }


def _picture(product: Record) -> str | None:
    names = ("detail_image", "list_image", "small_image", "tiny_image")
    found = next((str(product[name]) for name in names if product.get(name)), None)
    return f"https:{found}" if found and found.startswith("//") else found


def _category(product: Record, path: Callable[[object], str | None]) -> str | None:
    """The deepest of the categories it is in, the first of several."""
    told: list[Any] = product.get("category") or []
    numbers = [each.get("category_no") if isinstance(each, dict) else each for each in told]
    paths = [found for number in numbers if (found := path(number))]
    return max(paths, key=lambda each: each.count("/"), default=None)
