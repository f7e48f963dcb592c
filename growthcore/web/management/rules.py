"""``/api/v1/rules``."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Text
from growthcore.recommendations.models import Rule
from growthcore.recommendations.rules import store
from growthcore.recommendations.rules.definition import PAGES
from growthcore.sources.rows import Strict, Whole, mapping, text
from growthcore.web import current
from growthcore.web.errors import Refusal
from growthcore.web.management import schemas
from growthcore.web.management.requests import Blueprint

blueprint = Blueprint("rules", __name__, url_prefix="/api/v1/rules")

_LONGEST_DESCRIPTION = validate.Length(max=store.LONGEST_DESCRIPTION)


def _page(**given: Any) -> fields.String:
    return fields.String(validate=validate.OneOf([each.value for each in PAGES]), **given)


class RulesQuery(schemas.PageQuery):
    """Which rules: those for one page of the shop (``for``), or all."""

    shown_on = _page(load_default="", data_key="for")


class RuleInput(Strict):
    """A rule to make; ``definition`` says IF what THEN what."""

    name = text(store.LONGEST_NAME, required=True)
    description = fields.String(load_default="", validate=_LONGEST_DESCRIPTION)
    page = _page(required=True)
    definition = mapping(required=True)


class RuleChange(Strict):
    """What to change; ``version`` is the one it was read with."""

    version = Whole(required=True)
    name = text(store.LONGEST_NAME)
    description = fields.String(validate=_LONGEST_DESCRIPTION)
    page = _page()
    definition = mapping()


class RuleSwitch(Strict):
    """Whether models that list it obey it."""

    on = fields.Boolean(required=True, truthy={True}, falsy={False})


class RuleOrder(Strict):
    """Every rule, in the order ``before`` and as it is to be."""

    before = fields.List(Whole(), required=True)
    order = fields.List(Whole(), required=True)


class DeleteQuery(Strict):
    """``detach`` to remove it also where models obey it."""

    detach = fields.Boolean(load_default=False)


class RuleView(Schema):
    """A rule; it changes nothing unless it is ``enabled`` and a model obeys it."""

    id = fields.Integer()
    name = fields.String()
    description = fields.String()
    page = fields.String()
    definition = fields.Dict()
    enabled = fields.Boolean()
    position = fields.Integer()
    version = fields.Integer()
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


@blueprint.get("")
@blueprint.arguments(RulesQuery, location="query")
@blueprint.response(200, schemas.page_of(RuleView))
def list_rules(query: dict[str, Any]) -> dict[str, Any]:
    """List rules in the order they are taken."""
    page, size = query["page"], query["size"]
    with current.core().db.read() as session:
        found = store.find(
            session, query["q"], page=query["shown_on"], offset=(page - 1) * size, limit=size
        )
    return {"data": found.items, "page": page, "size": size, "total": found.total}


@blueprint.post("")
@blueprint.arguments(RuleInput)
@blueprint.response(201, RuleView)
def create_rule(body: dict[str, Any]) -> Rule:
    """Make a rule; it is off until it is switched on."""
    shop = current.core()
    with shop.db.unit() as session:
        return store.create(shop, session, **body, actor=g.actor)


@blueprint.put("/order")
@blueprint.arguments(RuleOrder)
@blueprint.response(204)
def order_rules(body: dict[str, Any]) -> None:
    """Put all rules in order, if nobody else did so since ``before`` was read."""
    shop = current.core()
    with shop.db.unit() as session:
        store.reorder(shop, session, body["order"], before=body["before"], actor=g.actor)


@blueprint.get("/<int:rule_id>")
@blueprint.response(200, RuleView)
def get_rule(rule_id: int) -> Rule:
    """One rule."""
    with current.core().db.read() as session:
        return _existing(session, rule_id)


@blueprint.put("/<int:rule_id>")
@blueprint.arguments(RuleChange)
@blueprint.response(200, RuleView)
def change_rule(body: dict[str, Any], rule_id: int) -> Rule:
    """Change a rule, if ``version`` is still the one in force."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, rule_id)
        return store.change(shop, session, rule_id, **body, actor=g.actor)


@blueprint.post("/<int:rule_id>/switch")
@blueprint.arguments(RuleSwitch)
@blueprint.response(200, RuleView)
def switch_rule(body: dict[str, Any], rule_id: int) -> Rule:
    """Switch a rule on or off."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, rule_id)
        return store.switch(shop, session, rule_id, on=body["on"], actor=g.actor)


@blueprint.delete("/<int:rule_id>")
@blueprint.arguments(DeleteQuery, location="query")
@blueprint.response(204)
def delete_rule(query: dict[str, Any], rule_id: int) -> None:
    """Remove a rule that no model obeys, or with ``detach`` any."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, rule_id)
        store.delete(shop, session, rule_id, detach=query["detach"], actor=g.actor)


def _existing(session: Session, rule_id: int) -> Rule:
    try:
        return store.get(session, rule_id)
    except InvalidInput as error:
        told = Text("그런 추천 규칙이 없습니다.", "There is no rule with this id.")
        raise Refusal(404, "rule_not_found", told) from error
