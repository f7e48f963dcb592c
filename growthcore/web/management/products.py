"""``/api/v1/products``."""

from __future__ import annotations

from typing import Any

from growthcore.api import Text
from growthcore.catalog import service
from growthcore.sources import writing
from growthcore.sources.rows import ProductSchema
from growthcore.web import current
from growthcore.web.errors import Refusal
from growthcore.web.management import bulk, schemas
from growthcore.web.management.requests import Blueprint

blueprint = Blueprint("products", __name__, url_prefix="/api/v1/products")


@blueprint.post("")
@blueprint.arguments(schemas.ProductsBody)
@blueprint.response(200, bulk.BulkAnswer)
def upsert_products(body: dict[str, Any]) -> dict[str, Any]:
    """Make or change up to 1,000 products."""
    fit, misfits = bulk.split(body["products"])
    shop = current.core()
    with shop.db.unit() as session:
        done = writing.products(session, [*fit.values()], now=shop.clock.now())
    return bulk.answer([bulk.result(*each) for each in zip(fit, done, strict=True)], misfits)


@blueprint.get("")
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.page_of(ProductSchema))
def list_products(query: dict[str, Any]) -> dict[str, Any]:
    """List products by name; ``q`` is an id or part of a name."""
    with current.core().db.read() as session:
        found, total = service.search(session, query["q"], page=query["page"], size=query["size"])
    return {"data": found, "page": query["page"], "size": query["size"], "total": total}


@blueprint.get("/<path:external_id>")
@blueprint.response(200, ProductSchema)
def get_product(external_id: str) -> Any:
    """One product by the shop's own id."""
    with current.core().db.read() as session:
        found = service.find(session, [external_id])
    if external_id not in found:
        text = Text("그런 상품이 없습니다.", "There is no product with this external_id.")
        raise Refusal(404, "product_not_found", text)
    return found[external_id]
