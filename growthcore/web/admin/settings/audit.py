"""The audit log: who changed what, and when."""

from __future__ import annotations

import json
from functools import partial

from flask import Blueprint
from werkzeug.wrappers import Response

from growthcore.operators import history
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.settings.audit_words import action, actor_name, kind
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

blueprint = Blueprint("audit", __name__, url_prefix="/settings/audit")


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """The log, newest first."""
    listing = Listing.of_request(filters=("action", "actor", "kind", "id"))
    with core().db.read() as session:
        found = history.find(session, **listing.filters, offset=listing.offset, limit=listing.size)
        actors = history.actors(session)
        actions, kinds = history.actions(session), history.kinds(session)
    return pages.page(
        "admin/settings/audit.html",
        listing=listing,
        found=found,
        actors={key: actor_name(key, name) for key, name in actors.items()},
        actions={each: action(each) for each in actions},
        kinds={each: kind(each) for each in kinds},
        written=partial(json.dumps, ensure_ascii=False, indent=1),
    )
