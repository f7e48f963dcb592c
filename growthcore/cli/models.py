"""``growthcore models``: make, train and try recommendation models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Placement
from growthcore.catalog import service as catalog
from growthcore.cli import evaluations, receipted, rules
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.customers import lookup
from growthcore.customers.models import Visitor
from growthcore.recommendations import params, service, serving, training, troubles
from growthcore.recommendations.backups import Kept
from growthcore.recommendations.evaluation import choosing, judging, measuring
from growthcore.recommendations.models import Artifact
from growthcore.recommendations.service import Standing


@click.group()
def models() -> None:
    """Make, train and try recommendation models."""


models.add_command(rules.of_model)
models.add_command(receipted.why)
models.add_command(receipted.figures)


@models.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List models, and what their last training says."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = [_shown(each, core.clock.now()) for each in service.standings(session)]
    if as_json:
        print_json(found)
        return
    for each in found:
        last = each["last_training"]
        state = f"{last['state']}: {last['message']}" if last else "not trained"
        if each["trouble"]:
            state = (
                f"not asked for now, its last answers {each['trouble'].replace('_', ' ')}; {state}"
            )
        click.echo(f"{each['slug']}\t{each['algorithm']}\t{state}")
    if not found:
        click.echo("No models yet. Make one: growthcore models create SLUG --algorithm ID")


@models.command()
@click.argument("slug")
@click.option("--algorithm", required=True, help="An algorithm's id, such as popular_backup.")
@click.option("--name", default="", help="What people call it; the slug when left out.")
@click.option("--params", "given", default="{}", help="The algorithm's params, as JSON.")
@click.option(
    "--backup",
    "backups",
    multiple=True,
    help="A model that fills gaps, SLUG or SLUG:PLACES for so many at most; repeatable.",
)
@click.pass_context
def create(
    ctx: click.Context,
    slug: str,
    *,
    algorithm: str,
    name: str,
    given: str,
    backups: tuple[str, ...],
) -> None:
    """Make a model that pages and messages ask for as SLUG; a worker trains it at once."""
    core = core_of(ctx)
    loaded = _params(given)
    with core.db.unit() as session:
        service.create(
            core,
            session,
            slug,
            algorithm=algorithm,
            name=name,
            given=loaded,
            backups=[_backup(each) for each in backups],
            actor=ACTOR,
        )
    click.echo(f"{slug} is made.")


@models.command()
@click.argument("slug")
@click.option("--force", is_flag=True, help="Use what it learns even if that is worse than before.")
@json_option
@click.pass_context
def train(ctx: click.Context, slug: str, *, force: bool, as_json: bool) -> None:
    """Train a model now, in this process. Exits with 1 when it fails."""
    core = core_of(ctx)
    with core.db.read() as session:
        model_id = service.get(session, slug).id
    artifact = training.train(core, model_id, forced_by=ACTOR if force else None)
    if as_json:
        print_json(_training(artifact))
    else:
        click.echo(f"{artifact.state}: {artifact.message}")
    if artifact.state == "failed":
        ctx.exit(1)


@models.command()
@click.argument("slug")
@click.pass_context
def stop(ctx: click.Context, slug: str) -> None:
    """End a running training of a model; what it learnt is thrown away."""
    core = core_of(ctx)
    with core.db.unit() as session:
        training.stop(core, session, service.get(session, slug), actor=ACTOR)
    click.echo(f"{slug} stops training within seconds.")


@models.command()
@click.argument("slug")
@json_option
@click.pass_context
def evaluate(ctx: click.Context, slug: str, as_json: bool) -> None:
    """Hold a model against what customers did next: it learns once more from the past before."""
    core = core_of(ctx)
    with core.db.read() as session:
        model = service.get(session, slug)
    algorithm = core.plugins.algorithms.get(model.algorithm)
    if algorithm is None:
        raise InvalidInput({"model": f"No active plugin offers the algorithm {model.algorithm}."})
    given = params.load(algorithm, model.params)
    judgement = judging.judge(core, algorithm, given, core.clock.now())
    if as_json:
        print_json(judgement.summary() if judgement else {"cases": 0})
    else:
        click.echo("\n".join(evaluations.lines(slug, judgement)))


@models.command()
@click.option("--placement", type=click.Choice([each.value for each in Placement]), required=True)
@json_option
@click.pass_context
def choose(ctx: click.Context, placement: str, as_json: bool) -> None:
    """Let the algorithms that fit a place compete on what customers did next; the admin shows it."""
    core = core_of(ctx)
    now = core.clock.now()
    choice = choosing.choose(core, Placement(placement), now)
    measuring.keep(core, Placement(placement), choice, now)
    if as_json:
        print_json(choice.summary())
    else:
        click.echo("\n".join(evaluations.chosen_lines(choice)))


@models.command()
@click.argument("slug")
@click.option("--customer", help="The shop's id, an e-mail address or a phone number.")
@click.option("--visitor", help="A visitor's key.")
@click.option("--product", help="The product that is being looked at.")
@click.option("--cart", multiple=True, help="A product in the cart; repeatable.")
@click.option("--limit", default=8, show_default=True)
@json_option
@click.pass_context
def recommend(
    ctx: click.Context,
    slug: str,
    *,
    customer: str | None,
    visitor: str | None,
    product: str | None,
    cart: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Show what a model recommends now, and where each item comes from."""
    core = core_of(ctx)
    with core.db.read() as session:
        products = _products(session, [*cart, *([product] if product else [])])
        asked = serving.Request(
            customer_id=lookup.resolve(session, customer) if customer else None,
            visitor_id=_visitor(session, visitor) if visitor else None,
            product_id=products[product] if product else None,
            cart=[products[each] for each in cart],
        )
    answer = serving.recommend_many(core, slug, [asked], limit=limit)[0]
    if as_json:
        print_json({"items": [_item(each) for each in answer.items], "skipped": answer.skipped})
        return
    for each in answer.items:
        told = (each.product.external_id, each.product.name, each.source, each.reason)
        click.echo("\t".join((*told, f"{each.score:.4f}")))
    for source, why in answer.skipped.items():
        click.echo(f"{source}: {why}", err=True)


