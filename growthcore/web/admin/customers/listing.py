"""The list of customers."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from flask_babel import gettext as _

from growthcore.analytics import people
from growthcore.api.values import AddressKind
from growthcore.customers.finding import Wanted
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow, may
from growthcore.web.admin.campaigns import words
from growthcore.web.admin.customers.area import blueprint
from growthcore.web.admin.formats import text
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

_CONSENT = "consent-"


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Customers; who may only see masked ones finds them by what they know in whole."""
    listing = asked_for()
    with core().db.read() as session:
        found = people.find(
            session,
            wanted(listing),
            sort=listing.sort,
            now=core().clock.now(),
            offset=listing.offset,
            limit=listing.size,
        )
    return pages.page(
        "admin/customers/index.html", listing=listing, found=found, choices=_choices()
    )


def asked_for() -> Listing:
    """What the query string asks for."""
    return Listing.of_request(sorts=people.SORTS, filters=("reach",))


def wanted(listing: Listing) -> Wanted:
    """The customers a list asks for, as far as the person at hand may look for them."""
    reach = listing.filters["reach"]
    media = _media()
    consent = reach.removeprefix(_CONSENT) if reach.startswith(_CONSENT) else ""
    return Wanted(
        text=listing.q,
        parts=may(Role.MANAGER),
        reached_by=(reach, media[reach]) if reach in media else None,
        consent=consent if consent in media else "",
        suppressed=True if reach == "suppressed" else None,
        without_address=reach == "none",
    )


def _media() -> Mapping[str, AddressKind | None]:
    """What people can be written to by, and the kind of address that takes."""
    return {channel.medium: channel.address for channel in core().plugins.channels.values()}


def _choices() -> Mapping[str, str]:
    """What the list can be narrowed to, in words."""
    names = {medium: text(words.medium(medium)) for medium in sorted(_media())}
    return {
        "": _("모든 고객"),
        **{medium: _("%(medium)s 광고 발송 가능", medium=name) for medium, name in names.items()},
        **{
            f"{_CONSENT}{medium}": _("%(medium)s 수신 동의", medium=name)
            for medium, name in names.items()
        },
        "suppressed": _("발송 차단됨"),
        "none": _("연락처 없음"),
    }
