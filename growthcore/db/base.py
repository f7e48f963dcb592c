"""The declarative base of the core's own tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from growthcore.api.db import NAMING, BigId, Instant, Json


class Base(DeclarativeBase):
    """Root of every core table. ``int`` keys are 64 bits, datetimes are instants, dicts are JSON."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain class attribute
        int: BigId,
        datetime: Instant,
        dict[str, Any]: Json,
        list[Any]: Json,
    }
