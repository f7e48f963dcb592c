"""Tables of products, categories and contents."""

from __future__ import annotations

from datetime import date, datetime
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


class Content(Base):
    """A blog post, a video or a review about the shop's products.

    ``products`` are the shop's ids of those it is about, whether the catalogue has them or not.
    ``revision`` is that of the transaction that wrote it last.
    """

    __tablename__ = "contents"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(1000))
    image_url: Mapped[str | None] = mapped_column(String(1000))
    summary: Mapped[str | None] = mapped_column(String(1000))
    author: Mapped[str | None] = mapped_column(String(100))
    keywords: Mapped[list[Any]]
    products: Mapped[list[Any]]
    hidden: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revision: Mapped[int]

    __table_args__ = (
        Index("ix_contents_published_at", "published_at", "id"),
        Index("ix_contents_revision", "revision"),
    )


class ContentClicks(Base):
    """How often a content was clicked on a day (UTC)."""

    __tablename__ = "content_clicks"

    content_id: Mapped[int] = mapped_column(
        ForeignKey("contents.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    clicks: Mapped[int]

    __table_args__ = (Index("ix_content_clicks_day", "day"),)


class CatalogRevision(Base):
    """A row for products and one for contents: the revision of the last transaction that wrote them."""

    __tablename__ = "catalog_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]
