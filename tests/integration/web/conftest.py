"""A shop behind its application, with the keys and the origin that its callers need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from growthcore.app import build_core
from growthcore.core import Core
from growthcore.operators import keys, origins
from growthcore.plugins import secrets
from growthcore.plugins.registry import Plugins
from growthcore.settings import Settings
from growthcore.testing.fakes import FakeHttp
from growthcore.testing.jobs import CollectedJobs
from growthcore.web import create_app

ORIGIN = "https://www.shop.example"


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a page and a server of the shop know."""

    public: str
    secret: str
    origin: str = ORIGIN

    @property
    def headers(self) -> dict[str, str]:
        """Headers of a call of the management API."""
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def plugins() -> Plugins:
    """No plugins; a test module that needs them has its own."""
    return Plugins.load(entry_points=[])


@pytest.fixture
def shop(database, clock, tmp_path, plugins) -> Core:
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(
        data_dir=tmp_path / "data",
        database_url=url,
        secret_keys=secrets.generate(),
        fresh_seconds=0,
    )
    core = build_core(settings, clock=clock, plugins=plugins, jobs=CollectedJobs(), http=FakeHttp())
    yield core
    core.db.dispose()


@pytest.fixture
def access(shop) -> Access:
    now = shop.clock.now()
    with shop.db.unit() as session:
        public = keys.issue_public(session, now=now, actor="test").public_value
        _, secret = keys.issue_secret(session, label="erp", now=now, actor="test")
        origins.add(session, ORIGIN, now=now, actor="test")
    return Access(public=public, secret=secret)


@pytest.fixture
def app(shop) -> Flask:
    return create_app(shop, {"STOREFRONT_TRUST_SECONDS": 0})


@pytest.fixture
def api(app, access):
    """Call the management API: ``api("POST", "/products", {...})`` answers (status, body)."""
    client = app.test_client()

    def call(method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        options.setdefault("headers", access.headers)
        if body is not None:
            options["json"] = body
        response = client.open(f"/api/v1{path}", method=method, **options)
        return response.status_code, response.get_json(silent=True)

    return call


@pytest.fixture
def collect(app, access, clock):
    """Call ``/v1/collect`` as a page does: keywords are parts of the body."""
    client = app.test_client()

    def call(*, origin: str | None = ORIGIN, language: str = "", **parts: Any) -> Any:
        body = {
            "key": access.public,
            "visitor": "visitor-0001",
            "sent_at": clock.now().isoformat(),
            **parts,
        }
        headers = {"Origin": origin} if origin else {}
        if language:
            headers["Accept-Language"] = language
        return client.post(
            "/v1/collect",
            data=app.json.dumps(body),
            headers=headers,
            content_type="text/plain;charset=UTF-8",
        )

    return call
