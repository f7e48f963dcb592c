"""Tables of recommendation models, of what training made of them, and of the rules they obey."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.db.base import Base

_ACTIVE = text("state = 'active'")


class State(StrEnum):
    """What became of one training.

    ``INSUFFICIENT``: there was too little to learn from, which is no error. ``FAILED`` is also what
    an artifact becomes that can no longer be read. ``REJECTED``: it was worse than what is in use.
    ``STOPPED``: somebody cancelled it.
    """

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    INSUFFICIENT = "insufficient"
    FAILED = "failed"
    REJECTED = "rejected"
    STOPPED = "stopped"


class Model(Base):
    """An algorithm with its params, under the name that pages and messages ask for.

    ``backups`` are the models that fill what this one leaves empty, in order; :mod:`.backups` reads them.
    ``training_since`` is set while a worker trains it, ``training_share`` is how far that is, from 0
    to 1, and ``training_stopped`` asks it to end.

    Where and to whom a page shows it: ``placement``, ``segment_id`` (null: everybody), ``appearing``
    and ``widget`` as the schemas of :mod:`.widgets` take them (null: as they are by default).
    ``trouble`` says why it was not asked any more for a while, ``troubled_at`` when that began.
    """

    __tablename__ = "recommendation_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    algorithm: Mapped[str] = mapped_column(String(50))
    params: Mapped[dict[str, Any]]
    backups: Mapped[list[Any]]
    enabled: Mapped[bool] = mapped_column(default=True)
    description: Mapped[str] = mapped_column(String(300), default="", server_default="")
    placement: Mapped[str] = mapped_column(String(10), default="main", server_default="main")
    segment_id: Mapped[int | None]
    appearing: Mapped[dict[str, Any] | None]
    widget: Mapped[dict[str, Any] | None]
    training_since: Mapped[datetime | None]
    training_share: Mapped[float | None]
    training_stopped: Mapped[bool] = mapped_column(default=False, server_default=false())
    trouble: Mapped[str | None] = mapped_column(String(20))
    troubled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Artifact(Base):
    """One training of a model, and the files it made if it made any.

    ``path`` is below the data folder; ``sha256`` is the manifest's, which holds those of the arrays;
    ``size`` is in bytes. ``interactions`` is how many lines were learnt from. ``message`` says with
    numbers what happened, for people to read. ``metrics`` are how good it is on what happened after
    the past it was judged by: ``model`` and ``popularity``, and how far ``ahead`` of it.

    ``refreshed_at`` is up to when it took up what happened since it was trained, ``refreshed_path`` and
    ``refreshed_sha256`` the files that came of it, which stand before those of the training;
    ``refresh_seconds`` is how long that took, ``refresh_tried_at`` when it last began.
    """

    __tablename__ = "recommendation_artifacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("recommendation_models.id"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    path: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(default=0)
    interactions: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(500))
    trained_at: Mapped[datetime]
    metrics: Mapped[dict[str, Any] | None]
    refreshed_at: Mapped[datetime | None]
    refreshed_path: Mapped[str | None] = mapped_column(String(200))
    refreshed_sha256: Mapped[str | None] = mapped_column(String(64))
    refresh_seconds: Mapped[float | None]
    refresh_tried_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("model_id", "version"),
        Index(
            "ix_recommendation_artifacts_active", "model_id",
            unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE,
        ),
    )  # fmt: skip


class PlaceChoice(Base):
    """Which algorithm suits a place best, as last measured on the shop's own customers.

    ``result`` is a choice's summary (:mod:`.evaluation.choosing`). ``asked_at`` is set while somebody
    waits for a measurement, ``began_at`` and ``share`` (from 0 to 1) while a worker makes it;
    ``problem`` says why the last one gave nothing.
    """

    __tablename__ = "recommendation_choices"

    placement: Mapped[str] = mapped_column(String(10), primary_key=True)
    result: Mapped[dict[str, Any] | None]
    measured_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    share: Mapped[float] = mapped_column(default=0.0)
    problem: Mapped[str | None] = mapped_column(String(200))


class Rule(Base):
    """What is kept out of recommendations, or put forward in them, on one ``page``.

    ``definition`` is as :mod:`.rules.definition` reads it. Rules are taken in the order of
    ``position``; only those that are ``enabled`` and that a model obeys change anything.
    """

    __tablename__ = "recommendation_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    description: Mapped[str] = mapped_column(String(200), default="")
    page: Mapped[str] = mapped_column(String(10))
    definition: Mapped[dict[str, Any]]
    enabled: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ModelRule(Base):
    """A model obeys a rule, wherever it answers."""

    __tablename__ = "recommendation_model_rules"

    model_id: Mapped[int] = mapped_column(
        ForeignKey("recommendation_models.id", ondelete="CASCADE"), primary_key=True
    )
    rule_id: Mapped[int] = mapped_column(
        ForeignKey("recommendation_rules.id", ondelete="CASCADE"), primary_key=True, index=True
    )
