"""``/api/v1/products``."""

from __future__ import annotations

from typing import Any

from growthcore.api import Text
from growthcore.catalog import service
from growthcore.catalog.products import ProductInput
from growthcore.customers.outcomes import Change, Upserted
from growthcore.operators import workspace
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
        items = [ProductInput(**item) for item in fit.values()]
        currency = workspace.get(session).currency
        done = service.upsert_products(session, items, now=shop.clock.now(), currency=currency)
    results = [_result(index, one) for index, one in zip(fit, done, strict=True)]
    return bulk.answer(results, misfits)


def _result(index: int, done: Upserted) -> dict[str, Any]:
    if done.change is Change.REJECTED:
        return bulk.rejected(index, done.errors)
    return {"index": index, "status": done.change}


@blueprint.get("")
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.page_of(schemas.ProductSchema))
def list_products(query: dict[str, Any]) -> dict[str, Any]:
    """List products by name; ``q`` is an id or part of a name."""
    with current.core().db.read() as session:
        found, total = service.search(session, query["q"], page=query["page"], size=query["size"])
    return {"data": found, "page": query["page"], "size": query["size"], "total": total}


@blueprint.get("/<path:external_id>")
@blueprint.response(200, schemas.ProductSchema)
def get_product(external_id: str) -> Any:
    """One product by the shop's own id."""
    with current.core().db.read() as session:
        found = service.find(session, [external_id])
    if external_id not in found:
        text = Text("그런 상품이 없습니다.", "There is no product with this external_id.")
        raise Refusal(404, "product_not_found", text)
    return found[external_id]
