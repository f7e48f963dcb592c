"""A signed-in person's browser, as far as Flask's test client is one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from growthcore.testing.people import sign_in
from growthcore.web import create_app


class AdminClient(FlaskClient):
    """Sends what a browser sends from a page of ours; ``own=False`` leaves that out."""

    def open(self, *arguments, own=True, headers=None, **options):
        told = {"Sec-Fetch-Site": "same-origin"} if own else {}
        return super().open(*arguments, headers={**told, **(headers or {})}, **options)


@pytest.fixture
def app(core):
    """The application, made once a test: that costs more than many a request."""
    app = create_app(core)
    app.test_client_class = AdminClient
    return app


@pytest.fixture
def client(app):
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def admin_as(core, app):
    """``admin_as("editor", locale="en")``: the browser of a new person of that role."""

    def make(role, locale="ko"):
        client = app.test_client()
        client.set_cookie(*sign_in(core, role, locale=locale))
        return client

    return make


@pytest.fixture
def admin(admin_as):
    """The browser of an owner."""
    return admin_as("owner")
