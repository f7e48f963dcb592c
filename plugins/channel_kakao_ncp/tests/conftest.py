"""SENS's stand-in behind the HTTP fake, and accounts that go to it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from growthcore.api import Handed, MessageClass, OutgoingMessage
from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, SandboxSens, SensSettings
from growthcore.sandbox.serving import DroppedError
from growthcore.testing.fakes import FakeDirectory, FakeHttp, FakeResponse, Headers, context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_kakao_ncp.alimtalk import AlimTalkChannel

CONFIG = {
    "channel_id": "@growthcore",
    "service_id": EXAMPLE_PROJECT.kakao_service,
    "sms_service_id": EXAMPLE_PROJECT.sms_service,
    "access_key": EXAMPLE_KEY.access,
    "secret_key": EXAMPLE_KEY.secret,
    "base_url": "http://127.0.0.1:8026",
    "calls_per_second": 100,
}
CONTENT = {
    "template": "ORDER01",
    "values": {"고객명": "#{NAME|고객}", "주문번호": "20260101-0000001"},
}


class Sandbox:
    """The stand-in, asked without sockets, and what went to it."""

    def __init__(self, clock, **settings):
        self.clock = clock
        self.sens = SandboxSens(settings=SensSettings(**settings), clock=clock)
        self.faults = self.sens.faults
        self.catalogue = self.sens.catalogue
        self.http = FakeHttp(self._answer)

    def _answer(self, request):
        parts = urlsplit(request.url)
        builder = EnvironBuilder(
            method=request.method,
            path=parts.path,
            query_string=parts.query,
            headers=dict(request.headers),
            data=request.body,
        )
        environ = builder.get_environ()
        environ["REQUEST_URI"] = request.url.removeprefix(CONFIG["base_url"])
        try:
            body, status, headers = run_wsgi_app(self.sens, environ, buffered=True)
        except DroppedError:
            raise ConnectionError("the answer was lost") from None
        date = format_datetime(self.faults.clock(self.clock).now(), usegmt=True)
        fields = Headers({**dict(headers), "Date": date})
        return FakeResponse(int(status.split()[0]), b"".join(body), fields)

    def channel(self, *, synced=True, **config):
        """A channel of the account, knowing the templates as they are now."""
        return self.build(AlimTalkChannel, synced=synced, **config)

    def build(self, provider, *, synced=True, **config):
        known = provider.Config().fields
        usual = {name: value for name, value in CONFIG.items() if name in known}

        def made(directory):
            return provider(
                context_for(
                    provider,
                    {**usual, **config},
                    http=self.http,
                    clock=self.clock,
                    directory=directory,
                )
            )

        if not synced:
            return made(FakeDirectory())
        ready = made(FakeDirectory(known_templates=made(FakeDirectory()).sync_templates()))
        self.http.requests.clear()
        return ready

    def posts(self):
        """The requests that sent something."""
        return [each for each in self.http.requests if each.method == "POST"]

    @staticmethod
    def rendered(channel, content=CONTENT, **values):
        loaded = channel.Content().load(content)
        return channel.compile(loaded).render(FakeRecipient(values=values))

    def message(self, channel, number="01012345678", reference="gc-1", content=CONTENT, **values):
        return OutgoingMessage(
            reference=reference,
            address=f"+82{number[1:]}",
            message_class=MessageClass.INFORMATIONAL,
            rendered=self.rendered(channel, content, **values),
        )

    def handed(self, outgoing, receipt=None, *, rendered=True):
        return Handed(
            reference=outgoing.reference,
            provider_id=receipt.provider_id if receipt else None,
            address=outgoing.address,
            sent_at=self.clock.now(),
            rendered=outgoing.rendered if rendered else None,
        )

    def pass_time(self, **length):
        self.clock.at += timedelta(**length)

    @staticmethod
    def outcomes(receipts):
        return [(each.outcome.value, each.reason) for each in receipts]


@pytest.fixture
def sandbox(clock):
    return Sandbox(clock)


@pytest.fixture
def sandbox_with(clock):
    return lambda **settings: Sandbox(clock, **settings)
