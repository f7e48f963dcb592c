"""Rules that are kept: made, changed, switched, put in order and removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.core import Core
from growthcore.db.paging import Page, paged
from growthcore.operators import audit
from growthcore.recommendations.models import Model, ModelRule, Rule
from growthcore.recommendations.rules import definition as definitions
from growthcore.recommendations.rules.definition import PAGES, Definition
from growthcore.segments import saved

MOST = 200
LONGEST_NAME = 50
LONGEST_DESCRIPTION = 200


class Outdated(InvalidInput):
    """Somebody else has changed it since it was read."""


def get(session: Session, rule_id: int) -> Rule:
    """One rule. Raises :class:`InvalidInput` when there is none."""
    rule = session.get(Rule, rule_id)
    if rule is None:
        raise InvalidInput({"rule": f"There is no rule {rule_id}."})
    return rule


def find(
    session: Session, text: str = "", *, page: str = "", offset: int = 0, limit: int = 50
) -> Page[Rule]:
    """Rules in their order: of one ``page``, with ``text`` in their name or description."""
    statement = select(Rule).order_by(Rule.position, Rule.id)
    if page:
        statement = statement.where(Rule.page == page)
    if text:
        columns = (Rule.name, Rule.description)
        statement = statement.where(or_(*(c.icontains(text, autoescape=True) for c in columns)))
    return paged(session, statement, offset=offset, limit=limit)


def check(
    session: Session,
    *,
    name: str,
    description: str,
    page: str,
    definition: object,
    rule_id: int | None = None,
) -> Definition:
    """The definition as it would be kept. Raises :class:`InvalidInput` by field and path.

    ``rule_id`` is whose name it may have already.
    """
    errors: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        errors["name"] = f"Give the rule a name of 1 to {LONGEST_NAME} characters."
    elif session.scalar(select(Rule.id).where(Rule.name == name.strip(), Rule.id != rule_id)):
        errors["name"] = f"Another rule is called {name.strip()!r}; choose another name."
    if len(description.strip()) > LONGEST_DESCRIPTION:
        errors["description"] = f"Write at most {LONGEST_DESCRIPTION} characters."
    if page not in PAGES:
        errors["page"] = f"Choose the page the rule is for, one of: {', '.join(PAGES)}."
    checked: Definition = {}
    try:
        checked = definitions.check(definition, page)
        _check_segments(session, checked)
    except InvalidInput as error:
        places = {path: f"definition.{path}" if path else "definition" for path in error.errors}
        errors |= {places[path]: told for path, told in error.errors.items()}
    if errors:
        raise InvalidInput(errors)
    return checked


def _check_segments(session: Session, definition: Definition) -> None:
    join, found = definitions.rows(definition)
    errors = {}
    for n, row in enumerate(found):
        if row["type"] == "segment":
            try:
                saved.get(session, row["segment_id"])
            except InvalidInput as error:
                errors[f"if.{join}[{n}].segment_id"] = " ".join(error.errors.values())
    if errors:
        raise InvalidInput(errors)


def create(
    core: Core,
    session: Session,
    *,
    name: str,
    page: str,
    definition: object,
    description: str = "",
    actor: str,
) -> Rule:
    """Make a rule, the last in order; it is off. Raises :class:`InvalidInput` by path."""
    checked = check(session, name=name, description=description, page=page, definition=definition)
    count, last = session.execute(select(func.count(), func.max(Rule.position))).one()
    if count >= MOST:
        raise InvalidInput({"name": f"There are {MOST} rules already; delete one first."})
    now = core.clock.now()
    rule = Rule(
        name=name.strip(),
        description=description.strip(),
        page=page,
        definition=dict(checked),
        position=(last or 0) + 1,
        created_at=now,
        changed_at=now,
    )
    session.add(rule)
    session.flush()  # the audit entry names its id
    _audit(core, session, actor, "rule.created", rule)
    return rule


def change(
    core: Core,
    session: Session,
    rule_id: int,
    *,
    version: int,
    name: str | None = None,
    page: str | None = None,
    definition: object = None,
    description: str | None = None,
    actor: str,
) -> Rule:
    """Change what is given.

    Raises :class:`InvalidInput` by path, also for another page while models obey the rule, and
    :class:`Outdated` when ``version`` is no longer in force.
    """
    rule = get(session, rule_id)
    values: dict[str, Any] = {
        "name": (rule.name if name is None else name).strip(),
        "description": (rule.description if description is None else description).strip(),
        "page": rule.page if page is None else page,
    }
    wanted = rule.definition if definition is None else definition
    values["definition"] = check(session, definition=wanted, rule_id=rule_id, **values)
    if values["page"] != rule.page and (models := used_by(session, [rule_id]).get(rule_id)):
        told = ", ".join(each.slug for each in models)
        raise InvalidInput(
            {"page": f"Models obey it for this page: {told}; detach it there first."}
        )
    _write(core, session, rule, version, values)
    _audit(core, session, actor, "rule.changed", rule)
    return rule


def _write(
    core: Core, session: Session, rule: Rule, version: int, values: Mapping[str, Any]
) -> None:
    """Compare and set, so that of two people who change at once one is told."""
    changed = session.execute(
        update(Rule)
        .where(Rule.id == rule.id, Rule.version == version)
        .values(**values, version=version + 1, changed_at=core.clock.now())
        .returning(Rule.id)
    ).all()
    if not changed:
        told = "Somebody else changed this rule meanwhile; reload it and try again."
        raise Outdated({"version": told})
    session.refresh(rule)


def switch(core: Core, session: Session, rule_id: int, *, on: bool, actor: str) -> Rule:
    """Have the models that list it obey it, or no longer."""
    rule = get(session, rule_id)
    if rule.enabled != on:
        rule.enabled, rule.changed_at = on, core.clock.now()
        _audit(core, session, actor, "rule.switched_on" if on else "rule.switched_off", rule)
    return rule


def order(session: Session) -> list[int]:
    """Every rule's id in the order they are taken."""
    return list(session.scalars(select(Rule.id).order_by(Rule.position, Rule.id)))


