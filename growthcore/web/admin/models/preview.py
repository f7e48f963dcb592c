"""What a widget would show now: the model's real products, as anybody might see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Placement, Product
from growthcore.catalog import service as catalog
from growthcore.customers import lookup
from growthcore.plugins import forms as schemas
from growthcore.recommendations import widgets
from growthcore.recommendations.models import Model
from growthcore.recommendations.rules import previewing
from growthcore.recommendations.rules.previewing import Touched
from growthcore.recommendations.serving import RecommendedItem
from growthcore.web.admin import forms, languages, pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.models.area import algorithm, blueprint, model_or_404, why_skipped
from growthcore.web.current import core

_WITHHELD = 12
"""So many of what rules left out are named."""


@blueprint.post("/<slug>/preview")
@allow(Role.VIEWER)
def preview(slug: str) -> tuple[Response, int]:
    """The widget as it was filled in, with products: JSON for the element that draws it.

    A form without the widget's fields shows it as it is kept.
    """
    with core().db.read() as session:
        model = model_or_404(session, slug)
    try:
        widget = _widget(model)
        asked = _asked(model)
        limit = max(widget["pc_count"], widget["mobile_count"])
        answer = previewing.preview(core(), slug, limit=limit, **asked.known)
    except InvalidInput as error:
        return jsonify(errors=list(pages.errors(error).values())), 422
    skipped = [{"model": each, "why": why_skipped(why)} for each, why in answer.skipped.items()]
    items = [_shown(each) for each in answer.items]
    withheld = [
        {"name": each.item.product.name, "why": _rules(each)}
        for each in answer.withheld[:_WITHHELD]
    ]
    return jsonify(
        widget=widget, items=items, skipped=skipped, withheld=withheld, about=asked.about
    ), 200


def _widget(model: Model) -> dict[str, Any]:
    if "pc_count" not in request.form:
        return widgets.look(model)
    return widgets.load(forms.read(schemas.form(widgets.Widget), request.form))


@dataclass(frozen=True)
class _Asked:
    """What the model is asked, and the products that were taken as an example, by name."""

    known: Mapping[str, Any]
    about: str


def _asked(model: Model) -> _Asked:
    """Who looks, at what, with what in the cart: by the shop's own ids.

    A product page, or a cart, that nothing was said of is one of the shop's newest products.
    Raises :class:`InvalidInput` for a customer or product the shop does not have.
    """
    customer = request.form.get("as_customer", "").strip()
    product = request.form.get("as_product", "").strip()
    cart = [each.strip() for each in request.form.get("as_cart", "").split(",") if each.strip()]
    with core().db.read() as session:
        found = catalog.find(session, {*cart, *filter(None, [product])})
        for name, codes in (("as_product", [product] if product else []), ("as_cart", cart)):
            if missing := [each for each in codes if each not in found]:
                raise InvalidInput({name: f"There is no product {missing[0]!r}."})
        who = lookup.resolve(session, customer) if customer else None
        example = _example(session) if not found else None
    here = found.get(product) or (example if model.placement == Placement.PRODUCT else None)
    inside = [found[each] for each in cart]
    if example and model.placement == Placement.CART:
        inside = [example]
    known = {
        "customer_id": who,
        "product_id": here.id if here else None,
        "cart": [each.id for each in inside],
    }
    return _Asked(known, example.name if example and example in (here, *inside) else "")


def _example(session: Session) -> Product | None:
    """A product that can be sold now, if there is one."""
    products, _total = catalog.search(session)
    return next((each for each in products if each.available), None)


def _shown(touched: Touched) -> dict[str, Any]:
    product = touched.item.product
    return {
        "id": product.external_id,
        "name": product.name,
        "url": product.url or "",
        "image_url": product.image_url,
        "price": product.price,
        "sale_price": product.sale_price,
        "currency": product.currency,
        "brand": product.brand,
        "why": " · ".join(filter(None, [why(touched.item), _rules(touched)])),
    }


def _rules(touched: Touched) -> str:
    """The rules that touched an item, by name."""
    names = ", ".join(rule.name for rule in touched.rules)
    return _("규칙: %(names)s", names=names) if names else ""


def why(item: RecommendedItem) -> str:
    """Which model proposed it, and what for."""
    found = core().plugins.algorithms.get(item.algorithm)
    words = found.reasons.get(item.reason) if found else None
    reason = words.to(languages.current()) if words else item.reason
    title = algorithm(item.algorithm).to(languages.current())
    return f"{item.source} ({title}): {reason}"