@models.command()
@click.argument("slug")
@click.confirmation_option(prompt="Delete this model and everything it learnt?")
@click.pass_context
def delete(ctx: click.Context, slug: str) -> None:
    """Delete a model and its artifacts."""
    core = core_of(ctx)
    with core.db.unit() as session:
        service.delete(core, session, slug, actor=ACTOR)
    click.echo(f"{slug} is deleted.")


def _params(given: str) -> Mapping[str, Any]:
    try:
        loaded = json.loads(given)
    except json.JSONDecodeError as error:
        raise InvalidInput({"params": f"This is not JSON: {error}"}) from error
    if not isinstance(loaded, dict):
        raise InvalidInput({"params": 'Params are a JSON object such as {"days": 28}.'})
    return loaded


def _backup(given: str) -> Kept:
    slug, limited, slots = given.partition(":")
    if limited and not slots.isdecimal():
        raise InvalidInput({"backup": "Name a backup as SLUG, or as SLUG:PLACES."})
    return {"model": slug, "slots": int(slots)} if limited else slug


def _products(session: Session, named: Sequence[str]) -> dict[str, int]:
    found = {key: product.id for key, product in catalog.find(session, named).items()}
    if missing := [each for each in named if each not in found]:
        raise InvalidInput({"product": f"There is no product {missing[0]!r}."})
    return found


def _visitor(session: Session, key: str) -> int:
    found = session.scalar(select(Visitor.id).where(Visitor.key == key))
    if found is None:
        raise InvalidInput({"visitor": f"There is no visitor {key!r}."})
    return found


def _shown(standing: Standing, now: datetime) -> dict[str, Any]:
    model = standing.model
    return {
        "slug": model.slug,
        "name": model.name,
        "algorithm": model.algorithm,
        "params": model.params,
        "backups": model.backups,
        "enabled": model.enabled,
        "trouble": troubles.of(model, now=now),
        "active_version": standing.active and standing.active.version,
        "last_training": standing.last and _training(standing.last),
    }


def _training(artifact: Artifact) -> dict[str, Any]:
    return {
        "version": artifact.version,
        "state": artifact.state,
        "message": artifact.message,
        "interactions": artifact.interactions,
        "size": artifact.size,
        "trained_at": artifact.trained_at.isoformat(),
        "metrics": artifact.metrics,
    }


def _item(item: serving.RecommendedItem) -> dict[str, Any]:
    return {
        "id": item.product.external_id,
        "name": item.product.name,
        "score": item.score,
        "source": item.source,
        "algorithm": item.algorithm,
        "reason": item.reason,
    }
