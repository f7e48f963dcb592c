"""Tables a plugin owns, and column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def plugin_base(name: str) -> type[DeclarativeBase]:
    """A declarative base with its own metadata for the plugin ``name``.

    Every table's name must be ``name`` or begin with ``name_``; anything else raises ``TypeError``
    when the class is made. Keep customer ids as plain values, without foreign keys to core tables,
    and implement ``growthcore_customer_erased``.
    """

    class PluginBase(DeclarativeBase):
        __abstract__ = True
        metadata = MetaData(naming_convention=NAMING)

        def __init_subclass__(cls, **kwargs: Any) -> None:
            table = getattr(cls, "__tablename__", None)
            if table is not None and table != name and not table.startswith(f"{name}_"):
                raise TypeError(
                    f"{cls.__name__}: table {table!r} must be named {name!r} or begin with '{name}_'"
                )
            super().__init_subclass__(**kwargs)

    return PluginBase


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key. SQLite counts up only columns declared INTEGER, which hold 64 bits anyway."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON document; None is SQL NULL."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond.

    ``timestamptz`` on PostgreSQL; on SQLite, which has no such type, whole microseconds since 1970:
    they sort and compare as instants do and take half the room of text.
    Raises ``ValueError`` for a naive datetime.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type for the database at hand."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Check and convert on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: every instant carries its zone")
        if dialect.name == "postgresql":
            return value
        return (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Convert on the way out."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC)  # type: ignore[no-any-return]
        return EPOCH + timedelta(microseconds=value)
