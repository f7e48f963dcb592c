"""Tables of products and categories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base


class Category(Base):
    """A category by its path, ``"여성/상의/니트"``; its parent is the path without the last part."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(300), unique=True)


class Product(Base):
    """A product as last told. Money is in minor units of ``currency``.

    ``known`` is false for one that only an event named: it can be counted, not recommended.
    ``revision`` is that of the transaction that wrote it last, 0 for what only events wrote.
    """

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    url: Mapped[str | None] = mapped_column(String(1000))
    image_url: Mapped[str | None] = mapped_column(String(1000))
    price: Mapped[int | None]
    sale_price: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    stock: Mapped[int | None]
    hidden: Mapped[bool] = mapped_column(default=False)
    known: Mapped[bool] = mapped_column(default=True)
    brand: Mapped[str | None] = mapped_column(String(100))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    attributes: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        Index("ix_products_category_id", "category_id"),
        Index("ix_products_revision", "revision"),
    )


class CatalogRevision(Base):
    """One row: the revision of the last transaction that wrote products."""

    __tablename__ = "catalog_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]
