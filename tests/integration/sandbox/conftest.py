"""A stand-in of SENS without a socket, and a client that signs."""

from __future__ import annotations

import json
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import quote, unquote, urlencode

import pytest
from werkzeug.test import run_wsgi_app

from growthcore.clock import FixedClock
from growthcore.sandbox.phone import PhoneInbox
from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, SandboxSens, SensSettings
from growthcore.sandbox.sens.signature import sign
from growthcore.testing.values import START

TALK = f"/alimtalk/v2/services/{EXAMPLE_PROJECT.kakao_service}"
TEXT = f"/sms/v2/services/{EXAMPLE_PROJECT.sms_service}"


def milliseconds(at):
    return str(int(at.timestamp() * 1000))


class Client:
    """Calls ``app`` as a WSGI server would, signed by ``clock``."""

    talk = TALK
    text = TEXT

    def __init__(self, app, clock):
        self.app, self.clock = app, clock

    def headers(self, method, target, key=EXAMPLE_KEY):
        stamp = milliseconds(self.clock.now())
        return {
            "x-ncp-apigw-timestamp": stamp,
            "x-ncp-iam-access-key": key.access,
            "x-ncp-apigw-signature-v2": sign(method, target, stamp, key.access, key.secret),
        }

    def call(self, method, target, body=None, headers=None):
        path, _, query = target.partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": target,
            "SERVER_NAME": "sens",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(content),
            "CONTENT_LENGTH": str(len(content)),
            "CONTENT_TYPE": "application/json; charset=utf-8",
        }
        for name, value in (headers or self.headers(method, target)).items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        text = b"".join(chunks)
        read = json.loads(text) if text else None
        return SimpleNamespace(
            status=int(status.split()[0]), json=read, data=text, kind=headers.get("Content-Type")
        )

    def get(self, path, **query):
        encoded = urlencode({k: v for k, v in query.items() if v is not None}, quote_via=quote)
        return self.call("GET", f"{path}?{encoded}" if encoded else path)

    def post(self, path, body):
        return self.call("POST", path, body)

    def delete(self, path, body=None):
        return self.call("DELETE", path, body)

    def order(self, *numbers, template="ORDER01", channel="@growthcore", **more):
        """Send the template of a dispatched order to each number."""
        each = more.pop("each", {})
        messages = [{**order(number), **each} for number in numbers]
        sent = {"plusFriendId": channel, "templateCode": template, "messages": messages, **more}
        return self.post(f"{self.talk}/messages", sent)

    def result(self, answer, number=0):
        """How far the message is that an answer told of."""
        return self.get(f"{self.talk}/messages/{answer.json['messages'][number]['messageId']}").json


def order(to="01000000000", **more):
    """A message that fits the template ORDER01."""
    link = "https://shop.example/orders/7"
    return {
        "to": to,
        "content": "홍길동님, 주문 20260101-0000001이(가) 발송되었습니다.",
        "buttons": [
            {"type": "WL", "name": "주문 확인", "linkMobile": link, "linkPc": link},
            {"type": "DS", "name": "배송 조회"},
        ],
        **more,
    }


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def make_sens(tmp_path, clock):
    """Makes a stand-in with settings of one's own."""

    def make(**settings):
        app = SandboxSens(tmp_path / "inbox", settings=SensSettings(**settings), clock=clock)
        return Client(app, clock)

    return make


@pytest.fixture
def sens(make_sens):
    """A stand-in as it is without settings."""
    return make_sens()


@pytest.fixture
def phone(tmp_path):
    """What the phones got."""
    return PhoneInbox(tmp_path / "inbox")
