"""``GET /v1/widgets/<model>``: how the storefront script draws a model's products.

The same for every visitor, so that browsers and proxies keep it: a minute without asking, then by its
version. What it answers is told in ``docs/storefront-api.md``, field by field.
"""

from __future__ import annotations

import msgspec
from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput, Text
from growthcore.recommendations import service, widgets
from growthcore.web.errors import Refusal
from growthcore.web.storefront import current

_FRESH = 60
_NO_MODEL = Text("추천 모델을 찾을 수 없습니다.", "There is no such recommendation model.")


def widget(model: str) -> BaseResponse:
    """Answer with title, design, fields, counts and when it appears; 304 for a known version."""
    storefront = current.storefront()
    storefront.admit(request.args.get("key", ""))
    with storefront.core.db.read() as session:
        try:
            payload = widgets.payload(service.get(session, model))
        except InvalidInput:
            raise Refusal(404, "model_not_found", _NO_MODEL) from None
    response = Response(msgspec.json.encode(payload), mimetype="application/json")
    response.set_etag(payload["version"])
    response.cache_control.public = True
    response.cache_control.max_age = _FRESH
    return response.make_conditional(request)
