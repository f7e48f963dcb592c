"""A mall without a socket, and a client with a token of it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import Client

from growthcore.clock import FixedClock
from growthcore.sandbox.cafe24 import Cafe24Settings, create
from growthcore.sandbox.faults import Faults
from growthcore.sandbox.phone import PhoneInbox
from growthcore.testing.values import START

ADMIN = "/api/v2/admin/"
BACK = "http://127.0.0.1:8000/callback"
SMALL = {"customers": 20, "products": 6, "orders": 12}


class MallClient:
    """Calls a stand-in as an app does; ``clock`` is the mall's."""

    def __init__(self, folder, *, faults=None, **settings):
        self.clock = FixedClock(START)
        self.phones = PhoneInbox(folder)
        self.settings = Cafe24Settings(**settings)
        self.app = create(self.settings, phones=self.phones, clock=self.clock, faults=faults)
        self.http = Client(self.app)
        self.token = self.app.tokens.issue().access

    def call(self, method, path, *, token=None, query=None, headers=None, **options):
        named = {"Authorization": f"Bearer {token or self.token}", **(headers or {})}
        return self.http.open(
            ADMIN + path, method=method, query_string=query, headers=named, **options
        )

    def get(self, path, **query):
        return self.call("GET", path, query=query)

    def post(self, path, **request):
        return self.call("POST", path, json={"shop_no": 1, "request": request})

    def put(self, path, **request):
        return self.call("PUT", path, json={"shop_no": 1, "request": request})

    def names(self, path, name, key, **query):
        """One field of every record of a list."""
        return [each[key] for each in self.get(path, **query).json[name]]

    def wait(self, **span):
        self.clock.at += timedelta(**span)

    def authorize(self, **changes):
        """Ask the page for a code, with the answer of a person when it is among ``changes``."""
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "state": "s/1",
            "redirect_uri": BACK,
            "scope": "mall.read_order,mall.read_product",
            **changes,
        }
        if "answer" in query:
            return self.http.post("/api/v2/oauth/authorize", data=query)
        return self.http.get("/api/v2/oauth/authorize", query_string=query)

    def code(self):
        location = self.authorize(answer="agree").headers["Location"]
        return dict(parse_qsl(urlsplit(location).query))["code"]

    def exchange(self, secret=None, **form):
        auth = (self.settings.client_id, secret or self.settings.client_secret)
        return self.http.post("/api/v2/oauth/token", auth=auth, data=form)

    def first(self):
        """The first tokens."""
        form = {"grant_type": "authorization_code", "code": self.code(), "redirect_uri": BACK}
        return self.exchange(**form).json

    def refresh(self, token):
        return self.exchange(grant_type="refresh_token", refresh_token=token)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A mall of the usual size that lets everything through; tests only read it."""
    return MallClient(tmp_path_factory.mktemp("phones"), slots=10_000)


@pytest.fixture
def make_mall(tmp_path):
    """Makes a small mall with settings of one's own."""

    def make(**settings):
        return MallClient(tmp_path / "phones", **{**SMALL, **settings})

    return make


@pytest.fixture
def mall(make_mall):
    """A small mall to change."""
    return make_mall()


@pytest.fixture
def faulty(make_mall):
    """A small mall whose faults a test sets: ``mall.app.faults``."""
    return make_mall(faults=Faults())
