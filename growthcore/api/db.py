"""Tables a plugin owns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

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
