"""How an error of the management API looks."""

from __future__ import annotations

from marshmallow import Schema, fields


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata={"description": "What to do about it."})
    code = fields.String(metadata={"description": "For programs; stable."})
    request_id = fields.String()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What does not fit, by path."},
    )
