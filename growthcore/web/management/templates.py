"""``/api/v1/templates``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Text
from growthcore.campaigns import checks, templates
from growthcore.campaigns.models import MessageTemplate
from growthcore.sources.rows import Strict, Whole, mapping, text
from growthcore.web import current
from growthcore.web.errors import Refusal, preferred_locale
from growthcore.web.management import schemas
from growthcore.web.management.requests import Blueprint

blueprint = Blueprint("templates", __name__, url_prefix="/api/v1/templates")


class TemplatesQuery(schemas.PageQuery):
    """Which templates: those of one ``channel``, or of all."""

    channel = fields.String(load_default=None, validate=validate.Length(max=50))


class TemplateInput(Strict):
    """A template to keep; ``content`` is what the channel's schema says."""

    channel = text(50, required=True)
    name = text(templates.LONGEST_NAME, required=True)
    content = mapping(required=True)


class TemplateChange(Strict):
    """What a template is to be; ``version`` is the one it was read with."""

    version = Whole(required=True)
    name = text(templates.LONGEST_NAME, required=True)
    content = mapping(required=True)


class TemplateView(Schema):
    """A template; ``uses`` counts the drafts that were saved from it."""

    id = fields.Integer()
    channel = fields.String()
    name = fields.String()
    content = fields.Dict()
    version = fields.Integer()
    is_default = fields.Boolean()
    uses = fields.Integer()
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


class TemplateKept(TemplateView):
    """A template as it was saved; ``taken_out`` tells, in sentences, what was left out of its content."""

    taken_out = fields.List(fields.String())


@blueprint.get("")
@blueprint.arguments(TemplatesQuery, location="query")
@blueprint.response(200, schemas.page_of(TemplateView))
def list_templates(query: dict[str, Any]) -> dict[str, Any]:
    """List templates, each channel's default first; ``q`` is a part of the name."""
    page, size = query["page"], query["size"]
    with current.core().db.read() as session:
        found = templates.find(
            session, query["channel"], query["q"], offset=(page - 1) * size, limit=size
        )
    return {"data": found.items, "page": page, "size": size, "total": found.total}


@blueprint.post("")
@blueprint.arguments(TemplateInput)
@blueprint.response(201, TemplateKept)
def create_template(body: dict[str, Any]) -> dict[str, Any]:
    """Keep content under a name that no other template of the channel has."""
    shop = current.core()
    with shop.db.unit() as session:
        made = templates.create(shop, session, **body, actor=g.actor)
        return _kept(session, made, body["content"])


@blueprint.get("/<int:template_id>")
@blueprint.response(200, TemplateView)
def get_template(template_id: int) -> MessageTemplate:
    """One template."""
    with current.core().db.read() as session:
        return _existing(session, template_id)


@blueprint.put("/<int:template_id>")
@blueprint.arguments(TemplateChange)
@blueprint.response(200, TemplateKept)
def change_template(body: dict[str, Any], template_id: int) -> dict[str, Any]:
    """Replace name and content, if ``version`` is still the one in force."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, template_id)
        changed = templates.change(shop, session, template_id, **body, actor=g.actor)
        return _kept(session, changed, body["content"])


@blueprint.delete("/<int:template_id>")
@blueprint.response(204)
def delete_template(template_id: int) -> None:
    """Remove a template; campaigns made from it stay as they are."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, template_id)
        templates.delete(shop, session, template_id, actor=g.actor)


def _kept(session: Session, template: MessageTemplate, given: Mapping[str, Any]) -> dict[str, Any]:
    """A template, with what its channel did not keep of the content that was given."""
    shop = current.core()
    _, channel = templates.channel_of(shop, session, template.channel)
    told = [each.to(preferred_locale()) for each in checks.taken_out(shop, channel, given)]
    return {name: getattr(template, name) for name in TemplateView().fields} | {"taken_out": told}


def _existing(session: Session, template_id: int) -> MessageTemplate:
    try:
        return templates.get(session, template_id)
    except InvalidInput as error:
        told = Text("그런 템플릿이 없습니다.", "There is no template with this id.")
        raise Refusal(404, "template_not_found", told) from error
