"""Products, their variants, and categories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from growthcore.sandbox.cafe24.api import Api, Body, Call
from growthcore.sandbox.cafe24.seed.goods import settle
from growthcore.sandbox.cafe24.seed.orders import amount
from growthcore.sandbox.cafe24.wire import Parameters, Record, Refused, iso

_READ, _WRITE = "mall.read_product", "mall.write_product"
_EMBEDS = ("variants", "options", "hits", "tags", "inventories")
_NOT_WITH_SINCE = ("product_no", "sort", "order", "offset")
_SPANS = {
    "created_date": ("created_start_date", "created_end_date"),
    "updated_date": ("updated_start_date", "updated_end_date"),
}
_FLAGS = ("display", "selling", "sold_out")


def register(api: Api, stock_changed: Callable[[Record, Record], None]) -> None:
    """The endpoints; ``stock_changed`` is told of the product and the variant."""
    api.add("GET", "/products", _READ, _products)
    api.add("GET", "/products/count", _READ, _count)
    api.add("GET", "/products/<int:product_no>", _READ, _one)
    api.add("GET", "/products/<int:product_no>/variants", _READ, _variants)
    api.add("PUT", "/products/<int:product_no>/variants", _WRITE, _Update(stock_changed))
    api.add("GET", "/categories", "mall.read_category", _categories)


def _products(call: Call) -> Body:
    return call.paged("products", _found(call), _teller(call), limit=(10, 100), offset=5000)


def _count(call: Call) -> Body:
    return {"count": len(_found(call))}


def _found(call: Call) -> list[Record]:
    """The latest first; after ``since_product_no`` by number."""
    fits = _filter(call)
    if "since_product_no" not in call.query.given:
        return [each for each in reversed(call.mall.products.values()) if fits(each)]
    for name in _NOT_WITH_SINCE:
        if name in call.query.given:
            raise call.query.invalid(name)
    after = call.query.number("since_product_no", 0)
    return [each for number, each in call.mall.products.items() if number > after and fits(each)]


def _filter(call: Call) -> Callable[[Record], bool]:
    query = call.query
    numbers, codes = query.several("product_no"), query.several("product_code")
    spans = {name: query.span(*ends) for name, ends in _SPANS.items()}
    flags = {name: query.choice(name, "TF") for name in _FLAGS if query.text(name)}
    least, most = query.number("price_min", 0), query.number("price_max", 2**31 - 1)
    category = query.number("category", 0)

    def fits(product: Record) -> bool:
        return (
            (not numbers or str(product["product_no"]) in numbers)
            and (not codes or product["product_code"] in codes)
            and all(span is None or span[0] <= product[n] <= span[1] for n, span in spans.items())
            and all(product[name] == value for name, value in flags.items())
            and least <= amount(product["price"]) <= most
            and (not category or category in {c["category_no"] for c in product["category"]})
        )

    return fits


def _teller(call: Call) -> Callable[[Mapping[str, Any]], Record]:
    """Tells a product with the parts that are to be embedded."""
    wanted = call.query.several("embed")
    if not {*wanted} <= {*_EMBEDS}:
        raise call.query.invalid("embed")

    def tell(product: Mapping[str, Any]) -> Record:
        told = {name: value for name, value in product.items() if name != "variants"}
        return told | {name: part for name, part in _parts(product).items() if name in wanted}

    return tell


def _parts(product: Mapping[str, Any]) -> Record:
    sizes = [option["value"] for v in product["variants"] for option in v["options"]]
    return {
        "variants": product["variants"],
        "options": {
            "has_option": product["has_option"],
            "options": [{"option_name": "사이즈", "option_value": sizes}] if sizes else [],
        },
        "hits": {"shop_no": 1, "hit_count": product["product_no"] * 7},
        "tags": {"tags": product["product_tag"]},
    }


def _product(call: Call, product_no: int) -> Record:
    product = call.mall.products.get(product_no)
    if product is None:
        raise Refused(404, call.settings.messages[404])
    return product


def _one(call: Call, product_no: int) -> Body:
    return {"product": call.fields(_teller(call)(_product(call, product_no)))}


def _variants(call: Call, product_no: int) -> Body:
    return {"variants": [call.fields(each) for each in _product(call, product_no)["variants"]]}


class _Update:
    """Changes variants in bulk: 207 when some can't be, with the error of each of those."""

    def __init__(self, stock_changed: Callable[[Record, Record], None]) -> None:
        self._stock_changed = stock_changed

    def __call__(self, call: Call, product_no: int) -> Body:
        product = _product(call, product_no)
        results: list[Record] = []
        status = 200
        for given in call.bulk:
            try:
                results.append(self._change(call, product, given))
            except Refused as refused:
                results.append({"variant_code": given.get("variant_code"), **refused.body})
                status = 207
        return {"variants": results}, status

    def _change(self, call: Call, product: Record, given: Mapping[str, Any]) -> Record:
        request = Parameters(given, call.settings)
        code = request.required("variant_code")
        variant = next((v for v in product["variants"] if v["variant_code"] == code), None)
        if variant is None:
            raise Refused(404, call.settings.messages[404])
        changes: Record = {
            name: request.choice(name, "TF", variant[name])
            for name in ("display", "selling", "use_inventory", "display_soldout")
        }
        changes["quantity"] = request.number("quantity", int(variant["quantity"]))
        moved = changes["quantity"] != variant["quantity"]
        variant.update(changes)
        settle(product)["updated_date"] = iso(call.now)
        if moved:
            call.after.append(lambda: self._stock_changed(product, variant))
        return dict(variant)


def _categories(call: Call) -> Body:
    return call.paged("categories", call.mall.categories, limit=(10, 100), offset=8000)
