"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import growthcore
from growthcore.api import ConfigError
from growthcore.core import Core, Queue
from growthcore.db import migrations
from growthcore.web import current

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    """Serve ``/healthz`` and ``/readyz``."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> dict[str, Any]:
    """The process answers; nothing else is asked."""
    return {"status": "ok", "version": growthcore.__version__}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, Any], int]:
    """The database is there and migrated. The queue is told and never fails this: it only wakes."""
    shop = current.core()
    database = _database(shop)
    ready = database == "ok"
    queues = {queue.value: shop.jobs.waiting(queue) for queue in Queue}
    state = {"status": "ok" if ready else "unready", "database": database, "queues": queues}
    return state, 200 if ready else 503


def _database(shop: Core) -> str:
    try:
        pending = migrations.pending(shop.db, shop.plugins)
    except (DBAPIError, PoolTimeout):
        return "unreachable"
    except ConfigError as error:
        return str(error)
    return "migrations are pending: run growthcore db upgrade" if pending else "ok"
