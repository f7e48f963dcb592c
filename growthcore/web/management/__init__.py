"""The management API: everything a shop's own servers do, with a secret key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flask_smorest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from growthcore.web import errors
from growthcore.web.management import (
    contents,
    customers,
    events,
    products,
    rules,
    segments,
    templates,
)
from growthcore.web.management.problems import ProblemSchema

BLUEPRINTS: Sequence[flask_smorest.Blueprint] = (
    customers.blueprint,
    products.blueprint,
    contents.blueprint,
    events.blueprint,
    segments.blueprint,
    templates.blueprint,
    rules.blueprint,
)
"""A resource each, under ``/api/v1``."""

_DESCRIPTION = """\
For a shop's own servers. Send the secret key as `Authorization: Bearer <key>` and never put it in
a page. Money is in whole minor units of its currency, instants are ISO 8601 with an offset.
Errors are problem details (RFC 9457)."""

_SPEC: dict[str, Any] = {
    "API_TITLE": "GrowthCore management API",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {"description": _DESCRIPTION},
        "components": {"securitySchemes": {"secretKey": {"type": "http", "scheme": "bearer"}}},
        "security": [{"secretKey": []}],
    },
}


class _Api(flask_smorest.Api):
    """Documents our problem details, and leaves answering errors to the application."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> BaseResponse:
        return errors.answer(error)


def register(app: Flask) -> None:
    """Serve the management API and its description at ``/api/v1/openapi.json``."""
    app.config.from_mapping(_SPEC)
    api = _Api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
