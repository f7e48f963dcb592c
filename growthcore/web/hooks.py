"""``POST /hooks/<account id>``: what the systems that sources fetch from tell us by themselves.

It is kept as it came and answered at once; a worker hands it to the source. A repeat is answered
like the first, so that nobody posts it a third time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, cast

from flask import Blueprint, Flask, Response, current_app, request

from growthcore.api import ConfigError, Text
from growthcore.core import Queue
from growthcore.plugins.providers import SOURCE
from growthcore.sources import deliveries
from growthcore.web.current import core
from growthcore.web.errors import Refusal
from growthcore.web.storefront.rates import TokenBuckets

BUCKETS: Final = "growthcore.hooks.buckets"
MOST_BYTES: Final = 1024 * 1024
_LONGEST_QUERY = 200

_UNKNOWN = Text("그런 연동이 없습니다.", "There is no such source.")
_FORGED = Text("인증되지 않은 웹훅입니다.", "The webhook is not authentic.")
_TOO_OFTEN = Text(
    "요청이 너무 많습니다. 잠시 후 다시 시도하세요.", "Too many requests; try again later."
)

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")


def register(app: Flask) -> None:
    """Serve webhooks."""
    app.extensions[BUCKETS] = TokenBuckets(app.config["HOOKS_RATE"], app.config["HOOKS_BURST"])
    app.register_blueprint(blueprint)


@blueprint.post("/<int:account_id>")
def receive(account_id: int) -> Response:
    """Keep one webhook, if it is authentic."""
    _slow_down(account_id)
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    shop = core()
    try:
        source = shop.accounts.source(account_id)
    except ConfigError as error:
        raise Refusal(404, "source_not_found", _UNKNOWN) from error
    with shop.plugins.guarded(SOURCE, source.id):
        authentic = source.accepts(cast("Mapping[str, str]", request.headers), body)
    if not authentic:
        raise Refusal(403, "not_authentic", _FORGED)
    query = {name[:50]: value[:_LONGEST_QUERY] for name, value in request.args.items()}
    with shop.db.unit() as session:
        deliveries.keep(session, account_id, body, query, shop.clock.now())
    shop.jobs.enqueue(Queue.EVENTS, "receive", account_id)
    return Response(status=200)


def _slow_down(account_id: int) -> None:
    """Raise :class:`Refusal` (429) when an address posts too often."""
    buckets = cast("TokenBuckets", current_app.extensions[BUCKETS])
    if wait := buckets.take((account_id, request.remote_addr)):
        seconds = str(math.ceil(wait))
        raise Refusal(429, "too_many_requests", _TOO_OFTEN, headers={"Retry-After": seconds})
