"""``/api/v1/customers``."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from growthcore.api import Text
from growthcore.customers import erasure, lookup, service
from growthcore.sources import writing
from growthcore.web import current
from growthcore.web.errors import Refusal
from growthcore.web.management import bulk, schemas
from growthcore.web.management.requests import Blueprint

blueprint = Blueprint("customers", __name__, url_prefix="/api/v1/customers")


@blueprint.post("")
@blueprint.arguments(schemas.CustomersBody)
@blueprint.response(200, bulk.BulkAnswer)
def upsert_customers(body: dict[str, Any]) -> dict[str, Any]:
    """Make or change up to 1,000 customers."""
    fit, misfits = bulk.split(body["customers"])
    shop = current.core()
    with shop.db.unit() as session:
        done = writing.customers(session, [*fit.values()], now=shop.clock.now())
    return bulk.answer([bulk.result(*each) for each in zip(fit, done, strict=True)], misfits)


@blueprint.get("")
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.page_of(schemas.CustomerView))
def list_customers(query: dict[str, Any]) -> dict[str, Any]:
    """List customers, newest first; ``q`` is an id, an e-mail, a phone number or part of a name."""
    with current.core().db.read() as session:
        found, total = service.search(session, query["q"], page=query["page"], size=query["size"])
    return {"data": found, "page": query["page"], "size": query["size"], "total": total}


@blueprint.get("/<path:external_id>")
@blueprint.response(200, schemas.CustomerView)
def get_customer(external_id: str) -> Any:
    """One customer by the shop's own id."""
    with current.core().db.read() as session:
        return service.get(session, _find(session, external_id))


@blueprint.get("/<path:external_id>/export")
@blueprint.response(200)
def export_customer(external_id: str) -> dict[str, Any]:
    """Everything held about a customer."""
    shop = current.core()
    with shop.db.read() as session:
        customer_id = _find(session, external_id)
        return erasure.export(session, customer_id, listeners=shop.listeners)


@blueprint.delete("/<path:external_id>")
@blueprint.response(204)
def erase_customer(external_id: str) -> None:
    """Remove whatever tells who a customer is."""
    shop = current.core()
    with shop.db.unit() as session:
        erasure.erase(
            shop,
            session,
            _find(session, external_id),
            actor=g.actor,
            now=shop.clock.now(),
            listeners=shop.listeners,
        )


def _find(session: Session, external_id: str) -> int:
    customer_id = lookup.find_id(session, external_id)
    if customer_id is None:
        text = Text("그런 고객이 없습니다.", "There is no customer with this external_id.")
        raise Refusal(404, "customer_not_found", text)
    return customer_id
