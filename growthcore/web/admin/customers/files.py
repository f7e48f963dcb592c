"""The customers that were found, as a file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort
from flask_babel import gettext as _

from growthcore.analytics import files, people_files
from growthcore.analytics.files import Cell, Sheet
from growthcore.api import InvalidInput
from growthcore.web.admin import languages, pages
from growthcore.web.admin.access import Role, actor, allow, person
from growthcore.web.admin.customers.area import blueprint
from growthcore.web.admin.customers.listing import asked_for, wanted
from growthcore.web.admin.downloads import SHEETS, download
from growthcore.web.admin.formats import dt
from growthcore.web.admin.shop import workspace
from growthcore.web.current import core


@blueprint.post("/export.<kind>")
@allow(Role.MANAGER)
def export_list(kind: str) -> Response:
    """Everybody of the list as it is searched and filtered: ``csv`` or ``xlsx``."""
    if kind not in SHEETS:
        abort(404)
    listing = asked_for()
    try:
        with core().db.unit() as session:
            rows = people_files.rows(
                session,
                wanted(listing),
                sort=listing.sort,
                actor=actor(),
                now=core().clock.now(),
                locale=languages.current(),
            )
    except InvalidInput as error:
        problems = pages.errors(error).values()
        return pages.page("admin/customers/too_many.html", 422, listing=listing, problems=problems)
    return download(_file(kind, rows), f"customers.{kind}")


def _file(kind: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    zone = workspace().zone
    if kind == "csv":
        return files.as_csv(rows, zone=zone)
    made = f"{dt(core().clock.now())} · {zone} · {person().name}"
    count = _("총 %(n)s건", n=f"{len(rows) - 1:,}")
    return files.as_xlsx(
        [Sheet(name=_("고객"), rows=rows, about=[_("고객 목록"), made, count])], zone=zone
    )
