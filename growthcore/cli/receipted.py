"""``growthcore models why|figures``: why an item was shown, and what a model brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from growthcore.analytics import recommended
from growthcore.analytics.recommended import ModelFigures
from growthcore.cli.context import core_of, json_option, print_json
from growthcore.recommendations import records, service
from growthcore.recommendations.records import Explanation


@click.command()
@click.argument("receipt")
@json_option
@click.pass_context
def why(ctx: click.Context, receipt: str, as_json: bool) -> None:
    """Say why an item was shown, by the RECEIPT it was shown with."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = records.why(core, session, receipt)
    if as_json:
        print_json(found.as_dict())
    else:
        click.echo("\n".join(_lines(found)))


@click.command()
@click.argument("slug")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365))
@json_option
@click.pass_context
def figures(ctx: click.Context, slug: str, *, days: int, as_json: bool) -> None:
    """Show what a model brought: seen, clicked, put into carts, bought."""
    core = core_of(ctx)
    since, until = recommended.last_days(days, core.clock.now())
    with core.db.read() as session:
        model_id = service.get(session, slug).id
        found = recommended.model_figures(session, [model_id], since, until)[model_id]
        slugs = service.slugs(session)
    if as_json:
        print_json(_figures(found, slugs))
    else:
        click.echo("\n".join(_figure_lines(found, slugs)))


def _lines(found: Explanation) -> list[str]:
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


def _figures(found: ModelFigures, slugs: Mapping[int, str]) -> dict[str, Any]:
    """Figures as JSON shows them."""
    named = {slugs.get(id_, f"deleted-{id_}"): part for id_, part in found.by_source.items()}
    rates = {"click_rate": found.click_rate, "conversion": found.conversion}
    return asdict(found) | rates | {"by_source": named}


def _figure_lines(found: ModelFigures, slugs: Mapping[int, str]) -> list[str]:
    """Figures, a few a line."""
    told = _figures(found, slugs)
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
