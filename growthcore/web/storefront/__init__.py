"""The storefront API: what a shop's pages call with the public key, from the origins on its list."""

from __future__ import annotations

from flask import Blueprint, Flask

from growthcore.recommendations.journal import Journal
from growthcore.web.storefront import (
    access,
    collect,
    contents,
    cors,
    current,
    rates,
    recommendations,
    recording,
    widgets,
)
from growthcore.web.storefront.turns import Turns

blueprint = Blueprint("storefront", __name__, url_prefix=cors.PREFIX)
blueprint.add_url_rule("/collect", view_func=collect.collect, methods=["POST"])
blueprint.add_url_rule(
    "/recommendations/<model>", view_func=recommendations.recommend, methods=["GET", "POST"]
)
blueprint.add_url_rule("/contents", view_func=contents.contents, methods=["GET", "POST"])
blueprint.add_url_rule("/widgets/<model>", view_func=widgets.widget)


def register(app: Flask) -> None:
    """Serve the storefront API."""
    config, core = app.config, app.extensions["growthcore"]
    buckets = rates.TokenBuckets(config["STOREFRONT_RATE"], config["STOREFRONT_BURST"])
    app.extensions[current.EXTENSION] = current.Storefront(
        core=core,
        gate=access.Gate(core, buckets, config["STOREFRONT_TRUST_SECONDS"]),
        turns=Turns(alone=core.db.dialect == "sqlite"),
        write=recording.writer(core),
        journal=Journal(core),
    )
    app.register_blueprint(blueprint)
    cors.register(app)
