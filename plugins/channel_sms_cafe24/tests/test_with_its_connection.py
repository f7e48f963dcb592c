"""The channel and its connection as a shop has them: two accounts, their states in the database."""

from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from growthcore.api import MessageClass, OutgoingMessage
from growthcore.messaging.syncing import sync
from growthcore.testing.fakes import FakeHttp, FakeResponse, Headers
from growthcore.testing.rendering import FakeRecipient

BACK = "http://127.0.0.1:8000/callback"
CAFE24 = {
    "mall_id": "growthdemo",
    "client_id": "ExampleClientId00000",
    "client_secret": "ExampleClientSecret000",
}


@pytest.fixture
def http(mall):
    client = Client(mall)

    def answer(request):
        parts = urlsplit(request.url)
        response = client.open(
            f"{parts.path}?{parts.query}",
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
        )
        return FakeResponse(response.status_code, response.data, Headers(dict(response.headers)))

    return FakeHttp(answer)


def test_a_text_goes_out_through_the_malls_connection(core, mall, phones):
    with core.db.unit() as session:
        connection = core.accounts.create(
            session, provider="cafe24", label="몰", values=CAFE24, actor="cli", kind="connection"
        )
        account = core.accounts.create(
            session,
            provider="sms_cafe24",
            label="문자",
            values={"connection": connection.id, "sender": "3"},
            actor="cli",
        )
    code = mall.tokens.agree(BACK, mall.settings.scopes)
    core.accounts.connection(connection.id).finish(BACK, {"code": code, "state": "s"})
    sync(core, account.id, actor="cli")
    core.accounts.verify(account.id)
    channel = core.accounts.channel(account.id)
    content = channel.Content().load({"body": "#{NAME}님, 주문이 발송되었습니다"})
    assert not channel.check(content, MessageClass.INFORMATIONAL)
    rendered = channel.compile(content).render(FakeRecipient({"NAME": "김하늘"}))
    (receipt,) = channel.send(
        [
            OutgoingMessage(
                reference="gc-1",
                address="+821012345678",
                message_class=MessageClass.INFORMATIONAL,
                rendered=rendered,
            )
        ]
    )
    (arrived,) = phones
    assert arrived.text == "김하늘님, 주문이 발송되었습니다"
    assert receipt.provider_id == arrived.provider_id
