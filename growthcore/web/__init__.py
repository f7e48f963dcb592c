"""The HTTP edges of a shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from growthcore.core import Core
from growthcore.web import (
    admin,
    errors,
    headers,
    health,
    hooks,
    management,
    media,
    storefront,
    tracking,
)
from growthcore.web.storefront import cors

AREAS: Sequence[Callable[[Flask], None]] = (
    health.register,
    storefront.register,
    management.register,
    tracking.register,
    media.register,
    hooks.register,
    admin.register,
)
"""What is served, an entry an area; each adds its blueprints. A new area is a line here."""

DEFAULTS: Mapping[str, Any] = {
    # A bulk call of the management API; the storefront's own limit is far lower.
    "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
    # How many reverse proxies stand in front and set X-Forwarded-*; none is believed otherwise.
    "TRUSTED_PROXIES": 0,
    # Calls a second, and how many at once, that one address may make with one storefront key.
    "STOREFRONT_RATE": 50.0,
    "STOREFRONT_BURST": 200,
    # Webhooks a second, and how many at once, that one address may post to one account.
    "HOOKS_RATE": 20.0,
    "HOOKS_BURST": 200,
    # How long a page that was let in is let in again without asking the database.
    "STOREFRONT_TRUST_SECONDS": 1.0,
    # A Text that every page of the admin is marked with: that its data is made up, for example.
    "RIBBON": None,
}


def create_app(core: Core, config: Mapping[str, Any] | None = None) -> Flask:
    """The application that serves ``core``, in named steps; ``config`` overrides :data:`DEFAULTS`.

    Nothing is kept in globals: views find the shop by :func:`growthcore.web.current.core`.
    """
    app = Flask("growthcore.web", static_folder=None)
    _configure(app, core, config or {})
    _trust_proxies(app)
    headers.register(app)
    errors.register(app)
    for register in AREAS:
        register(app)
    return app


def _configure(app: Flask, core: Core, config: Mapping[str, Any]) -> None:
    app.config.from_mapping(DEFAULTS, **config)
    app.extensions["growthcore"] = core
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = _Number
    app.session_interface = _PageSessions()


class _PageSessions(SecureCookieSessionInterface):
    """Sessions for pages. A shop's pages have none with us: their calls are not made to wait for one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open the browser's session; None where there are none."""
        return (
            None
            if request.path.startswith(f"{cors.PREFIX}/")
            else super().open_session(app, request)
        )


class _Number(IntegerConverter):
    """A number that a database can hold; nothing can be found under a larger one."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - as Werkzeug names it
        super().__init__(map, max=2**63 - 1)


def _trust_proxies(app: Flask) -> None:
    if count := app.config["TRUSTED_PROXIES"]:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]
