"""Which rules a model obeys, and what they come to when it answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import GrowthCoreError, InvalidInput
from growthcore.core import Core
from growthcore.operators import audit
from growthcore.recommendations import service
from growthcore.recommendations.models import Model, ModelRule, Rule
from growthcore.recommendations.rules import store
from growthcore.recommendations.rules.evaluation import RuleSet, Standing, rule_set
from growthcore.segments import saved
from growthcore.segments import service as segments

log = get_logger()


def rules_of(session: Session, slug: str) -> list[Rule]:
    """The rules a model lists, on or off, in their order."""
    model = service.get(session, slug)
    listed = select(ModelRule.rule_id).where(ModelRule.model_id == model.id)
    return list(
        session.scalars(select(Rule).where(Rule.id.in_(listed)).order_by(Rule.position, Rule.id))
    )


def attach(
    core: Core, session: Session, slug: str, rule_ids: Collection[int], *, actor: str
) -> Model:
    """Say which rules a model obeys, wherever it answers; no others.

    Raises :class:`InvalidInput` for an unknown rule and for one of another page than the model's.
    """
    model = service.get(session, slug)
    wanted = set(rule_ids)
    pages = {
        rule.id: rule.page for rule in session.scalars(select(Rule).where(Rule.id.in_(wanted)))
    }
    for rule_id in sorted(wanted):
        if rule_id not in pages:
            raise InvalidInput({"rules": f"There is no rule {rule_id}."})
        if pages[rule_id] != model.placement:
            told = f"Rule {rule_id} is for {pages[rule_id]}, {slug} for {model.placement}."
            raise InvalidInput({"rules": f"{told} Choose rules of the same page."})
    _list(core, session, model, wanted, actor)
    return model


def have_obeyed(
    core: Core, session: Session, rule_id: int, slugs: Collection[str], *, actor: str
) -> None:
    """Say which models obey a rule; no others.

    Raises :class:`InvalidInput` for an unknown model and for one of another page than the rule's.
    """
    rule = store.get(session, rule_id)
    wanted = [service.get(session, slug) for slug in sorted(set(slugs))]
    if elsewhere := [each.slug for each in wanted if each.placement != rule.page]:
        told = f"{elsewhere[0]} is shown on another page than the rule is for."
        raise InvalidInput({"models": f"{told} Choose models of the same page."})
    before = store.used_by(session, [rule_id]).get(rule_id, [])
    for model in (each for each in wanted if each not in before):
        _list(core, session, model, {*_listed(session, model), rule_id}, actor)
    for model in (each for each in before if each not in wanted):
        _list(core, session, model, {*_listed(session, model)} - {rule_id}, actor)


def _listed(session: Session, model: Model) -> list[int]:
    return list(session.scalars(select(ModelRule.rule_id).where(ModelRule.model_id == model.id)))


def _list(
    core: Core, session: Session, model: Model, rule_ids: Collection[int], actor: str
) -> None:
    session.execute(delete(ModelRule).where(ModelRule.model_id == model.id))
    session.add_all(ModelRule(model_id=model.id, rule_id=each) for each in sorted(rule_ids))
    model.changed_at = core.clock.now()
    audit.record(
        session,
        at=model.changed_at,
        actor=actor,
        action="model.rules_attached",
        kind="model",
        id=model.id,
        details={"slug": model.slug, "rules": sorted(rule_ids)},
    )


def load(session: Session, slugs: Sequence[str]) -> RuleSet:
    """The rules in force for a chain of models, the asked one first.

    Those of the asked model hold for the whole answer, a backup's for what it proposes itself. A rule
    of another page than the model that lists it is shown on by now changes nothing.
    """
    rows = session.execute(
        select(Rule, Model.slug)
        .join(ModelRule, ModelRule.rule_id == Rule.id)
        .join(Model, Model.id == ModelRule.model_id)
        .where(Rule.enabled.is_(True), Model.slug.in_(slugs), Model.placement == Rule.page)
        .order_by(Rule.position, Rule.id)
    )
    links: dict[int, set[int]] = {}
    found: dict[int, Rule] = {}
    for rule, slug in rows:
        found[rule.id] = rule
        links.setdefault(rule.id, set()).add(list(slugs).index(slug))
    return rule_set(
        [
            Standing(
                id=id_,
                definition=rule.definition,
                links=None if 0 in links[id_] else frozenset(links[id_]),
            )
            for id_, rule in found.items()
        ]
    )


def inside(
    core: Core, session: Session, segment_ids: Collection[int], customer_ids: Collection[int]
) -> dict[int, set[int]]:
    """Of the segments, those that each of the customers is in.

    A segment that is gone, or that a plugin fails for, has nobody in it: recommendations go on.
    """
    found: dict[int, set[int]] = {each: set() for each in customer_ids}
    for segment_id in segment_ids if found else ():
        try:
            definition = saved.get(session, segment_id).definition
            members = segments.contains(core, session, definition, customer_ids)
        except GrowthCoreError as error:
            log.warning("rule.segment_unknown", segment=segment_id, error=str(error))
            continue
        for customer_id in members:
            found[customer_id].add(segment_id)
    return found
