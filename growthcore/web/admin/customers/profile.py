"""One customer: what happened, what was bought, what was agreed to, and what else is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Response, request

from growthcore.analytics import profiles
from growthcore.analytics.timeline import KINDS, Entry, Place, timeline
from growthcore.segments.belonging import belonging
from growthcore.web.admin import pages, parts
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.campaigns import words as campaign_words
from growthcore.web.admin.customers.area import blueprint, head_of, media
from growthcore.web.admin.formats import local
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core


@blueprint.get("/<int:customer_id>")
@allow(Role.VIEWER)
def show(customer_id: int) -> Response:
    """What happened to a customer, newest first."""
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    before = Place.read(request.args.get("before", ""))
    with core().db.read() as session:
        head = head_of(session, customer_id)
        found = timeline(session, customer_id, before=before, kinds=KINDS[kind])
    return pages.page(
        "admin/customers/show.html",
        tab="show",
        head=head,
        found=found,
        days=_by_day(found.entries),
        kind=kind,
        before=before,
    )


def _by_day(entries: Sequence[Entry]) -> list[tuple[date, list[Entry]]]:
    """Entries under the day of the shop's zone they fall on, in their order."""
    return [(day, [*found]) for day, found in groupby(entries, lambda each: local(each.at).date())]


@blueprint.get("/<int:customer_id>/orders")
@allow(Role.VIEWER)
def orders(customer_id: int) -> Response:
    """What is in the cart, and what was bought."""
    listing = Listing.of_request()
    with core().db.read() as session:
        head = head_of(session, customer_id, "orders")
        carts = profiles.open_carts(session, customer_id)
        found = profiles.orders(session, customer_id, offset=listing.offset, limit=listing.size)
    return pages.page(
        "admin/customers/orders.html",
        tab="orders",
        head=head,
        carts=carts,
        found=found,
        listing=listing,
    )


@blueprint.get("/<int:customer_id>/consents")
@allow(Role.VIEWER)
def consents(customer_id: int) -> Response:
    """What a customer agreed to and where nothing is sent, with forms to change it."""
    return consents_page(customer_id)


def consents_page(
    customer_id: int,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    """The page, or with ``errors`` the page again as it was sent."""
    with core().db.read() as session:
        head = head_of(session, customer_id, "consents")
        agreements, told = profiles.agreements(session, customer_id)
    return pages.page(
        "admin/customers/consents.html",
        422 if errors else 200,
        tab="consents",
        head=head,
        agreements=agreements,
        told=told,
        media=[(medium, campaign_words.medium(medium)) for medium in media()],
        values=values or {},
        errors=errors or {},
    )


@blueprint.get("/<int:customer_id>/details")
@allow(Role.VIEWER)
def details(customer_id: int) -> Response:
    """Attributes, and what else the customer is known by."""
    with core().db.read() as session:
        head = head_of(session, customer_id, "details")
        identity = profiles.identity(session, customer_id)
    return pages.page(
        "admin/customers/details.html",
        tab="details",
        head=head,
        identity=identity,
    )


@blueprint.get("/<int:customer_id>/segments")
@allow(Role.VIEWER)
def segments(customer_id: int) -> Response:
    """The segments a customer is in, for the page that asks for them later or as one of its own."""
    with core().db.read() as session:
        head = head_of(session, customer_id, "segments")
        found = belonging(core(), session, customer_id)
    if parts.asked():
        return pages.fragment("admin/customers/_segments.html", segments=found)
    return pages.page("admin/customers/segments.html", tab="details", head=head, segments=found)
