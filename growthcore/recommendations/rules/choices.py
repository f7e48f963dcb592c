"""What a rule may name, for whoever writes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from growthcore.catalog.models import Category, Product
from growthcore.segments import saved

MOST = 300


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Categories' paths and brands, none where there are more than :data:`MOST`; segments by id."""

    categories: Sequence[str]
    brands: Sequence[str]
    segments: Sequence[tuple[int, str]]


def choices(session: Session) -> Choices:
    """What there is to choose from now."""
    brands = select(Product.brand).where(Product.known.is_(True), Product.brand.is_not(None))
    return Choices(
        categories=_few(session, select(Category.path).order_by(Category.path)),
        brands=_few(session, brands.distinct().order_by(Product.brand)),
        segments=saved.names(session),
    )


def _few(session: Session, statement: Select[Any]) -> Sequence[str]:
    found = session.scalars(statement.limit(MOST + 1)).all()
    return found if len(found) <= MOST else ()