def reorder(
    core: Core, session: Session, rule_ids: Sequence[int], *, before: Sequence[int], actor: str
) -> None:
    """Put all rules in order; ``before`` is the order that was read.

    Raises :class:`Outdated` when that is no longer in force, and :class:`InvalidInput` unless every
    rule is named once.
    """
    ids = session.scalars(select(Rule.id).order_by(Rule.id).with_for_update()).all()
    if order(session) != list(before):
        told = "Somebody else changed the order meanwhile. Load the page again and redo yours."
        raise Outdated({"order": told})
    if sorted(rule_ids) != list(ids):
        raise InvalidInput({"order": "Name every rule once, in the order they are taken."})
    if list(rule_ids) == list(before):
        return
    for position, rule_id in enumerate(rule_ids, 1):
        session.execute(update(Rule).where(Rule.id == rule_id).values(position=position))
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action="rule.ordered",
        kind="rule",
        id="order",
        details={"before": list(before), "after": list(rule_ids)},
    )


def delete(core: Core, session: Session, rule_id: int, *, detach: bool = False, actor: str) -> None:
    """Remove a rule. Raises :class:`InvalidInput` naming the models that obey it, unless ``detach``."""
    rule = get(session, rule_id)
    models = used_by(session, [rule_id]).get(rule_id, [])
    if models and not detach:
        told = ", ".join(each.slug for each in models)
        raise InvalidInput({"rule": f"Models obey this rule: {told}; detach it there first."})
    session.delete(rule)
    _audit(core, session, actor, "rule.deleted", rule)


def used_by(session: Session, rule_ids: Collection[int]) -> dict[int, list[Model]]:
    """The models that list each of the rules, by name."""
    rows = session.execute(
        select(ModelRule.rule_id, Model)
        .join(Model, Model.id == ModelRule.model_id)
        .where(ModelRule.rule_id.in_(list(rule_ids)))
        .order_by(Model.name, Model.id)
    )
    found: dict[int, list[Model]] = {}
    for rule_id, model in rows:
        found.setdefault(rule_id, []).append(model)
    return found


def naming(session: Session, segment_id: int) -> list[Rule]:
    """The rules that ask whether a customer is in a segment."""
    return [
        each
        for each in session.scalars(select(Rule).order_by(Rule.position))
        if segment_id in definitions.segments(each.definition)
    ]


def _audit(core: Core, session: Session, actor: str, action: str, rule: Rule) -> None:
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="rule",
        id=rule.id,
        details={"page": rule.page, "version": rule.version},
    )
