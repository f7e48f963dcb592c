"""The resources of the management API, as they are sent and shown."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from growthcore.catalog.content_input import Kind
from growthcore.sources.rows import (
    ContentSchema,
    CustomerInput,
    EventInput,
    ProductSchema,
    Strict,
    Whole,
    mapping,
    text,
)
from growthcore.web.management.bulk import Bulk, BulkAnswer, Items


class PageQuery(Strict):
    """Which part of a list."""

    q = fields.String(load_default="", metadata={"description": "What to look for."})
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class CustomerView(Schema):
    """A customer as known."""

    id = fields.Integer()
    external_id = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    locale = fields.String(allow_none=True)
    attributes = fields.Dict()


class CustomersBody(Bulk):
    """Customers to make or change."""

    customers = Items(CustomerInput)


class ProductsBody(Bulk):
    """Products to make or change."""

    products = Items(ProductSchema)


class ContentsBody(Bulk):
    """Contents to make or change."""

    contents = Items(ContentSchema)


class ContentsQuery(PageQuery):
    """Which part of the list: of one ``kind``, or all; those shown, or those ``hidden``, or all."""

    kind = fields.String(load_default="", validate=validate.OneOf([*Kind]))
    hidden = fields.Boolean(load_default=None)


class EventsBody(Bulk):
    """Events to record. ``historical`` ones may be of any age; ``react`` shows them to triggers."""

    events = Items(EventInput)
    historical = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    react = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})


class EventsAnswer(BulkAnswer):
    """``duplicates`` were on record before."""

    accepted = fields.Integer()
    duplicates = fields.Integer()


class PreviewBody(Strict):
    """A definition to count."""

    definition = mapping(required=True)


class PreviewAnswer(Schema):
    """How many there are now, how many each channel may write to, and a masked few."""

    count = fields.Integer()
    reachable = fields.Dict(keys=fields.String(), values=fields.Integer())
    sample = fields.List(fields.Dict())


class SegmentsQuery(Strict):
    """Which part of the list."""

    archived = fields.Boolean(load_default=False)
    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**62))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class SegmentInput(Strict):
    """A segment to save; ``definition`` is a tree of all, any, not and conditions."""

    name = text(100, required=True)
    description = fields.String(load_default="", validate=validate.Length(max=1000))
    definition = mapping(required=True)


class SegmentChange(Strict):
    """What to change; ``version`` is the one it was read with."""

    version = Whole(required=True)
    name = text(100)
    description = fields.String(validate=validate.Length(max=1000))
    definition = mapping()


class SegmentView(Schema):
    """A saved segment; ``count`` was exact at ``counted_at``."""

    id = fields.Integer()
    name = fields.String()
    description = fields.String()
    definition = fields.Dict()
    version = fields.Integer()
    count = fields.Integer(allow_none=True)
    counted_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()
    archived_at = fields.AwareDateTime(allow_none=True)


class SegmentPage(Schema):
    """Segments, newest first."""

    data = fields.List(fields.Nested(SegmentView))


def page_of(item: type[Schema]) -> Schema:
    """The schema of one page of a list of ``item``."""
    name = item.__name__.removesuffix("View").removesuffix("Schema")
    listed = {"data": fields.List(fields.Nested(item))}
    counts = {key: fields.Integer() for key in ("page", "size", "total")}
    return Schema.from_dict({**listed, **counts}, name=f"{name}Page")()
