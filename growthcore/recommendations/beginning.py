"""Answers before anything is in them: who asks, about what, and in which of the rules' segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from growthcore.catalog.view import View
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import rows_in
from growthcore.recommendations.answers import Request
from growthcore.recommendations.chains import Chain
from growthcore.recommendations.making import Answer
from growthcore.recommendations.rules import attaching


def begun(core: Core, chain: Chain, view: View, requests: Sequence[Request]) -> list[Answer]:
    """An answer a request, in order."""
    users = _users(core, requests)
    categories = _categories(view, [each.product_id or 0 for each in requests])
    answers = [
        Answer(
            number=number,
            request=each,
            person=(each.customer_id or _user(each, users), each.visitor_id),
            category_id=category,
            skipped=dict(chain.skipped),
        )
        for number, (each, category) in enumerate(zip(requests, categories, strict=True))
    ]
    if segments := chain.rules.segments_needed:
        customers = {each.person[0] for each in answers if each.person[0]}
        with core.db.read() as session:
            inside = attaching.inside(core, session, segments, customers)
        for each in answers:
            each.segments = frozenset(inside.get(each.person[0] or 0, ()))
    return answers


def _user(request: Request, users: Mapping[int, int | None]) -> int | None:
    return None if request.anonymous else users.get(request.visitor_id or 0)


def _users(core: Core, requests: Sequence[Request]) -> Mapping[int, int | None]:
    """Who uses browsers of which that was not said."""
    unsaid = {
        each.visitor_id
        for each in requests
        if each.visitor_id and not each.customer_id and not each.anonymous
    }
    if not unsaid:
        return {}
    with core.db.read() as session:
        return dict(rows_in(session, select(Visitor.id, Visitor.customer_id), Visitor.id, unsaid))


def _categories(view: View, product_ids: Sequence[int]) -> list[int | None]:
    """The category of each of the products that has one."""
    if not any(product_ids):
        return [None] * len(product_ids)
    places = view.places(product_ids)
    return [
        int(view.category_id[place]) or None if place >= 0 else None for place in places.tolist()
    ]
