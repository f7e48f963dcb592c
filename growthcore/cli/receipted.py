"""How receipts and figures of models are told on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from growthcore.analytics.recommended import ModelFigures
from growthcore.recommendations.records import Explanation


def lines(found: Explanation) -> list[str]:
    """An explanation, a fact a line."""
    price = found.price if found.sale_price is None else found.sale_price
    stock = "not counted" if found.stock is None else found.stock
    place = f"slot {found.slot} of {found.model} ({found.page})"
    source = f"{found.source}, version {found.version} ({found.algorithm})"
    told = [
        f"{found.product}: {place}, {found.served_at:%Y-%m-%dT%H:%M:%S}Z",
        f"proposed by {source}: {found.reason or 'no reason given'}, score {found.score:.4f}",
        f"price then {price} {found.currency}, stock {stock}",
        f"the answer: {', '.join(found.answer)}",
    ]
    if found.looked_at:
        told.append(f"looked at: {found.looked_at}")
    if found.cart:
        told.append(f"in the cart: {', '.join(found.cart)}")
    if found.rules:
        told.append(f"rules: {', '.join(found.rules)}")
    told += [f"skipped {model}: {why}" for model, why in found.skipped.items()]
    told += [f"passed over {p['product']} of {p['source']}: {p['why']}" for p in found.passed]
    return told


def figures(found: ModelFigures, slugs: Mapping[int, str]) -> dict[str, Any]:
    """Figures as JSON shows them."""
    named = {slugs.get(id_, f"deleted-{id_}"): part for id_, part in found.by_source.items()}
    rates = {"click_rate": found.click_rate, "conversion": found.conversion}
    return asdict(found) | rates | {"by_source": named}


def figure_lines(found: ModelFigures, slugs: Mapping[int, str]) -> list[str]:
    """Figures, a few a line."""
    told = figures(found, slugs)
    rates = {"click rate": found.click_rate, "conversion": found.conversion}
    counts = ("views", "clicks", "clickers", "carts", "purchases", "buyers", "revenue")
    return [
        "  ".join(f"{name} {told[name]}" for name in counts),
        f"other products after a click: {found.assisted}, {found.assisted_revenue} in revenue",
        "  ".join(f"{name} {'-' if r is None else f'{r:.2%}'}" for name, r in rates.items()),
        *(
            f"from {slug}: views {part['views']}  clicks {part['clicks']}  revenue {part['revenue']}"
            for slug, part in told["by_source"].items()
        ),
    ]
