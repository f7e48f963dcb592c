"""Answering: what a model and its backups recommend, held against what the shop can sell now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.core import Core
from growthcore.recommendations import chains, proposals
from growthcore.recommendations.answering import Batch
from growthcore.recommendations.answers import Recommendation, RecommendedItem, Request
from growthcore.recommendations.models import Model

__all__ = [
    "MOST",
    "Recommendation",
    "RecommendedItem",
    "Request",
    "answers_together",
    "known",
    "recommend",
    "recommend_many",
]

MOST = 50
"""Items one answer has at the most."""


def known(session: Session) -> frozenset[str]:
    """The slugs there are models of."""
    return frozenset(session.scalars(select(Model.slug)))


def answers_together(core: Core, slug: str) -> bool:
    """Whether many answers of a model and its backups take little longer than one.

    Raises :class:`InvalidInput` for an unknown model.
    """
    return all(proposals.ranks_together(link.algorithm) for link in chains.load(core, slug).links)


def recommend(
    core: Core,
    slug: str,
    *,
    customer_id: int | None = None,
    visitor_id: int | None = None,
    product_id: int | None = None,
    cart: Sequence[int] = (),
    limit: int,
    preview: bool = False,
) -> Recommendation:
    """What a model and its backups recommend, at most ``limit`` (1-50) products.

    A ``preview`` asks the model even while it is switched off.
    Raises :class:`InvalidInput` for an unknown model and for a limit out of range.
    """
    asked = Request(
        customer_id=customer_id, visitor_id=visitor_id, product_id=product_id, cart=cart
    )
    return recommend_many(core, slug, [asked], limit=limit, preview=preview)[0]


def recommend_many(
    core: Core, slug: str, requests: Sequence[Request], *, limit: int, preview: bool = False
) -> list[Recommendation]:
    """The same for many at once, in order; the database is asked once a batch, not a request.

    Call it outside any transaction: plugin code runs.
    """
    if not 1 <= limit <= MOST:
        raise InvalidInput({"limit": f"Ask for 1 to {MOST} items."})
    chain = chains.load(core, slug, preview=preview)
    return Batch(core, chain, limit, preview=preview).answer(requests)
