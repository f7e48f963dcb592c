"""What a campaign says: validated when it is saved, frozen when it is launched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from growthcore.api import DurationField, EventName, InvalidInput, MessageClass
from growthcore.api.schema import flatten

WEEK = timedelta(days=7)


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class TriggerSchema(_Strict):
    """What makes a customer enter: a trigger by id with its params."""

    id = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), load_default=dict)


class DeliverySchema(_Strict):
    """``once`` to an audience, or ``triggered`` by what customers do.

    ``exceptions`` are events that cancel a message while it waits. ``useful_for`` is how long after
    it was due a message is still worth sending.
    """

    kind = fields.String(required=True, validate=validate.OneOf(["once", "triggered"]))
    trigger = fields.Nested(TriggerSchema)
    delay = DurationField(load_default=timedelta())
    exceptions = fields.List(EventName(), load_default=list, validate=validate.Length(max=20))
    useful_for = DurationField(load_default=timedelta(days=3))

    @validates_schema
    def _fits(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        if (data["kind"] == "triggered") != ("trigger" in data):
            raise ValidationError(
                "A triggered campaign names its trigger; a one-time one has none.", "trigger"
            )
        if data["kind"] == "once" and (data["delay"] or data["exceptions"]):
            raise ValidationError("Delay and exceptions belong to triggered campaigns.", "delay")
        if not data["useful_for"]:
            raise ValidationError("A message must be worth sending for some time.", "useful_for")


class DefinitionSchema(_Strict):
    """One campaign.

    ``audience`` is a segment definition; without one, a triggered campaign takes whoever enters.
    ``content`` is read by the channel's own schema.
    """

    message_class = fields.Enum(MessageClass, by_value=True, required=True)
    account_id = fields.Integer(required=True, strict=True)
    content = fields.Dict(keys=fields.String(), required=True)
    audience = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)
    delivery = fields.Nested(DeliverySchema, required=True)
    utm = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    attribution = DurationField(load_default=timedelta(days=5))

    @validates_schema
    def _has_audience(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        once = data.get("delivery", {}).get("kind") == "once"
        if once and data.get("audience") is None:
            raise ValidationError("A one-time campaign needs an audience.", "audience")


_PARTS = tuple(DefinitionSchema().fields)


def load(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with typed values. Raises :class:`InvalidInput` by path."""
    return _load(definition, DefinitionSchema())


def load_part(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What there is of a definition, typed; a part that is missing stays so.

    Raises :class:`InvalidInput` by path for a part that does not fit.
    """
    return _load(definition, DefinitionSchema(partial=_PARTS))


def _load(definition: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(definition)
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages)) from error
    return loaded
