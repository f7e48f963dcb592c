"""Where the demo lives: another port at its next start, and everything that names it follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.catalog import service as catalog
from growthcore.catalog.models import Product
from growthcore.core import Core
from growthcore.demo import stories
from growthcore.demo.catalogue import PATH, by_id, garments
from growthcore.demo.scale import ACTOR, CURRENCY, SHOP_NAME
from growthcore.operators import origins, workspace

SENDER = "hello@haru.example"


def account(smtp_port: int) -> Mapping[str, Any]:
    """The settings of an account that sends to the sandbox."""
    return {
        "host": "127.0.0.1",
        "port": smtp_port,
        "security": "none",
        "sender_address": SENDER,
        "sender_name": SHOP_NAME,
    }


def settle(core: Core, session: Session, *, base_url: str, smtp_port: int) -> None:
    """Have shop, products, stories, origin and mail account be where the demo runs now."""
    now = core.clock.now()
    url = f"{base_url}{PATH}"
    if workspace.get(session).url != url:
        workspace.update(session, {"url": url}, now=now, actor=ACTOR)
    if not origins.is_allowed(session, base_url):
        origins.add(session, base_url, now=now, actor=ACTOR, development=True)
    _products(core, session, base_url)
    stories.move(core, session, base_url=base_url)
    for found in core.accounts.list(session):
        if found.config.get("host") == "127.0.0.1" and found.config["port"] != smtp_port:
            values = {**found.config, "port": smtp_port}
            core.accounts.update(session, found.id, values=values, actor=ACTOR)


def put_on_sale(core: Core, session: Session, *, base_url: str, count: int) -> None:
    """Put the first products into the catalogue."""
    told = [garment.told(base_url) for garment in garments()[:count]]
    catalog.upsert_products(session, told, now=core.clock.now(), currency=CURRENCY)


def _products(core: Core, session: Session, base_url: str) -> None:
    """What was changed of a product since it was put in stays, but for its addresses."""
    known = session.scalars(select(Product.external_id).where(Product.external_id.in_(by_id())))
    moved = []
    for id_ in known:
        told = by_id()[id_].told(base_url)
        moved.append(catalog.ProductInput(external_id=id_, url=told.url, image_url=told.image_url))
    catalog.upsert_products(session, moved, now=core.clock.now(), currency=CURRENCY)
